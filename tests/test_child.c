/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grader against evaluators that do all that they should not: each is a
 * shell script in the evaluator's place, which is started as
 *
 *     sh SCRIPT OBJECT
 *
 * reads questions from 0, writes answers to 3, and first says by a frame of 16
 * zero bytes that it is there.  One that sends back what it gets answers well,
 * since a question is a parcel, too. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/child.h"
#include "folder.h"

#define GREET "head -c 16 /dev/zero >&3\n"

static mg_child *child;
static mg_parcel *in, *out;

static void enter(void) {
  folder_enter();
  in = mg_parcel_alloc();
  out = mg_parcel_alloc();
  cr_assert(in && out, "memory");
  cr_assert(mg_parcel_add_number(in, "x", 2.5) == GSL_SUCCESS, "%s",
            mg_reason());
}

static void leave(void) {
  mg_child_free(child);
  mg_parcel_free(in);
  mg_parcel_free(out);
  folder_leave();
}

TestSuite(child, .init = enter, .fini = leave, .timeout = 60);

/* An evaluator that does what the script says, in one second. */
static void be(const char *script) {
  cr_assert(mg_file_write("script", script, strlen(script)) == GSL_SUCCESS,
            "%s", mg_reason());
  child = mg_child_alloc(
      &(mg_child_options){"/bin/sh", "script", "object", folder, .seconds = 1});
  cr_assert(child != NULL, "memory");
}

/* Asks, expects no answer, this end, and this word in the reason. */
static void expect_end(mg_child_end end, const char *word) {
  int number;
  cr_expect(mg_child_ask(child, in, out) == GSL_EFAILED, "it has answered");
  cr_expect_eq(mg_child_ended(child, &number), end, "end %d: %s",
               (int)mg_child_ended(child, &number), mg_reason());
  cr_expect(strstr(mg_reason(), word), "'%s' without '%s'", mg_reason(), word);
  cr_expect_eq(out->items, 0, "something is in the answer");
}

