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
 * cannot wait for a key), and what it complains of goes into an unnamed file: a
 * pipe that nobody empties would block it.  What it prints is thrown away, or,
 * where the print is the picture (dumb, sixel), goes into an unnamed file too
 * and from there to the caller's stream.
 *
 * Its environment is one locale for all, so that a picture depends on the
 * script alone: not on GNUTERM, a language, or a user's start-up files (-d).
 * Only a window needs to be told of a screen, and gets the caller's.
 * Which PATH is searched for gnuplot is libc's affair.
 *
 * A window stays after gnuplot has ended: gnuplot hands it to a process of its
 * own.  All leave the caller's process group, so that a Ctrl-C meant for the
 * caller neither closes a window nor spoils the picture that is being drawn.
 *
 * The wait is a count of short sleeps: the library reads no clock, and the
 * limit need not be exact.
 *
 * Not here: the script (figure.c); the words for terminals (terminal.c); how a
 * figure looks in each (plots/style.gp). */
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

enum { TICKS = 100, NAME_SIZE = 128, LINE_SIZE = 256, CHOICE_SIZE = 128 };

/* The paths of folder/name.gp and of the picture, NULL where it is no file. */
typedef struct {
  char *script, *picture;
} places;

/* One run of gnuplot. */
typedef struct {
  const char *folder, *name, *picture;
  const mg_term *terminal;
  FILE *errors, *output; /* unnamed; no output where a file is drawn */
} run;

static bool has_file(const mg_term *t) {
  return t->kind == MG_TERM_SVG || t->kind == MG_TERM_PNG ||
         t->kind == MG_TERM_PDF || t->kind == MG_TERM_GIF;
}

static bool has_stream(const mg_term *t) {
  return t->kind == MG_TERM_DUMB || t->kind == MG_TERM_SIXEL;
}

