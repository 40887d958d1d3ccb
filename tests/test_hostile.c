/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are broken, mistaken or malicious: each gives one sentence with
 * the file, and row and column where there are any, and costs no memory. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/files.h"
#include "folder.h"
#include "put.h"

static void setup(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(hostile, .init = setup, .fini = folder_leave);

typedef struct {
  const char *bytes;
  size_t size;
  const char *reason; /* a part of it */
  const char *label;
  unsigned levels;
} hostile;

#define FILE_OF(text) text, sizeof text - 1
#define IDX3 "\0\0\x08\x03"

static void assert_refused(const hostile *h, const char *path) {
  const mg_file_options options = {.label = h->label, .levels = h->levels};
  mg_reason_clear();
  mg_dataset *data = mg_dataset_read(path, &options);
  cr_assert_null(data, "read, where '%s' was expected", h->reason);
  cr_assert(strstr(mg_reason(), h->reason), "reason '%s' lacks '%s'",
            mg_reason(), h->reason);
  cr_assert_eq(strncmp(mg_reason(), path, strlen(path)), 0,
               "reason '%s' does not begin with the file", mg_reason());
  cr_assert_null(strstr(strstr(mg_reason(), path) + 1, path),
                 "reason '%s' names the file twice", mg_reason());
}

/* Each file plain, then packed. */
static void assert_all_refused(const hostile *files, size_t n) {
  for (size_t i = 0; i < n; i++) {
    put_bytes("broken", files[i].bytes, files[i].size);
    assert_refused(&files[i], "broken");
    put_gzip("broken.gz", files[i].bytes, files[i].size);
    assert_refused(&files[i], "broken.gz");
  }
}

static const hostile csv_files[] = {
    {FILE_OF("1,2\n3,4,5\n"), "row 2 has 3 columns, row 1 has 2", NULL, 0},
    {FILE_OF("a,b\n1,2\n3\n"), "row 3 has 1 column, row 1 has 2", NULL, 0},
    {FILE_OF("a,b\n1,2\n3,nan\n"), "row 3, column 'b' is NaN", NULL, 0},
    {FILE_OF("1,2\n-inf,4\n"), "row 2, column 1 is infinite", NULL, 0},
    {FILE_OF("a,b\n1,\n"), "row 2, column 'b' is empty", NULL, 0},
    {FILE_OF("1,2\n3,4x\n"), "row 2, column 2 holds '4x'", NULL, 0},
    {FILE_OF("1,2\n3,1e999\n"), "row 2, column 2 holds '1e999'", NULL, 0},
    {FILE_OF("1,2\n3,0x10\n"), "row 2, column 2 holds '0x10'", NULL, 0},
    {FILE_OF("1,5;2\n3;4\n"), "column 1 holds text ('1,5' in row 1)", NULL, 0},
    {FILE_OF("x,species\n1,setosa\n"),
     "column 'species' holds text ('setosa' in row 2): name it with --label "
     "species or remove it",
     NULL, 0},
    {FILE_OF("x,its kind\n1,setosa\n"), "name it with --label 2 or", NULL, 0},
    {FILE_OF("1,setosa\n"), "name it with --label 2 or remove it", NULL, 0},
    {FILE_OF("x,s,t\n1,a,b\n"), "column 't' holds text ('b' in row 2): remove",
     "s", 0},
    {FILE_OF("x,kind\n1,a\n"), "did you mean 'kind'? there are x, kind", "kidn",
     0},
    {FILE_OF("1,a\n"), "no column '3' for the label: there are columns 1 .. 2",
     "3", 0},
    {FILE_OF("1,a\n"), "no column '0'", "0", 0},
    {FILE_OF("x,kind\n1,a\n2,\n"), "row 3 has no label in column 'kind'",
     "kind", 0},
    {FILE_OF("kind\na\nb\n"), "no column but the label", "kind", 0},
    {FILE_OF("a,b\n"), "no rows below the line of names", NULL, 0},
    {FILE_OF("\n\n\n"), "no rows", NULL, 0},
    {FILE_OF("\xEF\xBB\xBF"), "no rows", NULL, 0},
    {FILE_OF(",,\n1,2,3\n"), "row 1, column 1 is empty", NULL, 0},
    {FILE_OF("1,2\n\n3,4\n"), "row 2 is blank", NULL, 0},
    {FILE_OF("1,\"2\n3,4\n"), "row 1, column 2: the quote is never closed",
     NULL, 0},
    {FILE_OF("1,\"2\"3\n"), "row 1, column 2: text follows", NULL, 0},
    {FILE_OF("1,2\n3,\0\n"), "row 2 holds the byte 0x00", NULL, 0},
    {FILE_OF("1,\x7F\n"), "row 1 holds the byte 0x7f", NULL, 0},
    {FILE_OF("1,\"\x1b[2J\"\n"), "row 1 holds the byte 0x1b", NULL, 0},
    {FILE_OF("0,1\n0,3\n"), "row 2, column 2 is 3: with 3 levels", NULL, 3},
    {FILE_OF("a,b\n0,0.5\n"), "row 2, column 'b' is 0.5", NULL, 2},
    {FILE_OF("a,b\n0,-1\n"), "row 2, column 'b' is -1", NULL, 256},
};

Test(hostile, csv) {
  assert_all_refused(csv_files, sizeof csv_files / sizeof *csv_files);
}

Test(hostile, csv_with_a_label_for_every_row) {
  char text[8000] = "", *at = text;
  for (int i = 0; i < 300; i++)
    at += snprintf(at, 24, "1,name%d\n", i);
  const hostile h = {text, strlen(text), "over 256 different values", "2", 0};
  assert_all_refused(&h, 1);
}

static const hostile idx_files[] = {
    {FILE_OF("\0\0\x08\x01\0\0\0\2\1\2"), "it is a label file", NULL, 0},
    {FILE_OF("\0\0\x0D\x03\0\0\0\1"), "type 0x0d", NULL, 0},
    {FILE_OF("\0\0\x08\x04\0\0\0\1"), "rank 4", NULL, 0},
    {FILE_OF("\0\0\x08\xFF\0\0\0\1"), "rank 255", NULL, 0},
    {FILE_OF("\0\0\x08"), "row 1 holds the byte 0x00", NULL, 0},
    {FILE_OF("\1\0\x08\3"), "row 1 holds the byte 0x01", NULL, 0},
    {FILE_OF(IDX3), "ends after 4 bytes", NULL, 0},
    {FILE_OF(IDX3 "\0\0\0\2\0\0"), "ends after 10 bytes", NULL, 0},
    {FILE_OF(IDX3 "\0\0\0\0\0\0\0\2\0\0\0\2"), "size 1 of its header is 0",
     NULL, 0},
    {FILE_OF(IDX3 "\0\0\0\1\0\0\0\0\0\0\0\2"), "size 2 of its header is 0",
     NULL, 0},
    {FILE_OF(IDX3 "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF@"),
     "more than any file", NULL, 0},
    {FILE_OF(IDX3 "\xFF\xFF\xFF\xFF\0\0\1\0\0\0\1\0@"), "its header promises",
     NULL, 0},
    {FILE_OF("\0\0\x08\x02\1\2\3\4\0\0\0\1@"),
     "promises 16909060 more bytes and 1 follow", NULL, 0},
    {FILE_OF(IDX3 "\0\0\0\1\0\0\0\1\0\0\0\2\0\1\2"), "bytes follow the 18",
     NULL, 0},
    {FILE_OF(IDX3 "\0\0\0\1\0\0\0\1\0\0\0\2\0\2"),
     "row 1, column 2 is 2: with 2 levels", NULL, 2},
};

Test(hostile, idx) {
  assert_all_refused(idx_files, sizeof idx_files / sizeof *idx_files);
}

/* The dictionaries are padded to 80 bytes below. */
static const struct {
  const char *dictionary, *reason;
} npy_heads[] = {
    {"", "its header tells no type"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}", "'<f2'"},
    {"{'descr': '<c16', 'fortran_order': False, 'shape': (2,)}", "'<c16'"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", "'|O'"},
    {"{'descr': '|f8', 'fortran_order': False, 'shape': (2,)}", "'|f8'"},
    {"{'descr': [('a', '<f8')], 'fortran_order': False}", "[('a'"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "single number"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,", "no shape"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': 2}", "no shape"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}", "no shape"},
    {"{'descr': '<f8', 'fortran_order': False}", "no shape"},
    {"{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2)}", "Fortran"},
    {"{'descr': '<f8', 'shape': (2, 2)}", "Fortran"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2)}",
     "size 1 of its shape is 0"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1)}",
     "rank is over 3"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 2)}",
     "images (rank 3) are bytes"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,)}",
     "its header promises 8796093022208 more bytes and 16 follow"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': "
     "(99999999999999999999999,)}",
     "more than any file"},
    {"{'descr': '|i1', 'fortran_order': False, 'shape': (4294967296, "
     "4294967296)}",
     "more than any file"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}",
     "bytes follow"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}",
     "row 2, column 1 is NaN"},
    {"{'descr': '|b1', 'fortran_order': False, 'shape': (1, 16)}",
     "row 1, column 15 is 248, no truth value"},
};