static void expect_answer(void) {
  cr_expect(mg_child_ask(child, in, out) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(mg_parcel_number(out, "x"), 2.5, "x is %g",
               mg_parcel_number(out, "x"));
}

static void expect_output(const char *words) {
  cr_expect(strstr(mg_child_output(child), words), "'%s' is not in '%s'", words,
            mg_child_output(child));
}

/* Many megabytes: no pipe takes them at once. */
static void make_large(void) {
  cr_assert(mg_parcel_add_vector(in, "a", 1 << 21) != NULL, "%s", mg_reason());
}

/* ---- answers ---- */

Test(child, answers_again_and_again) {
  be(GREET "cat >&3");
  expect_answer();
  make_large();
  expect_answer();
  cr_expect_eq(mg_parcel_vector(out, "a")->size, 1 << 21, "not all came back");
  expect_answer();
}

Test(child, has_a_world_of_its_own) {
  cr_assert(setenv("MG_SECRET", "4711", 1) == 0, "environment");
  cr_assert(open("/", O_RDONLY) >= 0, "a file for it to inherit");
  be(GREET "env; pwd; ps -o sid= -p $$; echo sid $$\ncat >&3");
  expect_answer();
  expect_output("OMP_THREAD_LIMIT=1");
  expect_output(folder);
  cr_expect(!strstr(mg_child_output(child), "4711"), "it knows a secret");
  cr_expect(!strstr(mg_child_output(child), "HOME="), "it knows a home");
}

Test(child, a_grader_without_files_can_ask) {
  be(GREET "cat >&3");
  const int out_file = dup(1), errors = dup(2);
  for (int f = 0; f < 3; f++)
    close(f);
  const int status = mg_child_ask(child, in, out);
  dup2(out_file, 1);
  dup2(errors, 2);
  cr_expect_eq(status, GSL_SUCCESS, "%s", mg_reason());
}

Test(child, signals_of_the_grader_are_not_inherited) {
  signal(SIGTERM, SIG_IGN);
  be(GREET "kill -TERM $$\nsleep 9");
  expect_end(MG_CHILD_CRASHED, "Terminated");
}

Test(child, is_started_anew_when_it_has_died) {
  be("test -f died || { " GREET "touch died; exit 3; }\n" GREET "cat >&3");
  expect_end(MG_CHILD_LEFT, "exit(3)");
  expect_answer();
}

Test(child, time_is_shared_by_all_its_lives) {
  be(GREET "sleep 0.4\nexit 3");
  expect_end(MG_CHILD_LEFT, "exit(3)");
  expect_end(MG_CHILD_LEFT, "exit(3)");
  expect_end(MG_CHILD_CLOCK, "1 s");
  expect_end(MG_CHILD_CLOCK, "1 s");
}

Test(child, what_it_prints_is_kept_for_one_question) {
  be(GREET "printf 'one\\033two'\nhead -c 96 >&3\ncat >&3");
  expect_answer();
  expect_output("one?two");
  expect_answer();
  cr_expect_str_empty(mg_child_output(child), "of the next question");
}

Test(child, the_beginning_and_the_end_of_much_are_kept) {
  be(GREET "echo begin; head -c 100000 /dev/zero | tr '\\0' y; echo end\n"
           "cat >&3");
  expect_answer();
  cr_expect(strncmp(mg_child_output(child), "begin\nyyy", 9) == 0, "begin");
  expect_output("yyy\n... ");
  expect_output("yyyend\n");
  cr_expect(strlen(mg_child_output(child)) < 21000, "too much");
}

/* ---- ends ---- */

Test(child, that_is_not_there) {
  child = mg_child_alloc(
      &(mg_child_options){"./none", "a", "b", folder, .seconds = 1});
  expect_end(MG_CHILD_CANNOT, "No such file");
}

Test(child, that_is_not_confined) {
  be("echo seccomp is missing >&2\nexit 1");
  expect_end(MG_CHILD_CANNOT, "seccomp is missing");
}

Test(child, that_is_of_another_version) {
  be("echo this is another greeting >&3\nsleep 9");
  expect_end(MG_CHILD_NONSENSE, "version");
}

Test(child, that_dies_of_signals) {
  static const struct {
    const char *script, *word;
    mg_child_end end;
  } deaths[] = {
      {GREET "kill -SEGV $$\nsleep 9", "memory that is not", MG_CHILD_CRASHED},
      {GREET "kill -FPE $$\nsleep 9", "by 0", MG_CHILD_CRASHED},
      {GREET "kill -ABRT $$\nsleep 9", "abort()", MG_CHILD_CRASHED},
      {GREET "kill -ILL $$\nsleep 9", "no instruction", MG_CHILD_CRASHED},
      {GREET "kill -SYS $$\nsleep 9", "asks the system", MG_CHILD_REFUSED},
      {GREET "kill -XCPU $$\nsleep 9", "5 s of CPU", MG_CHILD_CPU}};
  for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
    be(deaths[i].script);
    expect_end(deaths[i].end, deaths[i].word);
    mg_child_free(child);
    child = NULL;
  }
}

Test(child, that_waits) {
  be(GREET "sleep 9");
  expect_end(MG_CHILD_CLOCK, "does it wait");
}

Test(child, that_does_not_read) {
  be(GREET "sleep 99");
  make_large();
  expect_end(MG_CHILD_CLOCK, "does it wait");
}

Test(child, that_dies_while_it_is_asked) {
  be(GREET "exit 0");
  make_large();
  expect_end(MG_CHILD_LEFT, "exit(0)");
}

Test(child, that_closes_its_questions) {
  be(GREET "exec 0<&-\nsleep 9");
  make_large();
  expect_end(MG_CHILD_CLOCK, "does it wait");
}

Test(child, that_closes_its_answers) {
  be(GREET "exec 3>&-\nsleep 9");
  expect_end(MG_CHILD_NONSENSE, "closed");
}

Test(child, that_closes_what_it_prints_to) {
  be(GREET "exec 1>&- 2>&-\ncat >&3");
  expect_answer();
}

/* Of this thread: a BLAS's may spin as they begin. */
static double processor_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

Test(child, that_closes_what_it_prints_to_is_waited_for_asleep) {
  be(GREET "exec 1>&- 2>&-\nsleep 9");
  const double before = processor_seconds();
  expect_end(MG_CHILD_CLOCK, "does it wait");
  cr_expect(processor_seconds() - before < 0.05, "the grader is busy");
}

Test(child, that_prints_without_end) {
  be(GREET "yes");
  int number;
  cr_expect(mg_child_ask(child, in, out) == GSL_EFAILED, "it has answered");
  const mg_child_end end = mg_child_ended(child, &number);
  cr_expect(end == MG_CHILD_NONSENSE || end == MG_CHILD_CLOCK, "%d", (int)end);
}

