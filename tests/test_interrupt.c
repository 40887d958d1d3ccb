/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C: the first asks, the second ends, and a program may go on. */
#include "config.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <signal.h>
#include <time.h>

#include "terminal/interrupt.h"
#include "terminal/message.h"

/* Longer than two signals that count as one are apart. */
static void wait_a_little(void) {
  nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
}

Test(interrupt, the_first_asks_and_says_so, .init = cr_redirect_stderr) {
  mg_message_program("ch02-em");
  mg_interrupt_watch("stopping after this step");
  cr_expect(!mg_interrupted(), "before it");
  raise(SIGINT);
  cr_expect(mg_interrupted(), "after it");
  cr_expect(mg_interrupted(), "it stays");
  cr_assert_stderr_eq_str("\nch02-em: stopping after this step\n", "the line");
}

Test(interrupt, nothing_is_said_without_a_text, .init = cr_redirect_stderr) {
  mg_interrupt_watch("old");
  mg_interrupt_watch(NULL);
  raise(SIGINT);
  cr_expect(mg_interrupted(), "after it");
  fputs("end\n", stderr);
  fflush(stderr);
  cr_assert_stderr_eq_str("end\n", "a text");
}

Test(interrupt, one_that_follows_at_once_is_the_same) {
  mg_interrupt_watch(NULL);
  raise(SIGINT);
  raise(SIGINT);
  mg_interrupt_clear();
  cr_expect(!mg_interrupted(), "cleared");
  raise(SIGINT);
  cr_expect(!mg_interrupted(), "the echo of the first");
}

Test(interrupt, the_second_ends, .signal = SIGINT) {
  mg_interrupt_watch(NULL);
  raise(SIGINT);
  wait_a_little();
  raise(SIGINT);
  cr_assert_fail("still here");
}

Test(interrupt, after_a_clear_the_next_is_a_first) {
  mg_interrupt_watch(NULL);
  for (int i = 0; i < 3; i++) {
    raise(SIGINT);
    cr_expect(mg_interrupted(), "number %d", i);
    mg_interrupt_clear();
    cr_expect(!mg_interrupted(), "cleared %d", i);
    wait_a_little();
  }
}
