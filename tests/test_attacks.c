/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Submissions that do not want to be graded but to have points: each file of
 * tests/exercises/attacks is one.  They are called without a look at the
 * symbols they use, so what is tested is the second wall alone: none has a
 * point, and the machine is as it was.
 *
 * A file that all may write stands for the results, and a folder that all may
 * write is where they run, so that what keeps them from writing is not the file
 * system's rights.  The second test does all again as an ordinary user, whose
 * process the grader and the submission both are.  With MG_TEST_SAY=1 in the
 * environment what is said of each is printed. */
#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/child.h"
#include "exercise/confine.h"
#include "exercise/places.h"
#include "exercise/trial.h"
#include "folder.h"

enum { NOBODY = 65534, SOMEBODY = 12345, PATH = 4096, NAME = 128 };
static const char secret[] = "471108154711\n";

/* Is this a build under ASan?  Then that speaks first. */
extern void __asan_init(void) __attribute__((weak));

static mg_places places;
static char sources[PATH]; /* the folder that holds attacks/ and harmless/ */
static pid_t bystander;

/* ---- the machine ---- */

/* Somebody who does nothing, of the user whom the submissions are. */
static void start_bystander(void) {
  bystander = fork();
  if (bystander != 0)
    return;
  if (getuid() == 0 && setuid(NOBODY) != 0)
    _exit(1);
  for (;;)
    pause();
}

static void put_machine(void) {
  cr_assert(mkdir("work", 0777) == 0 && chmod("work", 0777) == 0, "work");
  cr_assert(mg_file_write("results", secret, sizeof secret - 1) == GSL_SUCCESS,
            "%s", mg_reason());
  cr_assert(chmod("results", 0666) == 0 && chmod(".", 0755) == 0, "rights");
  start_bystander();
}

static void enter(void) {
  char *own = realpath(".", NULL);
  if (mg_places_find(&places, own) != GSL_SUCCESS)
    cr_skip("%s", mg_reason());
  char *below = mg_path_join(places.exercises, "../tests/exercises");
  cr_assert(realpath(below, sources) != NULL, "no %s", below);
  free(below);
  free(own);
  if (mg_confine_check() != GSL_SUCCESS)
    cr_skip("%s", mg_reason());
  folder_enter();
  put_machine();
}

static void enter_as_somebody(void) {
  if (getuid() != 0)
    cr_skip("only root can become somebody else");
  cr_assert(setgroups(0, NULL) == 0 && setgid(SOMEBODY) == 0 &&
                setuid(SOMEBODY) == 0,
            "somebody");
  enter();
  if (access(places.evaluator, X_OK) != 0)
    cr_skip("others cannot run the programs of this folder");
}

static void leave(void) {
  kill(bystander, SIGKILL);
  waitpid(bystander, NULL, 0);
  mg_places_clear(&places);
  folder_leave();
}

static size_t count(const char *path) {
  size_t n = 0;
  DIR *d = opendir(path);
  cr_assert(d, "no folder %s", path);
  while (readdir(d))
    n++;
  closedir(d);
  return n - 2;
}

/* Is there a process whose arguments name this folder? */
static bool has_left_process(void) {
  bool found = false;
  DIR *d = opendir("/proc");
  for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
    char path[PATH], text[PATH] = "";
    snprintf(path, sizeof path, "/proc/%.20s/cmdline", e->d_name);
    const int f = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t size = f < 0 ? 0 : read(f, text, sizeof text - 1);
    if (f >= 0)
      close(f);
    found |= size > 0 && memmem(text, (size_t)size, folder, strlen(folder));
  }
  if (d)
    closedir(d);
  return found;
}

static void expect_unharmed(const char *name, const struct stat *object) {
  struct stat now;
  char text[64] = "";
  FILE *f = fopen("results", "r");
  cr_expect(f && fgets(text, sizeof text, f) && strcmp(text, secret) == 0,
            "%s: the results are '%s'", name, text);
  if (f)
    fclose(f);
  cr_expect(stat("x.so", &now) == 0 && now.st_size == object->st_size &&
                now.st_mode == object->st_mode,
            "%s: the object is another", name);
  cr_expect_eq(count("work"), 0, "%s: left a file", name);
  cr_expect_eq(count("."), 3, "%s: left a file outside", name);
  cr_expect(!has_left_process(), "%s: left a process", name);
  cr_expect(waitpid(bystander, NULL, WNOHANG) == 0, "%s: killed", name);
  cr_expect(waitpid(-1, NULL, WNOHANG) == 0, "%s: left a zombie", name);
}

/* ---- an attack ---- */

