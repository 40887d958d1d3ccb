/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress: what is put in comes back, from another reading; what somebody
 * edited into nonsense is refused with its place, and not touched. */
#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/progress.h"
#include "folder.h"

TestSuite(progress, .init = folder_enter, .fini = folder_leave);

static mg_progress *read_here(void) {
  mg_progress *p = mg_progress_read(".");
  cr_assert(p != NULL, "%s", mg_reason());
  return p;
}

static void put(const char *text) {
  cr_assert(mg_file_write(MG_PROGRESS_FILE, text, strlen(text)) == GSL_SUCCESS,
            "%s", mg_reason());
}

static bool holds(const char *text) {
  char *bytes;
  size_t size;
  cr_assert(mg_file_read(MG_PROGRESS_FILE, 1 << 20, &bytes, &size) ==
                GSL_SUCCESS,
            "%s", mg_reason());
  const bool found = strstr(bytes, text) != NULL;
  free(bytes);
  return found;
}

static void expect_entry(const mg_progress *p, const char *name,
                         mg_progress_entry wanted) {
  const mg_progress_entry e = mg_progress_get(p, name);
  cr_expect(e.status == wanted.status, "%s: status %d", name, (int)e.status);
  cr_expect(e.points == wanted.points, "%s: %u points", name, e.points);
  cr_expect(e.hints == wanted.hints, "%s: %u hints", name, e.hints);
  cr_expect(e.checks == wanted.checks, "%s: %u checks", name, e.checks);
  cr_expect(e.first_pass == wanted.first_pass, "%s: first pass %lld", name,
            e.first_pass);
}

Test(progress, where_there_is_none_all_is_new) {
  mg_progress *p = read_here();
  expect_entry(p, "e-step", (mg_progress_entry){.status = MG_PROGRESS_NEW});
  mg_progress_free(p);
  cr_expect(access(MG_PROGRESS_FILE, F_OK) != 0, "reading made a file");
}

Test(progress, what_is_put_in_comes_back) {
  static const mg_progress_entry entries[] = {
      {MG_PROGRESS_NEW, 0, 0, 0, 0},
      {MG_PROGRESS_STARTED, 0, 1, 0, 0},
      {MG_PROGRESS_TRIED, 5, 2, 7, 0},
      {MG_PROGRESS_PASSED, 10, 3, 8, 5000000000},
      {MG_PROGRESS_GIVEN_UP, 2147483647, 0, 2147483647, 0}};
  static const char *const names[] = {"a", "b", "c", "d", "e"};
  mg_progress *p = read_here();
  for (size_t i = 0; i < 5; i++)
    mg_progress_set(p, names[i], &entries[(i + 1) % 5]);
  for (size_t i = 0; i < 5; i++)
    mg_progress_set(p, names[i], &entries[i]);
  cr_assert(mg_progress_write(p) == GSL_SUCCESS, "%s", mg_reason());
  mg_progress_free(p);
  p = read_here();
  for (size_t i = 0; i < 5; i++)
    expect_entry(p, names[i], entries[i]);
  mg_progress_free(p);
}

/* Two exercises that this program does not know, and a note. */
Test(progress, what_it_does_not_know_stays) {
  put("{\"marginalia-exercises\": 1, \"note\": \"mine\", \"exercises\": {"
      "\"of-tomorrow\": {\"status\": \"passed\", \"stars\": 5},"
      "\"e-step\": {\"status\": \"tried\", \"points\": 3, \"mood\": \"good\"}"
      "}}");
  mg_progress *p = read_here();
  expect_entry(p, "e-step",
               (mg_progress_entry){.status = MG_PROGRESS_TRIED, .points = 3});
  const mg_progress_entry entry = {MG_PROGRESS_PASSED, 10, 0, 2, 7};
  mg_progress_set(p, "e-step", &entry);
  cr_assert(mg_progress_write(p) == GSL_SUCCESS, "%s", mg_reason());
  mg_progress_free(p);
  cr_expect(holds("\"note\": \"mine\""), "the note is gone");
  cr_expect(holds("\"stars\": 5"), "another version's exercise is gone");
  cr_expect(holds("\"mood\": \"good\""), "a member of the entry is gone");
  p = read_here();
  expect_entry(p, "e-step", entry);
  mg_progress_free(p);
}

