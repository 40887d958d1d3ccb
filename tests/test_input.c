/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of files, plain and gzip, and what is no file at all. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>

#include "base/status.h"
#include "data/input.h"
#include "folder.h"
#include "put.h"

TestSuite(input, .init = folder_enter, .fini = folder_leave);

static mg_input *open_or_fail(const char *path) {
  mg_input *input = mg_input_open(path);
  cr_assert_not_null(input, "%s: %s", path, mg_reason());
  return input;
}

static void assert_refused(const char *path, const char *part) {
  cr_assert_null(mg_input_open(path), "%s was opened", path);
  cr_assert(strstr(mg_reason(), part), "%s: %s", path, mg_reason());
}

Test(input, plain_and_gzip_give_the_same_bytes) {
  put_bytes("plain", "0123456789", 10);
  put_gzip("packed", "0123456789", 10);
  static const char *const paths[] = {"plain", "packed"};
  for (int i = 0; i < 2; i++) {
    mg_input *input = open_or_fail(paths[i]);
    unsigned char peek[16];
    char bytes[11] = "";
    cr_assert_eq(mg_input_peek(input, peek, sizeof peek), 0, "%s", mg_reason());
    cr_assert_eq(memcmp(peek, "0123456789\0\0\0\0\0\0", 16), 0, "peek");
    cr_assert_eq(mg_input_read(input, bytes, 10), 0, "%s", mg_reason());
    cr_assert_str_eq(bytes, "0123456789", "%s: '%s'", paths[i], bytes);
    cr_assert_eq(mg_input_end(input), 0, "%s", mg_reason());
    mg_input_close(input);
  }
}

Test(input, more_and_less_than_there_is) {
  put_bytes("plain", "0123456789", 10);
  mg_input *input = open_or_fail("plain");
  char bytes[20];
  cr_assert_eq(mg_input_read(input, bytes, 4), 0, "4 bytes");
  cr_assert_eq(mg_input_expect(input, 6), 0, "6 can follow");
  cr_assert_eq(mg_input_expect(input, 7), GSL_EFAILED, "7 cannot");
  cr_assert_eq(mg_input_end(input), GSL_EFAILED, "6 bytes do follow");
  cr_assert(strstr(mg_reason(), "follow the 4"), "%s", mg_reason());
  cr_assert_eq(mg_input_read(input, bytes, 9), GSL_EFAILED, "9 of 5 bytes");
  cr_assert(strstr(mg_reason(), "ends after 10 bytes"), "%s", mg_reason());
  mg_input_close(input);
}

Test(input, what_follows_in_a_gzip_is_counted_from_anywhere) {
  put_gzip("packed", "0123456789", 10);
  mg_input *input = open_or_fail("packed");
  char bytes[11] = "";
  cr_assert_eq(mg_input_expect(input, 10), 0, "%s", mg_reason());
  cr_assert_eq(mg_input_read(input, bytes, 3), 0, "%s", mg_reason());
  cr_assert_eq(mg_input_expect(input, 7), 0, "%s", mg_reason());
  cr_assert_eq(mg_input_expect(input, 8), GSL_EFAILED, "8 of 7 bytes");
  cr_assert(strstr(mg_reason(), "8 more bytes and 7 follow"), "%s",
            mg_reason());
  cr_assert_eq(mg_input_read(input, bytes + 3, 7), 0, "%s", mg_reason());
  cr_assert_str_eq(bytes, "0123456789", "'%s'", bytes);
  mg_input_close(input);
}

/* Every way to cut or to change a small gzip file is found out. */
Test(input, every_cut_and_every_changed_byte_of_a_gzip_is_found) {
  char packed[256], bytes[64];
  const size_t size = put_gzip("packed", "abcabcabcabc0123456789", 22);
  FILE *stream = fopen("packed", "rb");
  cr_assert_eq(fread(packed, 1, size, stream), size, "no gzip file");
  fclose(stream);
  for (size_t cut = 2; cut < size; cut++) {
    put_bytes("cut", packed, cut);
    mg_input *input = open_or_fail("cut");
    cr_assert(mg_input_read(input, bytes, 22) || mg_input_end(input),
              "cut after %zu of %zu bytes: not seen", cut, size);
    cr_assert(strstr(mg_reason(), "cut off"), "cut after %zu: %s", cut,
              mg_reason());
    mg_input_close(input);
  }
  /* from byte 10 on: the packed bytes, checksum and length */
  for (size_t at = 10; at < size; at++) {
    packed[at] ^= 0x10;
    put_bytes("changed", packed, size);
    packed[at] ^= 0x10;
    mg_input *input = open_or_fail("changed");
    cr_assert(mg_input_read(input, bytes, 22) || mg_input_end(input),
              "byte %zu of %zu changed: not seen", at, size);
    mg_input_close(input);
  }
}

Test(input, what_is_no_file_is_refused) {
  put_bytes("empty", "", 0);
  mkdir("folder", 0777);
  cr_assert_eq(mkfifo("pipe", 0666), 0, "mkfifo");
  assert_refused("empty", "empty");
  assert_refused("folder", "folder");
  assert_refused("pipe", "pipe");
  assert_refused("/dev/null", "device");
  assert_refused("none", "No such file");
}
