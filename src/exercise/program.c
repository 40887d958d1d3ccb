/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another program with limits; see program.h.
 *
 * It is started with a list of words and never through a shell, so no name of a
 * file is a command.  The limits are set in the child between fork and exec,
 * which posix_spawn cannot do; there nothing is called that could want a lock
 * of a thread that was not copied (async-signal-safe calls alone).
 *
 * A limit is met in three ways: the clock is looked at here; the processor's
 * time and a file that grows too long end it by SIGXCPU and SIGXFSZ, or, where
 * it is the compiler's child that was hit, by the compiler's own words.  Memory
 * that is not given makes it fail in words of its own.
 *
 * It leads a process group, and the whole group is stopped: a compiler starts
 * assemblers and linkers. */
#include "config.h"

#include "exercise/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"
#include "terminal/progress.h"

enum { ENVIRONMENT = 12, SETTING = 4096, MEMORY_GIB = 4, FILE_MIB = 64 };

static void add(mg_command_line *l, const char *word, size_t length) {
  char *copy =
      l->words + 1 < MG_PROGRAM_ARGUMENTS ? strndup(word, length) : NULL;
  if (copy)
    l->word[l->words++] = copy;
  else
    l->short_of_memory = true;
}

void mg_command_line_add(mg_command_line *l, const char *word) {
  add(l, word, strlen(word));
}

void mg_command_line_split(mg_command_line *l, const char *text) {
  static const char blanks[] = " \t\n";
  for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
    const size_t length = strcspn(text, blanks);
    add(l, text, length);
    text += length;
  }
}

void mg_command_line_clear(mg_command_line *l) {
  for (size_t i = 0; i < l->words; i++)
    free(l->word[i]);
  *l = (mg_command_line){0};
}

/* The environment, in text: what finds a compiler and its folders, no more. */
static void choose_environment(char text[][SETTING], char **environment) {
  static const char *const kept[] = {
      "PATH",    "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH",
      "SDKROOT", NULL};
  size_t n = 0;
  for (size_t i = 0; kept[i]; i++) {
    const char *value = getenv(kept[i]);
    if (value &&
        snprintf(text[n], SETTING, "%s=%s", kept[i], value) < SETTING) {
      environment[n] = text[n];
      n++;
    }
  }
  static char locale[] = "LC_ALL=C", here[] = "TMPDIR=.",
              uncached[] = "CCACHE_DISABLE=1";
  environment[n++] = locale;
  environment[n++] = here;
  environment[n++] = uncached;
  environment[n] = NULL;
}

static void limit_all(unsigned seconds) {
  const struct rlimit time = {seconds, seconds},
                      memory = {(rlim_t)MEMORY_GIB << 30,
                                (rlim_t)MEMORY_GIB << 30},
                      file = {(rlim_t)FILE_MIB << 20, (rlim_t)FILE_MIB << 20},
                      none = {0, 0};
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_AS, &memory);
  setrlimit(RLIMIT_FSIZE, &file);
  setrlimit(RLIMIT_CORE, &none);
}

/* In the child, up to exec. */
static void become(char *const *words, char **environment, const char *folder,
                   unsigned seconds, int output) {
  setpgid(0, 0);
  limit_all(seconds);
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 ||
      dup2(output, 2) < 0 || chdir(folder) != 0)
    _exit(126);
  execvpe(words[0], words, environment);
  _exit(errno == ENOENT ? 127 : 126);
}

int mg_program_start(const mg_command_line *l, const char *folder,
                     unsigned seconds, mg_program *program) {
  char text[ENVIRONMENT][SETTING], *environment[ENVIRONMENT];
  if (l->short_of_memory || l->words == 0)
    return mg_fail(GSL_ENOMEM, "no memory to run a program, or it is given "
                               "too many options");
  choose_environment(text, environment);
  *program = (mg_program){.output = tmpfile(),
                          .deadline = mg_clock_seconds() + seconds};
  if (!program->output)
    return mg_fail(GSL_EFAILED, "no temporary file for what %s says: %s",
                   l->word[0], strerror(errno));
  program->process = fork();
  if (program->process == 0)
    become(l->word, environment, folder, seconds, fileno(program->output));
  if (program->process > 0) {
    setpgid(program->process, program->process); /* whoever comes first */
    return GSL_SUCCESS;
  }
  fclose(program->output);
  return mg_fail(GSL_EFAILED, "%s cannot be started: %s", l->word[0],
                 strerror(errno));
}

/* Waits.  Returns false when it had to be stopped. */
static bool wait_for(const mg_program *p, int *ended) {
  const struct timespec tick = {0, 2000000};
  while (mg_clock_seconds() < p->deadline) {
    const pid_t done = waitpid(p->process, ended, WNOHANG);
    if (done == p->process || (done < 0 && errno != EINTR))
      return true;
    nanosleep(&tick, NULL);
  }
  kill(-p->process, SIGKILL);
  while (waitpid(p->process, ended, 0) < 0 && errno == EINTR) {
  }
  return false;
}

static mg_program_end judge(int ended, const char *said) {
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0)
    return MG_PROGRAM_DONE;
  if (strstr(said, "CPU time limit exceeded") ||
      (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGXCPU))
    return MG_PROGRAM_TIME;
  if (strstr(said, "File size limit exceeded") ||
      strstr(said, "File too larg") ||
      (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGXFSZ))
    return MG_PROGRAM_TOO_LONG;
  return MG_PROGRAM_FAILED;
}

mg_program_end mg_program_wait(mg_program *program, char *said, size_t size) {
  int ended = 0;
  const bool in_time = wait_for(program, &ended);
  kill(-program->process, SIGKILL); /* what it may have left behind */
  rewind(program->output);
  said[fread(said, 1, size - 1, program->output)] = '\0';
  fclose(program->output);
  return in_time ? judge(ended, said) : MG_PROGRAM_TIME;
}

int mg_program_run(const mg_command_line *l, const char *folder,
                   unsigned seconds, char *said, size_t size,
                   mg_program_end *end) {
  mg_program program;
  const int status = mg_program_start(l, folder, seconds, &program);
  if (status == GSL_SUCCESS)
    *end = mg_program_wait(&program, said, size);
  return status;
}