/* What is wrong, and a word of how it is said. */
static const struct {
  const char *text, *says;
} damaged[] = {
    {"", "line 1"},
    {"{\"marginalia-exercises\": 1,\n \"exercises\": {", "line 2"},
    {"\xff\xfe{}", "0xff"},
    {"[1, 2]", "no progress"},
    {"{}", "no progress"},
    {"{\"marginalia-exercises\": 1}", "no progress"},
    {"{\"marginalia-exercises\": \"1\", \"exercises\": {}}", "no progress"},
    {"{\"marginalia-exercises\": 1, \"exercises\": []}", "no progress"},
    {"{\"marginalia-exercises\": 2, \"exercises\": {}}", "version 2"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {}, \"exercises\": {}}",
     "duplicate"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": 3}}", "'x' is no"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {}}}",
     "status of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": "
     "\"won\"}}}",
     "status of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": 3}}}",
     "status of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": "
     "\"tried\", \"points\": -3}}}",
     "points of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": "
     "\"tried\", \"points\": 2147483648}}}",
     "points of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": "
     "\"tried\", \"hints\": 4}}}",
     "hints of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": "
     "\"tried\", \"checks\": 1.5}}}",
     "checks of 'x'"},
    {"{\"marginalia-exercises\": 1, \"exercises\": {\"x\": {\"status\": "
     "\"passed\", \"first_pass\": \"today\"}}}",
     "first_pass of 'x'"},
};

Test(progress, nonsense_is_refused_with_its_place_and_left) {
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
    put(damaged[i].text);
    mg_progress *p = mg_progress_read(".");
    cr_expect(p == NULL, "read: %s", damaged[i].text);
    cr_expect(strstr(mg_reason(), damaged[i].says) != NULL,
              "'%s' does not say '%s' of %s", mg_reason(), damaged[i].says,
              damaged[i].text);
    cr_expect(strstr(mg_reason(), MG_PROGRESS_FILE) != NULL,
              "'%s' does not name the file", mg_reason());
    cr_expect(holds(damaged[i].text), "it was touched: %s", damaged[i].text);
    mg_progress_free(p);
  }
}

Test(progress, every_cut_of_a_file_is_refused) {
  mg_progress *p = read_here();
  const mg_progress_entry entry = {MG_PROGRESS_PASSED, 10, 1, 4, 1763740800};
  mg_progress_set(p, "e-step", &entry);
  cr_assert(mg_progress_write(p) == GSL_SUCCESS, "%s", mg_reason());
  mg_progress_free(p);
  char *bytes;
  size_t size;
  cr_assert(mg_file_read(MG_PROGRESS_FILE, 1000, &bytes, &size) == GSL_SUCCESS,
            "%s", mg_reason());
  /* Without its last line end it is still whole. */
  for (size_t n = 0; n + 1 < size; n++) {
    cr_assert(mg_file_write(MG_PROGRESS_FILE, bytes, n) == GSL_SUCCESS, "%s",
              mg_reason());
    p = mg_progress_read(".");
    cr_expect(p == NULL, "the first %zu bytes were read", n);
    mg_progress_free(p);
  }
  free(bytes);
}

Test(progress, a_folder_in_its_place_and_no_folder) {
  cr_assert(mkdir(MG_PROGRESS_FILE, 0700) == 0, "no folder");
  cr_expect(mg_progress_read(".") == NULL, "a folder was read");
  mg_progress *p = mg_progress_read("nowhere");
  cr_assert(p != NULL, "%s", mg_reason());
  cr_expect(mg_progress_write(p) == GSL_EFAILED, "written to no folder");
  mg_progress_free(p);
}

Test(progress, nothing_but_the_file_is_left) {
  mg_progress *p = read_here();
  for (unsigned i = 0; i < 3; i++) {
    mg_progress_set(p, "x", &(mg_progress_entry){.points = i});
    cr_assert(mg_progress_write(p) == GSL_SUCCESS, "%s", mg_reason());
  }
  mg_progress_free(p);
  DIR *dir = opendir(".");
  cr_assert(dir != NULL, "no folder");
  for (struct dirent *e = readdir(dir); e; e = readdir(dir))
    cr_expect(e->d_name[0] == '.' || strcmp(e->d_name, MG_PROGRESS_FILE) == 0,
              "%s is left", e->d_name);
  closedir(dir);
}
