/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a student handed in is read when it is a source in the student's own
 * folder, and nothing else is. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "exercise/submission.h"
#include "folder.h"

TestSuite(submission, .init = folder_enter, .fini = folder_leave,
          .timeout = 20);

static void put(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "w");
  cr_assert(file && fwrite(bytes, 1, size, file) == size, "%s", path);
  fclose(file);
}

static void put_text(const char *path, const char *text) {
  put(path, text, strlen(text));
}

/* Folders ada and bob, and a secret beside them. */
static void class(void) {
  mkdir("ada", 0777);
  mkdir("ada/e-step", 0777);
  mkdir("bob", 0777);
  put_text("secret.c", "secret");
}

static mg_submission_kind look(const char *whose) {
  char *text;
  size_t length;
  const mg_submission_kind kind =
      mg_submission_read(whose, "e-step", &text, &length);
  cr_expect_eq(kind == MG_SUBMISSION_SOURCE, text != NULL, "the text");
  free(text);
  return kind;
}

static void refused(const char *whose, const char *because) {
  cr_expect_eq(look(whose), MG_SUBMISSION_REFUSED, "%s", because);
  cr_expect(strstr(mg_reason(), because), "'%s' for %s", mg_reason(), because);
}

Test(submission, is_read_whole) {
  char *text;
  size_t length;
  class();
  put_text("ada/e-step/e-step.c", "int a;");
  cr_expect_eq(mg_submission_read("ada", "e-step", &text, &length),
               MG_SUBMISSION_SOURCE, "%s", mg_reason());
  cr_expect_str_eq(text, "int a;", "that file");
  cr_expect_eq(length, 6, "%zu bytes", length);
  free(text);
}

Test(submission, stands_in_its_folder_or_above_it) {
  class();
  cr_expect_eq(look("ada"), MG_SUBMISSION_NONE, "an empty folder");
  cr_expect_str_eq(mg_reason(), "not handed in", "%s", mg_reason());
  cr_expect_eq(look("bob"), MG_SUBMISSION_NONE, "no folder");
  cr_expect(!mg_submission_is("ada", "e-step"), "none");
  put_text("ada/e-step.c", "");
  cr_expect_eq(look("ada"), MG_SUBMISSION_SOURCE, "%s", mg_reason());
  cr_expect(mg_submission_is("ada", "e-step"), "one");
  put_text("bob/e-step", "a file of the folder's name");
  put_text("bob/e-step.c", "");
  cr_expect_eq(look("bob"), MG_SUBMISSION_SOURCE, "%s", mg_reason());
  cr_expect_eq(look("carl"), MG_SUBMISSION_CLOSED, "no such student");
  cr_expect(!mg_submission_is("carl", "e-step"), "no such student");
}

Test(submission, no_link_is_followed) {
  class();
  cr_assert_eq(symlink("../../secret.c", "ada/e-step/e-step.c"), 0, "link");
  refused("ada", "e-step.c is a symbolic link");
  cr_expect(mg_submission_is("ada", "e-step"), "a link is something");
  unlink("ada/e-step/e-step.c");
  put_text("ada/e-step/e-step.c", "int a;");
  cr_assert_eq(symlink("../ada/e-step", "bob/e-step"), 0, "link");
  refused("bob", "e-step is a symbolic link");
  unlink("bob/e-step");
  cr_assert_eq(symlink("../secret.c", "bob/e-step.c"), 0, "link");
  refused("bob", "e-step.c is a symbolic link");
  cr_assert_eq(symlink("ada", "eve"), 0, "link");
  cr_expect_eq(look("eve"), MG_SUBMISSION_SOURCE, "the teacher's own link");
}

Test(submission, what_is_no_file_is_not_waited_for) {
  class();
  cr_assert_eq(mkfifo("ada/e-step/e-step.c", 0666), 0, "pipe");
  refused("ada", "is a pipe");
  mkdir("bob/e-step.c", 0777);
  refused("bob", "is a folder");
}

Test(submission, too_long_or_no_text_is_refused) {
  static char large[MG_SUBMISSION_MOST + 1];
  class();
  memset(large, ' ', sizeof large);
  put("bob/e-step.c", large, MG_SUBMISSION_MOST);
  cr_expect_eq(look("bob"), MG_SUBMISSION_SOURCE, "the longest");
  put("bob/e-step.c", large, MG_SUBMISSION_MOST + 1);
  refused("bob", "has over 262144 bytes");
  large[MG_SUBMISSION_MOST - 1] = '\0';
  put("bob/e-step.c", large, MG_SUBMISSION_MOST);
  refused("bob", "is no text");
  cr_assert_eq(truncate("bob/e-step.c", (off_t)1 << 40), 0, "a sparse file");
  refused("bob", "has over 262144 bytes");
}

/* Root reads everything, and becomes nobody for this. */
Test(submission, what_may_not_be_read_is_told) {
  class();
  put_text("ada/e-step/e-step.c", "int a;");
  chmod("ada/e-step/e-step.c", 0);
  chmod(".", 0755);
  if (geteuid() == 0)
    cr_assert_eq(seteuid(65534), 0, "nobody");
  cr_expect_eq(look("ada"), MG_SUBMISSION_CLOSED, "a file");
  cr_expect(strstr(mg_reason(), "cannot be read"), "%s", mg_reason());
  if (getuid() == 0)
    cr_assert_eq(seteuid(0), 0, "root");
}