Test(child, that_answers_without_end) {
  be(GREET "cat /dev/zero >&3");
  expect_end(MG_CHILD_NONSENSE, "behind it");
}

Test(child, that_answers_with_too_long_a_text) {
  be(GREET "printf '\\377\\377\\0\\0\\0\\0\\0\\0d\\0\\0\\0\\0\\0\\0\\0' >&3\n"
           "sleep 9");
  expect_end(MG_CHILD_NONSENSE, "length");
}

Test(child, that_answers_with_too_long_a_parcel) {
  be(GREET "printf '\\0\\0\\0\\0\\0\\0\\0\\100' >&3\n"
           "head -c 8 /dev/zero >&3\nsleep 9");
  expect_end(MG_CHILD_NONSENSE, "length");
}

Test(child, that_answers_in_no_known_kind) {
  be(GREET "printf '\\1\\0\\0\\0\\0\\0\\0\\0\\377\\0\\0\\0\\0\\0\\0\\0x' >&3\n"
           "sleep 9");
  expect_end(MG_CHILD_NONSENSE, "kind");
}

Test(child, that_answers_half) {
  be(GREET "head -c 50 >&3\nsleep 9");
  expect_end(MG_CHILD_CLOCK, "does it wait");
}

Test(child, that_answers_twice) {
  be(GREET
     "head -c 96 >answer; cat answer answer >both; cat both >&3\nsleep 9");
  expect_end(MG_CHILD_NONSENSE, "behind it");
}

Test(child, that_answers_before_it_is_asked) {
  be(GREET "head -c 96 >answer; cat answer >&3\n"
           "sleep 0.2; cat answer >&3\nsleep 9");
  expect_answer();
  nanosleep(&(struct timespec){.tv_nsec = 400000000}, NULL);
  expect_end(MG_CHILD_NONSENSE, "before its question");
}

Test(child, that_says_why_it_has_no_answer) {
  be(GREET "head -c 96 >question\n"
           "printf '\\4\\0\\0\\0\\0\\0\\0\\0d\\0\\0\\0\\0\\0\\0\\0no\\tk' >&3\n"
           "cat >&3");
  expect_end(MG_CHILD_ALIVE, "no?k");
}

Test(child, that_says_last_words) {
  be(GREET
     "printf '\\4\\0\\0\\0\\0\\0\\0\\0\\013\\0\\0\\0\\0\\0\\0\\0ouch' >&3\n"
     "sleep 9");
  expect_end(MG_CHILD_CRASHED, "ouch (Segmentation fault)");
  int number;
  mg_child_ended(child, &number);
  cr_expect_eq(number, SIGSEGV, "signal %d", number);
}

Test(child, whose_children_are_killed_too) {
  cr_assert(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0, "prctl");
  be(GREET "sleep 1000 & echo $!\ncat >&3");
  expect_answer();
  const pid_t grandchild = (pid_t)atol(mg_child_output(child));
  cr_assert(grandchild > 1 && kill(grandchild, 0) == 0, "it is not there");
  mg_child_free(child);
  child = NULL;
  bool gone = false; /* it may be ours now, since its parent has died */
  for (int i = 0; i < 200 && !gone; i++) {
    gone = waitpid(grandchild, NULL, WNOHANG) == grandchild ||
           kill(grandchild, 0) != 0;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  cr_expect(gone, "it lives");
}

/* Two at once, freed in the order in which they were made. */
Test(child, hides_the_grader_while_there_is_one) {
  const int visible = prctl(PR_GET_DUMPABLE);
  be(GREET "cat >&3");
  mg_child *first = child;
  cr_expect_eq(prctl(PR_GET_DUMPABLE), 0, "others can read it");
  be(GREET "cat >&3");
  mg_child_free(first);
  cr_expect_eq(prctl(PR_GET_DUMPABLE), 0, "others can read it");
  mg_child_free(child);
  child = NULL;
  cr_expect_eq(prctl(PR_GET_DUMPABLE), visible, "it stays hidden");
}

Test(child, leaves_no_file_open_and_no_zombie) {
  const int before = dup(0);
  close(before);
  for (int i = 0; i < 20; i++) {
    be(GREET "exit 0");
    expect_end(MG_CHILD_LEFT, "exit(0)");
    mg_child_free(child);
    child = NULL;
  }
  const int after = dup(0);
  cr_expect_eq(after, before, "%d, not %d, is the next free", after, before);
  cr_expect(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "a zombie");
}
