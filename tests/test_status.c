/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentence behind a code: kept, prefixed, cut, made plain, one a thread. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "base/status.h"

Test(status, a_failure_keeps_its_sentence_and_hands_its_code_back) {
  int code = mg_fail(GSL_EDOM, "row %d of '%s'", 3, "a.csv");
  cr_expect(code == GSL_EDOM, "code %d", code);
  cr_expect_str_eq(mg_reason(), "row 3 of 'a.csv'", "kept '%s'", mg_reason());
}

Test(status, where_it_happened_stands_before_it) {
  mg_fail(GSL_EINVAL, "components is 0");
  int code = mg_fail_in(GSL_EINVAL, "family %s", "gmm");
  cr_expect(code == GSL_EINVAL, "code %d", code);
  mg_fail_in(code, "chapter %d", 2);
  cr_expect_str_eq(mg_reason(), "chapter 2: family gmm: components is 0",
                   "kept '%s'", mg_reason());
}

Test(status, success_leaves_the_sentence_as_it_is) {
  mg_fail(GSL_EINVAL, "first");
  cr_expect(mg_fail_in(GSL_SUCCESS, "where") == GSL_SUCCESS, "a code");
  cr_expect_str_eq(mg_reason(), "first", "kept '%s'", mg_reason());
}

Test(status, a_sentence_may_quote_the_one_before) {
  mg_fail(GSL_EINVAL, "inner");
  mg_fail(GSL_EFAILED, "outer (%s)", mg_reason());
  cr_expect_str_eq(mg_reason(), "outer (inner)", "kept '%s'", mg_reason());
}

Test(status, without_a_sentence_gsl_says_what_the_code_means) {
  cr_expect_str_eq(mg_reason(), "", "a reason before any failure");
  cr_expect_str_eq(mg_status_text(GSL_ENOMEM), gsl_strerror(GSL_ENOMEM),
                   "text '%s'", mg_status_text(GSL_ENOMEM));
  mg_fail(GSL_EINVAL, "a reason");
  cr_expect_str_eq(mg_status_text(GSL_EINVAL), "a reason", "not the reason");
  mg_reason_clear();
  cr_expect_str_eq(mg_reason(), "", "'%s' after clear", mg_reason());
}

Test(status, control_characters_become_question_marks) {
  mg_fail(GSL_EFAILED, "'%s'", "a\033[2Jb\nc\td\x7fz\r");
  cr_expect_str_eq(mg_reason(), "'a?[2Jb?c?d?z?'", "kept '%s'", mg_reason());
  mg_fail(GSL_EFAILED, "%s", "sch\xc3\xb6n");
  cr_expect_str_eq(mg_reason(), "sch\xc3\xb6n", "UTF-8 was changed");
}

Test(status, a_long_sentence_is_cut_at_511_bytes) {
  char name[2000];
  memset(name, 'x', sizeof name);
  name[sizeof name - 1] = '\0';
  mg_fail(GSL_EFAILED, "%s", name);
  cr_expect(strlen(mg_reason()) == 511, "%zu bytes", strlen(mg_reason()));
  mg_fail_in(GSL_EFAILED, "%s", "where");
  cr_expect(strlen(mg_reason()) == 511, "%zu bytes", strlen(mg_reason()));
  cr_expect(strncmp(mg_reason(), "where: x", 8) == 0, "the place was lost");
}

static void *fail_elsewhere(void *seen) {
  *(int *)seen = mg_reason()[0] != '\0';
  mg_fail(GSL_EFAILED, "theirs");
  return NULL;
}

Test(status, every_thread_has_its_own) {
  int seen = -1;
  pthread_t thread;
  mg_fail(GSL_EINVAL, "ours");
  cr_assert(pthread_create(&thread, NULL, fail_elsewhere, &seen) == 0,
            "no thread");
  pthread_join(thread, NULL);
  cr_expect(seen == 0, "the other thread saw our reason");
  cr_expect_str_eq(mg_reason(), "ours", "kept '%s'", mg_reason());
}