static void compile(const char *name, const char *flags) {
  char command[4 * PATH];
  snprintf(command, sizeof command,
           "%s -std=gnu11 -O1 -w -fPIC -shared -Wl,-Bsymbolic-functions "
           "-DRESULTS='\"%s/results\"' -DSUBMISSION='\"%s/x.so\"' "
           "-DLIBRARY='\"%s/libmarginalia.so\"' -DGRADER=%ld -I%s %s %s "
           "-o x.so %s/%s.c",
           MG_TEST_CC, folder, folder, places.library, (long)getpid(),
           places.headers, MG_TEST_CFLAGS, flags, sources, name);
  cr_assert(system(command) == 0, "%s", command);
  cr_assert(chmod("x.so", 0755) == 0, "x.so");
}

/* An answerer: a child, and how it ended the first time that it did. */
typedef struct {
  mg_child *child;
  mg_child_end end;
  bool once; /* it is not asked again */
} witness;

static int ask(void *self, const mg_parcel *in, mg_parcel *out) {
  witness *w = self;
  int number;
  if (w->once && w->end != MG_CHILD_ALIVE)
    return mg_fail(GSL_EFAILED, "it has ended");
  const int status = mg_child_ask(w->child, in, out);
  if (w->end == MG_CHILD_ALIVE)
    w->end = mg_child_ended(w->child, &number);
  return status;
}

/* Grades what compile left. */
static witness grade(const char *name, double seconds, bool sanitizing,
                     bool once, mg_trial *trial) {
  static char object[PATH + NAME], work[PATH + NAME];
  snprintf(object, sizeof object, "%s/x.so", folder);
  snprintf(work, sizeof work, "%s/work", folder);
  witness w = {
      .once = once,
      .child = mg_child_alloc(&(mg_child_options){
          .evaluator = sanitizing ? places.sanitizing : places.evaluator,
          .exercise = "log-sum-exp",
          .object = object,
          .folder = work,
          .seconds = seconds,
          .sanitizing = sanitizing})};
  const int status =
      mg_trial_run(mg_exercise_find("log-sum-exp"), 1, ask, &w, trial);
  cr_assert_eq(status, GSL_SUCCESS, "%s: %s", name, mg_reason());
  if (getenv("MG_TEST_SAY"))
    printf("%-34s %s\n", name, trial->result[0].says);
  return w;
}

static void run(const char *name) {
  struct stat before;
  mg_trial trial;
  compile(name, "");
  cr_assert(stat("x.so", &before) == 0, "x.so");
  const size_t open_files = count("/proc/self/fd");
  witness w = grade(name, 0.7, false, false, &trial);
  cr_expect_eq(trial.points, 0, "%s: %u points", name, trial.points);
  cr_expect(w.end != MG_CHILD_CANNOT, "%s: %s", name, trial.result[0].says);
  cr_expect(!strstr(mg_child_output(w.child), "47110815"), "%s: reads a file",
            name);
  mg_child_free(w.child);
  cr_expect_eq(count("/proc/self/fd"), open_files, "%s: files are open", name);
  expect_unharmed(name, &before);
}

static int is_source(const struct dirent *e) {
  const size_t length = strlen(e->d_name);
  return length > 2 && strcmp(e->d_name + length - 2, ".c") == 0;
}

/* Two get what they want where files can be read while an object is loaded
 * (docs/grader.md). */
static bool wants_landlock(const char *name) {
  return strcmp(name, "attacks/constructor_read") == 0 ||
         strcmp(name, "attacks/reference_again") == 0;
}

static bool has_landlock(void) {
  return syscall(444 /* landlock_create_ruleset */, NULL, 0, 1) > 0;
}

static void run_all(void) {
  struct dirent **found;
  char *attacks = mg_path_join(sources, "attacks");
  const int n = scandir(attacks, &found, is_source, alphasort);
  cr_assert(n >= 12, "%d attacks", n);
  for (int i = 0; i < n; i++) {
    char name[NAME];
    snprintf(name, sizeof name, "attacks/%.*s",
             (int)strlen(found[i]->d_name) - 2, found[i]->d_name);
    if (has_landlock() || !wants_landlock(name))
      run(name);
    free(found[i]);
  }
  free(found);
  free(attacks);
}

Test(attacks, have_no_point, .init = enter, .fini = leave, .timeout = 300) {
  run_all();
}

Test(attacks, have_no_point_of_the_same_user, .init = enter_as_somebody,
     .fini = leave, .timeout = 300) {
  run_all();
}

/* ---- what is said of them ---- */