Test(hostile, npy) {
  static const char values[] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xF8\x7F";
  char text[200];
  for (size_t i = 0; i < sizeof npy_heads / sizeof *npy_heads; i++) {
    memcpy(text, "\x93NUMPY\1\0\x50\0", 10);
    snprintf(text + 10, 81, "%-79s\n", npy_heads[i].dictionary);
    memcpy(text + 90, values, 16);
    const hostile h = {text, 106, npy_heads[i].reason, NULL, 0};
    assert_all_refused(&h, 1);
  }
}

static const hostile other_files[] = {
    {FILE_OF("\x93NUMPY"), "ends after 6 bytes, 2 too early", NULL, 0},
    {FILE_OF("\x93NUMPY\1"), "ends after 7 bytes", NULL, 0},
    {FILE_OF("\x93NUMPY\4\0\1\0\0\0 "), "version is 4", NULL, 0},
    {FILE_OF("\x93NUMPY\1\0\x10\0{}"), "ends after 12 bytes", NULL, 0},
    {FILE_OF("\x93NUMPY\2\0\xFF\xFF\xFF\xFF{}"), "4294967295 bytes is too long",
     NULL, 0},
    {FILE_OF("PK\003\004 and so on"), "zip archive", NULL, 0},
    {FILE_OF("\x89PNG\r\n\x1A\n"), "PNG", NULL, 0},
    {FILE_OF("\xFF\xFE"
             "1\0,\0"),
     "UTF-16", NULL, 0},
};

