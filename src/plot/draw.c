/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gnuplot draws a script, at arm's length.
 *
 * Another program fails in more ways than a function: it is not there, it does
 * not end, it ends well and has drawn nothing.  Each is told apart:
 *
 *   posix_spawnp fails        no gnuplot: not a fault of the figure
 *   still there after a while killed
 *   an exit other than 0      its last words are the reason
 *   no picture, or 0 bytes    a failure too, whatever gnuplot says
 *
 * It is started with a list of arguments and never through a shell, so a folder
 * or a name is never a command.  Its input is empty (a script that pauses
 * cannot wait for a key), what it prints is thrown away, and what it complains
 * of goes into an unnamed file: a pipe that nobody empties would block it.
 *
 * Its environment is one locale for all, so that a picture depends on the
 * script alone: not on GNUTERM, a language, or a user's start-up files (-d).
 * Which PATH is searched for gnuplot is libc's affair.
 *
 * The wait is a count of short sleeps: the library reads no clock, and the
 * limit need not be exact.
 *
 * Not here: the script (figure.c); formats other than SVG, which are for a
 * person at the prompt. */
#include "config.h"

#include "plot/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"

enum { TICKS = 100, NAME_SIZE = 128, LINE_SIZE = 256 };

/* The paths of folder/name.gp and folder/name.svg. */
typedef struct {
  char *script, *picture;
} places;

static int find_places(const char *folder, const char *name, places *p) {
  char file[NAME_SIZE];
  int status = mg_figure_check_name(name);
  if (status != GSL_SUCCESS)
    return status;
  snprintf(file, sizeof file, "%s.gp", name);
  p->script = mg_path_join(folder, file);
  snprintf(file, sizeof file, "%s.svg", name);
  p->picture = mg_path_join(folder, file);
  if (!p->script || !p->picture)
    return GSL_ENOMEM;
  if (access(p->script, R_OK) != 0)
    return mg_fail(GSL_EFAILED, "there is no script '%.200s' to draw: %s",
                   p->script, strerror(errno));
  return GSL_SUCCESS;
}

/* Copies text in a shell's single quotes; a quote leaves them for a moment.
 * What does not fit is left out. */
static void quote_for_shell(const char *text, char *quoted, size_t size) {
  static const char quote[] = "'\\''";
  size_t used = (size_t)snprintf(quoted, size, "'");
  for (; *text && used + sizeof quote < size; text++) {
    const char one[] = {*text, '\0'};
    used += (size_t)snprintf(quoted + used, size - used, "%s",
                             *text == '\'' ? quote : one);
  }
  snprintf(quoted + used, size - used, "'");
}

static int fail_missing(const char *folder, const char *name) {
  char place[512], script[NAME_SIZE * 4], file[NAME_SIZE];
  snprintf(file, sizeof file, "./%s.gp", name);
  quote_for_shell(folder[0] ? folder : ".", place, sizeof place);
  quote_for_shell(file, script, sizeof script);
  return mg_fail(GSL_EUNSUP,
                 "no gnuplot here; where there is one, this draws the "
                 "picture: cd %s && gnuplot %s",
                 place, script);
}

/* What the child begins with: its folder and its three streams. */
static int prepare(posix_spawn_file_actions_t *actions, const char *folder,
                   int errors) {
  int why =
      posix_spawn_file_actions_addchdir_np(actions, folder[0] ? folder : ".");
  if (why == 0)
    why =
        posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (why == 0)
    why =
        posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  return why == 0 ? posix_spawn_file_actions_adddup2(actions, errors, 2) : why;
}

static int start(const char *folder, const char *name, int errors,
                 pid_t *child) {
  char script[NAME_SIZE];
  snprintf(script, sizeof script, "./%s.gp", name);
  char program[] = "gnuplot", no_files[] = "-d";
  char *arguments[] = {program, no_files, script, NULL};
  char locale[] = "LC_ALL=C.UTF-8", *environment[] = {locale, NULL};
  posix_spawn_file_actions_t actions;
  int why = posix_spawn_file_actions_init(&actions);
  if (why == 0) {
    why = prepare(&actions, folder, errors);
    if (why == 0)
      why =
          posix_spawnp(child, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
  }
  /* The script was found a moment ago, so what is not found is gnuplot. */
  if (why == ENOENT || why == EACCES || why == ENOTDIR)
    return fail_missing(folder, name);
  if (why != 0)
    return mg_fail(why == ENOMEM ? GSL_ENOMEM : GSL_EFAILED,
                   "gnuplot cannot be started: %s", strerror(why));
  return GSL_SUCCESS;
}

/* Waits until the child has ended.  Returns false when it had to be killed. */
static bool wait_for(pid_t child, unsigned seconds, int *ended) {
  const struct timespec tick = {0, 1000000000L / TICKS};
  for (size_t i = 0; i < (size_t)seconds * TICKS; i++) {
    pid_t done = waitpid(child, ended, WNOHANG);
    if (done == child || (done < 0 && errno != EINTR))
      return true;
    nanosleep(&tick, NULL);
  }
  kill(child, SIGKILL);
  while (waitpid(child, ended, 0) < 0 && errno == EINTR) {
  }
  return false;
}

/* The last line that is not blank: gnuplot stops at its first error, after
 * any warnings and after quoting the command. */
static void last_line(FILE *errors, char *line, size_t size) {
  char next[LINE_SIZE];
  snprintf(line, size, "it gave no reason");
  rewind(errors);
  while (fgets(next, sizeof next, errors)) {
    next[strcspn(next, "\n")] = '\0';
    if (next[strspn(next, " \t")])
      snprintf(line, size, "%s", next);
  }
}

static int judge(int ended, FILE *errors, const char *picture) {
  char line[LINE_SIZE];
  struct stat there;
  last_line(errors, line, sizeof line);
  if (WIFSIGNALED(ended))
    return mg_fail(GSL_EFAILED, "gnuplot died of signal %d: %s",
                   WTERMSIG(ended), line);
  if (WEXITSTATUS(ended) != 0)
    return mg_fail(GSL_EFAILED, "gnuplot failed: %s", line);
  if (stat(picture, &there) != 0 || there.st_size == 0)
    return mg_fail(GSL_EFAILED, "gnuplot drew nothing into '%.120s': %s",
                   picture, line);
  return GSL_SUCCESS;
}

static int run(const char *folder, const char *name, const char *picture,
               unsigned seconds, FILE *errors) {
  pid_t child;
  int ended = 0;
  int status = start(folder, name, fileno(errors), &child);
  if (status != GSL_SUCCESS)
    return status;
  if (!wait_for(child, seconds, &ended))
    return mg_fail(GSL_ERUNAWAY,
                   "gnuplot was stopped after %u s at '%s.gp': give it longer, "
                   "or less data",
                   seconds, name);
  return judge(ended, errors, picture);
}

int mg_figure_draw(const char *folder, const char *name, unsigned seconds) {
  places p = {NULL, NULL};
  int status = find_places(folder, name, &p);
  if (status == GSL_SUCCESS) {
    FILE *errors = tmpfile();
    unlink(p.picture);
    status = errors ? run(folder, name, p.picture, seconds, errors)
                    : mg_fail(GSL_EFAILED, "no temporary file for gnuplot: %s",
                              strerror(errno));
    if (status != GSL_SUCCESS)
      unlink(p.picture);
    if (errors)
      fclose(errors);
  }
  free(p.script);
  free(p.picture);
  return status;
}
