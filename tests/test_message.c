/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages: one line, the program's name before it, nothing that steers a
 * terminal. */
#include "config.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>

#include "terminal/message.h"

TestSuite(message, .init = cr_redirect_stderr);

Test(message, begins_with_the_name_of_the_program) {
  mg_message("%s is %d", "x", 3);
  mg_message_program("ch02-em");
  mg_message("no step %d", 9);
  cr_expect_str_eq(mg_message_name(), "ch02-em", "%s", mg_message_name());
  fflush(stderr);
  cr_assert_stderr_eq_str("marginalia: x is 3\nch02-em: no step 9\n",
                          "the lines");
}

Test(message, usage_tells_where_help_is) {
  int status = mg_message_usage("fit", "no model");
  mg_message_program("ch02-em");
  cr_expect(mg_message_usage(NULL, "no option") == status, "another status");
  cr_expect(status == MG_EXIT_USAGE, "status %d", status);
  fflush(stderr);
  cr_assert_stderr_eq_str("marginalia: no model\n"
                          "'marginalia fit --help' tells more.\n"
                          "ch02-em: no option\n"
                          "'ch02-em --help' tells more.\n",
                          "the lines");
}

Test(message, control_characters_are_shown_as_question_marks) {
  mg_message("a\033[2J\nb\177");
  fflush(stderr);
  cr_assert_stderr_eq_str("marginalia: a?[2J?b?\n", "the line");
}

Test(message, reason_is_the_library_s) {
  mg_fail(GSL_EINVAL, "x is 3: give 0 .. 2");
  cr_expect(mg_message_reason("gmm", 7) == 7, "another status");
  mg_message_reason(NULL, 7);
  fflush(stderr);
  cr_assert_stderr_eq_str("marginalia: gmm: x is 3: give 0 .. 2\n"
                          "marginalia: x is 3: give 0 .. 2\n",
                          "the lines");
}

Test(message, output_that_did_not_arrive_is_a_failure) {
  cr_expect(mg_output_end(0) == 0 && mg_output_end(7) == 7, "all is well");
  if (!freopen("/dev/full", "w", stdout))
    cr_skip_test("there is no /dev/full");
  fputs("x", stdout);
  cr_expect(mg_output_end(0) == EXIT_FAILURE, "a full disk");
  cr_expect(mg_output_end(7) == 7, "the first failure counts");
}