static int find_places(const char *folder, const char *name,
                       const mg_term *terminal, places *p) {
  char file[NAME_SIZE];
  int status = mg_figure_check_name(name);
  if (status != GSL_SUCCESS)
    return status;
  snprintf(file, sizeof file, "%s.gp", name);
  p->script = mg_path_join(folder, file);
  snprintf(file, sizeof file, "%s.%s", name, mg_term_word(terminal->kind));
  p->picture = has_file(terminal) ? mg_path_join(folder, file) : NULL;
  if (!p->script || (has_file(terminal) && !p->picture))
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

static int fail_missing(const run *r) {
  char place[512], script[NAME_SIZE * 4], file[NAME_SIZE];
  snprintf(file, sizeof file, "./%s.gp", r->name);
  quote_for_shell(r->folder[0] ? r->folder : ".", place, sizeof place);
  quote_for_shell(file, script, sizeof script);
  return mg_fail(GSL_EUNSUP,
                 "no gnuplot here; where there is one, this draws the "
                 "picture: cd %s && gnuplot %s",
                 place, script);
}

/* The variables of plots/style.gp, as a command for gnuplot. */
static void print_choice(const mg_term *t, char *text, size_t size) {
  if (t->kind == MG_TERM_DUMB)
    snprintf(text, size,
             "term='dumb'; term_columns=%u; term_lines=%u; term_colour=%d",
             t->columns ? t->columns : 79, t->lines ? t->lines : 24, t->colour);
  else
    snprintf(text, size, "term='%s'", mg_term_word(t->kind));
}

/* What the child begins with: its folder and its three streams. */
static int prepare(posix_spawn_file_actions_t *actions, const run *r) {
  const char *folder = r->folder[0] ? r->folder : ".";
  int why = posix_spawn_file_actions_addchdir_np(actions, folder);
  if (why == 0)
    why =
        posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (why == 0 && r->output)
    why = posix_spawn_file_actions_adddup2(actions, fileno(r->output), 1);
  else if (why == 0)
    why =
        posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  return why == 0
             ? posix_spawn_file_actions_adddup2(actions, fileno(r->errors), 2)
             : why;
}

/* posix_spawnp for the run.  Returns an errno. */
static int spawn(const run *r, pid_t *child) {
  char script[NAME_SIZE], choice[CHOICE_SIZE];
  snprintf(script, sizeof script, "./%s.gp", r->name);
  print_choice(r->terminal, choice, sizeof choice);
  char program[] = "gnuplot", no_files[] = "-d", command[] = "-e";
  char *arguments[] = {program, no_files, command, choice, script, NULL};
  char locale[] = "LC_ALL=C.UTF-8", *plain[] = {locale, NULL};
  char *const *given =
      r->terminal->kind == MG_TERM_QT ? r->terminal->environment : NULL;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int why = posix_spawn_file_actions_init(&actions);
  if (why != 0)
    return why;
  why = posix_spawnattr_init(&attributes);
  if (why == 0) {
    why = prepare(&actions, r);
    if (why == 0) /* its own: Ctrl-C goes to a group */
      why = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    if (why == 0)
      why = posix_spawnp(child, program, &actions, &attributes, arguments,
                         given ? given : plain);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return why;
}

static int start(const run *r, pid_t *child) {
  int why = spawn(r, child);
  /* The script was found a moment ago, so what is not found is gnuplot. */
  if (why == ENOENT || why == EACCES || why == ENOTDIR)
    return fail_missing(r);
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

/* Does a line of what gnuplot complained of hold words? */
static bool complains(FILE *errors, const char *words) {
  char next[LINE_SIZE];
  rewind(errors);
  while (fgets(next, sizeof next, errors))
    if (strstr(next, words))
      return true;
  return false;
}

/* gnuplot is built with the terminals its maker chose, and a window needs a
 * screen besides. */
static int judge_terminal(const run *r) {
  const char *word = mg_term_word(r->terminal->kind);
  bool window = r->terminal->kind == MG_TERM_QT;
  if (complains(r->errors, "unknown or ambiguous terminal"))
    return mg_fail(
        GSL_EUNSUP, "this gnuplot is built without %s: %s or take %s", word,
        window ? "install the package gnuplot-qt," : "install another gnuplot",
        r->terminal->kind == MG_TERM_DUMB ? "svg" : "dumb");
  if (window && complains(r->errors, "display"))
    return mg_fail(GSL_EUNSUP,
                   "there is no screen here for a window: take dumb, which "
                   "draws with characters, or svg");
  return GSL_SUCCESS;
}

static bool has_drawn(const run *r) {
  struct stat there;
  if (r->terminal->kind == MG_TERM_QT)
    return true;
  int why =
      r->output ? fstat(fileno(r->output), &there) : stat(r->picture, &there);
  return why == 0 && there.st_size > 0;
}

static int judge(const run *r, int ended) {
  char line[LINE_SIZE];
  int status = judge_terminal(r);
  if (status != GSL_SUCCESS)
    return status;
  last_line(r->errors, line, sizeof line);
  if (WIFSIGNALED(ended))
    return mg_fail(GSL_EFAILED, "gnuplot died of signal %d: %s",
                   WTERMSIG(ended), line);
  if (WEXITSTATUS(ended) != 0)
    return mg_fail(GSL_EFAILED, "gnuplot failed: %s", line);
  if (!has_drawn(r))
    return mg_fail(GSL_EFAILED, "gnuplot drew nothing from '%.100s.gp': %s",
                   r->name, line);
  return GSL_SUCCESS;
}

/* The nearest of ASCII for the characters that templates use; '?' for others.
 */
static char ascii(const char *letter) {
  static const struct {
    const char *letter;
    char near;
  } known[] = {{"…", '.'}, {"±", '+'}, {"◂", '<'}, {"▸", '>'},
               {"–", '-'}, {"−", '-'}, {"×", 'x'}, {"·", '.'}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(letter, known[i].letter) == 0)
      return known[i].near;
  return '?';
}

/* Copies what gnuplot printed, but for dumb's form feed in front.  In ASCII a
 * character stays one character wide, so that the picture keeps its columns. */
static int copy_output(const run *r) {
  FILE *from = r->output, *to = r->terminal->stream;
  bool dumb = r->terminal->kind == MG_TERM_DUMB;
  bool plain = dumb && !r->terminal->utf8;
  rewind(from);
  for (int c = getc(from); c != EOF;) {
    char letter[5] = {(char)c};
    c = getc(from);
    for (size_t i = 1; i < 4 && plain && (c & 0xC0) == 0x80; c = getc(from))
      letter[i++] = (char)c;
    if (!dumb || letter[0] != '\f')
      putc(letter[1] ? ascii(letter) : letter[0], to);
  }
  if (dumb)
    putc('\n', to); /* nofeed leaves the last line open */
  if (ferror(from) || fflush(to) != 0 || ferror(to))
    return mg_fail(GSL_EFAILED, "the picture of '%.100s.gp' cannot be copied",
                   r->name);
  return GSL_SUCCESS;
}

static int run_gnuplot(const run *r, unsigned seconds) {
  pid_t child;
  int ended = 0;
  int status = start(r, &child);
  if (status != GSL_SUCCESS)
    return status;
  if (!wait_for(child, seconds, &ended))
    return mg_fail(GSL_ERUNAWAY,
                   "gnuplot was stopped after %u s at '%s.gp': give it longer, "
                   "or less data",
                   seconds, r->name);
  status = judge(r, ended);
  return status == GSL_SUCCESS && r->output ? copy_output(r) : status;
}

/* The run with its unnamed files. */
static int run_with_files(run *r, unsigned seconds) {
  bool prints = has_stream(r->terminal);
  r->errors = tmpfile();
  r->output = prints && r->errors ? tmpfile() : NULL;
  int status = r->errors && (!prints || r->output)
                   ? run_gnuplot(r, seconds)
                   : mg_fail(GSL_EFAILED, "no temporary file for gnuplot: %s",
                             strerror(errno));
  if (r->output)
    fclose(r->output);
  if (r->errors)
    fclose(r->errors);
  return status;
}

int mg_figure_draw(const char *folder, const char *name,
                   const mg_term *terminal, unsigned seconds) {
  places p = {NULL, NULL};
  if (terminal->kind == MG_TERM_NONE)
    return GSL_SUCCESS;
  if (has_stream(terminal) && !terminal->stream)
    return mg_fail(GSL_EINVAL, "%s needs a stream to go to",
                   mg_term_word(terminal->kind));
  int status = find_places(folder, name, terminal, &p);
  if (status == GSL_SUCCESS) {
    run r = {folder, name, p.picture, terminal, NULL, NULL};
    if (p.picture)
      unlink(p.picture);
    status = run_with_files(&r, seconds);
    if (status != GSL_SUCCESS && p.picture)
      unlink(p.picture);
  }
  free(p.script);
  free(p.picture);
  return status;
}