/* Grades one that has no point, and says this of its first input. */
static void expect_words(const char *name, const char *flags, double seconds,
                         bool sanitizing, mg_child_end end, const char *words) {
  mg_trial trial;
  if (sanitizing && !places.sanitizing)
    return;
  compile(name, flags);
  witness w = grade(name, seconds, sanitizing, true, &trial);
  cr_expect_eq(w.end, end, "%s: end %d", name, (int)w.end);
  cr_expect(strstr(trial.result[0].says, words), "%s: '%s' without '%s'", name,
            trial.result[0].says, words);
  cr_expect_eq(trial.points, 0, "%s: %u points", name, trial.points);
  mg_child_free(w.child);
}

static const char sanitized[] =
    "-g -fsanitize=address,undefined -fno-sanitize-recover=all";

Test(attacks, are_named, .init = enter, .fini = leave, .timeout = 200) {
  if (__asan_init)
    cr_skip("the evaluator is under ASan");
  expect_words("attacks/memory", "", 30, false, MG_CHILD_CRASHED, "1 GiB");
  expect_words("attacks/recursion", "", 30, false, MG_CHILD_CRASHED, "stack");
  expect_words("attacks/fork_bomb", "", 30, false, MG_CHILD_REFUSED, "clone");
  expect_words("attacks/exit", "", 30, false, MG_CHILD_LEFT, "exit(0)");
  expect_words("attacks/divide", "", 30, false, MG_CHILD_CRASHED, "by 0");
  expect_words("attacks/break_heap", "", 30, false, MG_CHILD_CRASHED,
               "memory overwritten");
  expect_words("attacks/loop", "", 90, false, MG_CHILD_CPU, "5 s of CPU");
  expect_words("attacks/reference_early", "", 30, false, MG_CHILD_CRASHED,
               "the library's own");
  expect_words("attacks/close_pipes", "", 30, false, MG_CHILD_REFUSED, "close");
  expect_words("attacks/exit", "-Dmg_log_sum_exp=other", 10, false,
               MG_CHILD_ALIVE, "no function mg_log_sum_exp");
  char linked[PATH];
  snprintf(linked, sizeof linked,
           "-Dmg_log_sum_exp=other -Wl,--no-as-needed -L%s -lmarginalia",
           places.library);
  expect_words("attacks/exit", linked, 30, false, MG_CHILD_ALIVE,
               "no function mg_log_sum_exp");
  expect_words("attacks/exit", "-Dexit=none", 10, false, MG_CHILD_ALIVE,
               "cannot be loaded");
}

Test(attacks, are_named_by_the_sanitizer, .init = enter, .fini = leave,
     .timeout = 200) {
  expect_words("attacks/memory", sanitized, 60, true, MG_CHILD_MEMORY, "1 GiB");
  expect_words("attacks/recursion", sanitized, 60, true, MG_CHILD_FINDING,
               "sanitizer");
  expect_words("attacks/kill_all", sanitized, 60, true, MG_CHILD_REFUSED,
               "kill");
  expect_words("attacks/read_file", sanitized, 60, true, MG_CHILD_ALIVE,
               "result is 0");
}

/* The grader is killed, and cannot clean up. */
Test(attacks, die_with_the_grader, .init = enter, .fini = leave,
     .timeout = 60) {
  mg_trial trial;
  compile("attacks/loop", "");
  const pid_t grader = fork();
  if (grader == 0) {
    grade("loop", 60, false, true, &trial);
    _exit(1);
  }
  for (int i = 0; i < 500 && !has_left_process(); i++)
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  cr_expect(has_left_process(), "it has not begun");
  nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
  kill(grader, SIGKILL);
  waitpid(grader, NULL, 0);
  for (int i = 0; i < 200 && has_left_process(); i++)
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  cr_expect(!has_left_process(), "it lives on");
}

/* What is no attack is let through: memory, sorting, printing, GSL, products of
 * matrices by whatever CBLAS there is. */
static void expect_all_points(const char *flags, bool sanitizing) {
  mg_trial trial;
  compile("harmless/computing", flags);
  witness w = grade("computing", 90, sanitizing, false, &trial);
  for (size_t i = 0; i < trial.tests; i++)
    cr_expect(trial.result[i].passed, "%s", trial.result[i].says);
  const char *output = mg_child_output(w.child), *last = "no line end";
  const size_t length = strlen(output);
  cr_expect(length > 1000 && strcmp(output + length - strlen(last), last) == 0,
            "not all was printed: %s", output);
  mg_child_free(w.child);
}

Test(attacks, are_not_what_computes, .init = enter, .fini = leave,
     .timeout = 200) {
  expect_all_points("", false);
  if (places.sanitizing)
    expect_all_points(sanitized, true);
}