Test(hostile, other_formats) {
  assert_all_refused(other_files, sizeof other_files / sizeof *other_files);
}

Test(hostile, label_files) {
  static const hostile labels[] = {
      {FILE_OF("\0\0\x08\x01\0\0\0\3\1\2\3"), "3 labels for 2 rows", NULL, 0},
      {FILE_OF("\0\0\x08\x01\0\0\0\2\1"), "promises 2 more", NULL, 0},
      {FILE_OF("\0\0\x08\x01\0\0\0\2\1\2\3"), "bytes follow", NULL, 0},
      {FILE_OF("\0\0\x08\x02\0\0\0\2\0\0\0\1\1\2"), "no label file", NULL, 0},
      {FILE_OF("1\n2\n"), "no label file", NULL, 0},
      {FILE_OF(""), "empty", NULL, 0},
  };
  put_bytes("data", "\0\0\x08\x02\0\0\0\2\0\0\0\1\7\7", 14);
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
    const mg_file_options options = {.label = "labels"};
    put_bytes("labels", labels[i].bytes, labels[i].size);
    cr_assert_null(mg_dataset_read("data", &options), "labels %zu passed", i);
    cr_assert(strstr(mg_reason(), labels[i].reason), "%s", mg_reason());
    cr_assert_eq(strncmp(mg_reason(), "labels: ", 8), 0, "%s", mg_reason());
  }
}

Test(hostile, what_is_no_file) {
  mkdir("folder", 0777);
  cr_assert_eq(mkfifo("pipe", 0666), 0, "mkfifo");
  put_bytes("empty", "", 0);
  const hostile h[] = {{NULL, 0, "folder", NULL, 0},
                       {NULL, 0, "pipe", NULL, 0},
                       {NULL, 0, "empty", NULL, 0},
                       {NULL, 0, "No such file", NULL, 0}};
  static const char *const paths[] = {"./folder", "./pipe", "./empty", "none"};
  for (size_t i = 0; i < 4; i++)
    assert_refused(&h[i], paths[i]);
}

/* A packed file of 1 MB promises 1 GB: what is not there takes no memory. */
Test(hostile, a_packed_promise_takes_no_memory) {
  static unsigned char noise[1 << 20];
  gsl_rng *rng = mg_stream_alloc(1, "noise", 0);
  for (size_t i = 0; i < sizeof noise; i++)
    noise[i] = (unsigned char)gsl_rng_uniform_int(rng, 256);
  gsl_rng_free(rng);
  memcpy(noise, "\x93NUMPY\1\0\x50\0", 10);
  snprintf((char *)noise + 10, 81, "%-79s\n",
           "{'descr': '|i1', 'fortran_order': False, 'shape': (1000000000,)}");
  put_gzip("broken", noise, sizeof noise);
  const hostile h = {NULL, 0, "promises 1000000000 more", NULL, 0};
  assert_refused(&h, "broken");
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  cr_assert_lt(use.ru_maxrss, 100 * 1000, "%ld kB at the peak", use.ru_maxrss);
}

/* Whatever follows a true beginning: no crash, and a reason or a data set. */
Test(hostile, random_bytes_behind_true_beginnings) {
  static const char *const starts[] = {"\x93NUMPY\1\0\x50\0{'descr': '<",
                                       "1,2\n3,", "\"a\";", ""};
  gsl_rng *rng = mg_stream_alloc(2, "fuzz", 0);
  for (int i = 0; i < 2000; i++) {
    char text[300];
    const size_t start = i % 5 == 4 ? 4 : strlen(starts[i % 5]);
    memcpy(text, i % 5 == 4 ? IDX3 : starts[i % 5], start);
    const size_t size = start + gsl_rng_uniform_int(rng, 200);
    for (size_t j = start; j < size; j++)
      text[j] = (char)(i % 2 ? gsl_rng_uniform_int(rng, 256)
                             : (unsigned char)"0123456789,;\"\n.-e'"
                                   [gsl_rng_uniform_int(rng, 18)]);
    put_bytes("x", text, size);
    mg_reason_clear();
    mg_dataset *data = mg_dataset_read("x", NULL);
    cr_assert(data || mg_reason()[0], "file %d: neither data nor reason", i);
    mg_dataset_free(data);
  }
  gsl_rng_free(rng);
}
