/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are whole or not there: each way of failing leaves what stood at
 * the target, and nothing else in the folder.  The tests do not rely on missing
 * rights, which mean nothing to root. */
#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "folder.h"

TestSuite(file, .init = folder_enter, .fini = folder_leave);

/* A socket stands in for the devices too: a fault that replaced /dev/null, run
 * by root, would break the machine. */
static void make_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  cr_assert(fd >= 0, "no socket");
  cr_assert(bind(fd, (struct sockaddr *)&address, sizeof address) == 0,
            "the socket has no name");
  close(fd);
}

/* How many names the folder holds. */
static int names_in(const char *path) {
  int n = 0;
  DIR *dir = opendir(path);
  cr_assert(dir != NULL, "no folder %s", path);
  while (readdir(dir))
    n++;
  closedir(dir);
  return n - 2; /* . and .. */
}

static void expect_content(const char *path, const char *content) {
  char *bytes;
  size_t size;
  cr_assert(mg_file_read(path, 1000, &bytes, &size) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(size == strlen(content), "%s has %zu bytes", path, size);
  cr_expect_str_eq(bytes, content, "%s holds '%s'", path, bytes);
  free(bytes);
}

static void put(const char *path, const char *content) {
  cr_assert(mg_file_write(path, content, strlen(content)) == GSL_SUCCESS, "%s",
            mg_reason());
}

static void expect_reason(const char *part) {
  cr_expect(strstr(mg_reason(), part) != NULL, "no '%s' in: %s", part,
            mg_reason());
}

static unsigned rights_of(const char *path) {
  struct stat there;
  cr_assert(stat(path, &there) == 0, "no %s", path);
  return there.st_mode & 0777;
}

Test(file, bytes_come_back) {
  char *bytes;
  size_t size;
  cr_assert(mg_file_write("a", "x\0y\n", 4) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_file_read("a", 4, &bytes, &size) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(size == 4 && memcmp(bytes, "x\0y\n", 5) == 0, "%zu bytes", size);
  free(bytes);
  put("empty", "");
  expect_content("empty", "");
  cr_expect(names_in(".") == 2, "%d names in the folder", names_in("."));
}

Test(file, a_commit_replaces_and_a_discard_does_not) {
  put("a", "old");
  mg_file *file = mg_file_create("a");
  cr_assert(file != NULL, "%s", mg_reason());
  fputs("half", mg_file_stream(file));
  fflush(mg_file_stream(file));
  expect_content("a", "old");
  mg_file_discard(file);
  expect_content("a", "old");
  mg_file_discard(NULL);
  put("a", "new");
  expect_content("a", "new");
  cr_expect(names_in(".") == 1, "%d names in the folder", names_in("."));
}

Test(file, two_writers_of_one_file_do_not_meet) {
  mg_file *first = mg_file_create("a"), *second = mg_file_create("a");
  cr_assert(first && second, "%s", mg_reason());
  fputs("first", mg_file_stream(first));
  fputs("second", mg_file_stream(second));
  cr_expect(mg_file_commit(second) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(mg_file_commit(first) == GSL_SUCCESS, "%s", mg_reason());
  expect_content("a", "first");
  cr_expect(names_in(".") == 1, "%d names in the folder", names_in("."));
}

/* The stream is bent to /dev/full: every flush says that the disk is full. */
static void fill_disk(mg_file *file) {
  int full = open("/dev/full", O_WRONLY);
  if (full < 0)
    cr_skip_test("there is no /dev/full");
  cr_assert(dup2(full, fileno(mg_file_stream(file))) >= 0, "dup2");
  close(full);
}

Test(file, a_full_disk_leaves_the_old_file) {
  put("a", "old");
  mg_file *file = mg_file_create("a");
  cr_assert(file != NULL, "%s", mg_reason());
  fill_disk(file);
  fputs("new", mg_file_stream(file));
  cr_expect(mg_file_commit(file) == GSL_EFAILED, "committed");
  expect_reason("cannot write");
  expect_reason("No space left");
  expect_content("a", "old");
  cr_expect(names_in(".") == 1, "%d names in the folder", names_in("."));
}

Test(file, a_write_that_failed_long_ago_is_not_forgotten) {
  mg_file *file = mg_file_create("a");
  cr_assert(file != NULL, "%s", mg_reason());
  int kept = dup(fileno(mg_file_stream(file)));
  fill_disk(file);
  fputs("lost", mg_file_stream(file));
  fflush(mg_file_stream(file));
  dup2(kept, fileno(mg_file_stream(file)));
  close(kept);
  cr_expect(mg_file_commit(file) == GSL_EFAILED, "committed");
  cr_expect(names_in(".") == 0, "%d names in the folder", names_in("."));
}

Test(file, a_rename_that_fails_leaves_no_temporary) {
  mg_file *file = mg_file_create("a");
  cr_assert(file != NULL, "%s", mg_reason());
  mkdir("a", 0777);
  cr_expect(mg_file_commit(file) == GSL_EFAILED, "committed onto a folder");
  expect_reason("'a'");
  cr_expect(names_in(".") == 1, "%d names in the folder", names_in("."));
}

Test(file, what_is_no_regular_file_is_not_replaced) {
  mkdir("folder", 0777);
  make_socket("socket");
  cr_assert(mkfifo("pipe", 0666) == 0, "no pipe");
  cr_assert(symlink("nothing", "dangling") == 0, "no link");
  struct {
    const char *path, *reason;
  } cases[] = {{"folder", "it is a folder"},      {"folder/", "it is a folder"},
               {"pipe", "it is a pipe"},          {"socket", "it is a socket"},
               {"dangling", "a link to nowhere"}, {"missing/a", "No such file"},
               {"missing/", "names no file"},     {"", "names no file"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mg_reason_clear();
    cr_expect(mg_file_create(cases[i].path) == NULL, "'%s'", cases[i].path);
    expect_reason(cases[i].reason);
    cr_expect(mg_file_write(cases[i].path, "x", 1) == GSL_EFAILED, "written");
  }
  cr_expect(names_in(".") == 4, "%d names in the folder", names_in("."));
}

Test(file, a_link_is_followed) {
  mkdir("far", 0777);
  put("far/real", "old");
  cr_assert(symlink("far/real", "link") == 0, "no link");
  put("link", "new");
  expect_content("far/real", "new");
  struct stat there;
  cr_expect(lstat("link", &there) == 0 && S_ISLNK(there.st_mode),
            "the link was replaced");
  cr_expect(names_in("far") == 1, "%d names in far", names_in("far"));
}

Test(file, rights_are_the_umask_s_or_the_old_file_s) {
  umask(027);
  put("a", "new");
  cr_expect(rights_of("a") == 0640, "a new file has %o", rights_of("a"));
  chmod("a", 0606);
  put("a", "newer");
  cr_expect(rights_of("a") == 0606, "an old file has %o", rights_of("a"));
}

Test(file, a_name_as_long_as_may_be_is_written) {
  char name[256];
  memset(name, 'n', 255);
  name[255] = '\0';
  put(name, "long");
  expect_content(name, "long");
}

Test(file, only_whole_regular_files_are_read) {
  char *bytes = NULL;
  size_t size = 7;
  put("five", "12345");
  mkdir("folder", 0777);
  cr_assert(mkfifo("pipe", 0666) == 0, "no pipe");
  struct {
    const char *path, *reason;
  } cases[] = {{"missing", "No such file"},
               {"folder", "it is a folder"},
               {"pipe", "it is a pipe"},
               {"/dev/zero", "it is a device"},
               {"five", "has 5 bytes: the most is 4"},
               {"", "No such file"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    cr_expect(mg_file_read(cases[i].path, 4, &bytes, &size) == GSL_EFAILED,
              "'%s' was read", cases[i].path);
    expect_reason(cases[i].reason);
  }
  cr_expect(bytes == NULL && size == 7, "a failure changed the results");
}

/* A file of the kernel's says 0 bytes and has some. */
Test(file, a_file_longer_than_it_says_is_refused) {
  char *bytes;
  size_t size;
  if (access("/proc/self/status", R_OK) != 0)
    cr_skip_test("there is no /proc");
  cr_expect(mg_file_read("/proc/self/status", 1000000, &bytes, &size) ==
                GSL_EFAILED,
            "read as %zu bytes", size);
  expect_reason("changed while it was read");
}

Test(file, a_hostile_name_is_one_plain_line_in_the_reason) {
  char *bytes;
  size_t size;
  cr_expect(mg_file_read("a\nx\033[2Jb", 1, &bytes, &size) == GSL_EFAILED,
            "read");
  expect_reason("'a?x?[2Jb'");
}

Test(file, folders_are_made_with_those_above) {
  const char *good[] = {"a/b/c", "a/b/c", "a//b///d/", "/", ".", "./e/../f"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    cr_expect(mg_folder_make(good[i]) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(names_in("a/b") == 2, "%d names in a/b", names_in("a/b"));
  cr_expect(names_in("f") == 0, "f is not there");
  put("file", "");
  cr_expect(mg_folder_make("file") == GSL_EFAILED, "over a file");
  expect_reason("'file': File exists");
  cr_expect(mg_folder_make("file/a") == GSL_EFAILED, "below a file");
  cr_expect(mg_folder_make("") == GSL_EFAILED, "without a name");
}

Test(file, paths_are_joined) {
  const char *cases[][3] = {{"a", "b", "a/b"},
                            {"a/", "b", "a/b"},
                            {"/", "b", "/b"},
                            {"", "b", "b"},
                            {".", "b/c", "./b/c"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *path = mg_path_join(cases[i][0], cases[i][1]);
    cr_assert(path != NULL, "no memory");
    cr_expect_str_eq(path, cases[i][2], "case %zu: '%s'", i, path);
    free(path);
  }
}

Test(file, products_that_do_not_fit_are_refused) {
  size_t half = (size_t)1 << (sizeof(size_t) * 4), p = 7;
  cr_expect(mg_size_product(6, 7, &p) && p == 42, "6 x 7 = %zu", p);
  cr_expect(mg_size_product(0, SIZE_MAX, &p) && p == 0, "0 = %zu", p);
  cr_expect(mg_size_product(SIZE_MAX, 0, &p) && p == 0, "0 = %zu", p);
  cr_expect(mg_size_product(SIZE_MAX, 1, &p) && p == SIZE_MAX, "%zu", p);
  cr_expect(mg_size_product(half, half - 1, &p) && p == half * (half - 1),
            "%zu", p);
  p = 7;
  cr_expect(!mg_size_product(half, half, &p) && p == 7, "2^64 = %zu", p);
  cr_expect(!mg_size_product(SIZE_MAX, 2, &p) && p == 7, "wrapped: %zu", p);
}
