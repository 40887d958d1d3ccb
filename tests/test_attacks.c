/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Submissions that do not want to be graded but to have points: each file of
 * tests/exercises/attacks is one.  They are called without a look at the
 * symbols they use, so what is tested is the second wall alone: none has a
 * point, and the machine is as it was.
 *
 * A file that all may write stands for the results, and a folder that all may
 * write is where they run, so that what keeps them from writing is not the file
 * system's rights.  The second test does all again as an ordinary user, whose
 * process the grader and the submission both are. */
#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/child.h"
#include "exercise/confine.h"
#include "exercise/places.h"
#include "exercise/trial.h"
#include "folder.h"

enum { NOBODY = 65534, SOMEBODY = 12345, PATH = 4096, NAME = 128 };
static const char secret[] = "471108154711\n";

static mg_places places;
static char attacks[PATH]; /* the folder of their sources */
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
  char *below = mg_path_join(places.exercises, "../tests/exercises/attacks");
  cr_assert(realpath(below, attacks) != NULL, "no %s", below);
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

static void compile(const char *name) {
  char command[4 * PATH];
  snprintf(command, sizeof command,
           "%s -std=gnu11 -O1 -w -fPIC -shared -Wl,-Bsymbolic-functions "
           "-DRESULTS='\"%s/results\"' -DSUBMISSION='\"%s/x.so\"' "
           "-DLIBRARY='\"%s/libmarginalia.so\"' -DGRADER=%ld -I%s %s "
           "-o x.so %s/%s",
           MG_TEST_CC, folder, folder, places.library, (long)getpid(),
           places.headers, MG_TEST_CFLAGS, attacks, name);
  cr_assert(system(command) == 0, "%s", command);
  cr_assert(chmod("x.so", 0755) == 0, "x.so");
}

static void run(const char *name) {
  char object[PATH + NAME], work[PATH + NAME];
  snprintf(object, sizeof object, "%s/x.so", folder);
  snprintf(work, sizeof work, "%s/work", folder);
  struct stat before;
  compile(name);
  cr_assert(stat(object, &before) == 0, "%s", object);
  const size_t open_files = count("/proc/self/fd");
  mg_child *child = mg_child_alloc(&(mg_child_options){
      places.evaluator, "log-sum-exp", object, work, .seconds = 0.7});
  mg_trial trial;
  const int status = mg_trial_run(mg_exercise_find("log-sum-exp"), 1,
                                  mg_child_ask, child, &trial);
  int number;
  cr_expect_eq(status, GSL_SUCCESS, "%s: %s", name, mg_reason());
  cr_expect_eq(trial.points, 0, "%s: %u points", name, trial.points);
  cr_expect(mg_child_ended(child, &number) != MG_CHILD_CANNOT, "%s: %s", name,
            trial.result[0].says);
  if (getenv("MG_TEST_SAY"))
    printf("%-26s %s\n", name, trial.result[0].says);
  cr_expect(!strstr(mg_child_output(child), "47110815"), "%s: reads a file",
            name);
  mg_child_free(child);
  cr_expect_eq(count("/proc/self/fd"), open_files, "%s: files are open", name);
  expect_unharmed(name, &before);
}

static int is_source(const struct dirent *e) {
  const size_t length = strlen(e->d_name);
  return length > 2 && strcmp(e->d_name + length - 2, ".c") == 0;
}

static void run_all(void) {
  struct dirent **found;
  const int n = scandir(attacks, &found, is_source, alphasort);
  cr_assert(n >= 12, "%d attacks", n);
  for (int i = 0; i < n; i++) {
    run(found[i]->d_name);
    free(found[i]);
  }
  free(found);
}

Test(attacks, have_no_point, .init = enter, .fini = leave, .timeout = 300) {
  run_all();
}

Test(attacks, have_no_point_of_the_same_user, .init = enter_as_somebody,
     .fini = leave, .timeout = 300) {
  run_all();
}
