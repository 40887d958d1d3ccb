/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the reader's in the place of the library's.
 *
 * A chapter is linked with the library as a shared object, and within that,
 * too, functions call each other by name.  A name means the first object that
 * gives it, and in the dynamic linker's order those of LD_PRELOAD stand before
 * the libraries.  Since it is read when a program begins, the chapter begins
 * twice:
 *
 *     ch02-em --with e-step.so       reads e-step.so's names, sets LD_PRELOAD
 *     ch02-em --with e-step.so       and becomes itself; now the variable is
 *                                    put back, for gnuplot shall run without
 *
 * The second beginning is known by a variable of our own.  It believes nothing:
 * a function is said to be replaced when the name has led to the reader's.
 *
 * LD_PRELOAD parts its paths at blanks and colons and cannot quote them; a path
 * that holds one is named by an open file of the process.
 *
 * Not here: functions that the library was compiled to hold in place (static
 * ones, and those of its headers). */
#include "config.h"

#include "lesson/substitute.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/object.h"
#include "base/status.h"
#include "terminal/message.h"
#include "terminal/text.h"

#define PRELOAD "LD_PRELOAD"
#define AGAIN "MARGINALIA_SUBSTITUTED"
enum { LIST_SIZE = 1 << 16, NAME_SIZE = 32 };

/* ---- names ---- */

/* Is this a function of the library's name?
 *   library  in  as dlopen gave it */
static bool replaces(void *library, const mg_object_symbol *s) {
  return s->defined && s->function && strncmp(s->name, "mg_", 3) == 0 &&
         dlsym(library, s->name);
}

/* The library in this program; NULL with the reason when the linker put it into
 * the program itself. */
static void *open_library(void) {
  void *library = dlopen("libmarginalia.so", RTLD_LAZY | RTLD_NOLOAD);
  if (!library)
    mg_fail(GSL_EUNSUP, "this program was built without a shared library, so "
                        "nothing in it can be replaced");
  return library;
}

/* Why the file is not loaded; of a source, what to give in its place. */
static int refuse(const char *file, int status) {
  const char *ending = strrchr(file, '.');
  if (status != GSL_EINVAL || !ending || strcmp(ending, ".c") != 0)
    return status;
  return mg_fail(status,
                 "%.200s is a source: give what it was compiled to, as the "
                 "%.*s.so that 'marginalia exercise check' leaves after a pass",
                 file, (int)(ending - file), file);
}

/* Does the file give a function of the library's name? */
static int check(void *library, const char *file) {
  mg_object o;
  int status = mg_object_read(&o, file);
  if (status != GSL_SUCCESS)
    return refuse(file, status);
  size_t i = 0;
  while (i < o.symbols && !replaces(library, &o.symbol[i]))
    i++;
  if (i == o.symbols)
    status = mg_fail(GSL_EINVAL,
                     "%.200s has no function with the name of one of the "
                     "library, so there is nothing that it would replace",
                     file);
  mg_object_clear(&o);
  return status;
}

/* ---- the first beginning ---- */

/* The file as LD_PRELOAD can name it, in fresh memory; NULL with the reason. */
static char *name_for_linker(const char *file) {
  char *path = realpath(file, NULL);
  if (path && strpbrk(path, " :\t\n")) {
    free(path);
    const int open_file = open(file, O_RDONLY);
    path = open_file < 0 ? NULL : malloc(NAME_SIZE);
    if (path)
      snprintf(path, NAME_SIZE, "/proc/self/fd/%d", open_file);
  }
  if (!path)
    mg_fail(GSL_EFAILED, "%.200s: %s", file, strerror(errno));
  return path;
}

/* Puts the files before what LD_PRELOAD holds. */
static int preload(const char *const *file, size_t files) {
  for (size_t i = files; i-- > 0;) {
    const char *old = getenv(PRELOAD);
    char *name = name_for_linker(file[i]), *all = NULL;
    if (!name)
      return GSL_EFAILED;
    const int n = old && *old ? asprintf(&all, "%s:%s", name, old)
                              : asprintf(&all, "%s", name);
    const bool done = n >= 0 && setenv(PRELOAD, all, 1) == 0;
    free(n >= 0 ? all : NULL);
    free(name);
    if (!done)
      return mg_fail(GSL_ENOMEM, "no memory for " PRELOAD);
  }
  return GSL_SUCCESS;
}

static int begin_again(const char *const *file, size_t files, char **argv) {
  void *library = open_library();
  if (!library)
    return mg_message_reason("--with", EXIT_FAILURE);
  for (size_t i = 0; i < files; i++)
    if (check(library, file[i]) != GSL_SUCCESS)
      return mg_message_usage(NULL, "--with: %s", mg_reason());
  if (preload(file, files) != GSL_SUCCESS || setenv(AGAIN, "1", 1) != 0)
    return mg_message_reason("--with", EXIT_FAILURE);
  char *own = realpath("/proc/self/exe", NULL);
  execv(own ? own : argv[0], argv);
  mg_message("--with: %s: %s", own ? own : argv[0], strerror(errno));
  free(own);
  return EXIT_FAILURE;
}

/* ---- the second ---- */

/* Takes as many files off LD_PRELOAD as were put there. */
static void put_back(size_t files) {
  const char *rest = getenv(PRELOAD);
  for (size_t i = 0; rest && i < files; i++) {
    rest = strchr(rest, ':');
    rest = rest ? rest + 1 : NULL;
  }
  char *kept = rest ? strdup(rest) : NULL;
  if (kept)
    setenv(PRELOAD, kept, 1);
  else
    unsetenv(PRELOAD);
  free(kept);
  unsetenv(AGAIN);
}

/* "mg_a, mg_b": of the file's functions those that have come to be called. */
static size_t list(void *library, const char *file, void *loaded, FILE *text) {
  mg_object o;
  size_t n = 0;
  if (mg_object_read(&o, file) != GSL_SUCCESS)
    return 0;
  for (size_t i = 0; i < o.symbols; i++) {
    const char *name = o.symbol[i].name;
    if (replaces(library, &o.symbol[i]) &&
        dlsym(RTLD_DEFAULT, name) == dlsym(loaded, name))
      fprintf(text, "%s%s", n++ ? ", " : "", name);
  }
  mg_object_clear(&o);
  return n;
}

/* The object, loaded already; a name without a folder would be searched for. */
static void *open_loaded(const char *file) {
  char *path = realpath(file, NULL);
  void *loaded = path ? dlopen(path, RTLD_LAZY | RTLD_NOLOAD) : NULL;
  free(path);
  return loaded;
}

static int say(void *library, const char *file) {
  static char line[LIST_SIZE];
  void *loaded = open_loaded(file);
  FILE *text = fmemopen(line, sizeof line, "w");
  size_t n = 0;
  if (text) {
    fprintf(text, "With your ");
    n = loaded ? list(library, file, loaded, text) : 0;
    fprintf(text, " (%s).", file);
    fclose(text);
  }
  if (loaded)
    dlclose(loaded);
  if (n == 0)
    return mg_fail(GSL_EFAILED, "%.200s: %s", file,
                   loaded ? "another object has all its functions before it"
                          : "the dynamic linker did not load it");
  mg_text_wrap(stdout, line, 0, 0);
  return GSL_SUCCESS;
}

int mg_substitute(const char *const *file, size_t files, char **argv) {
  if (files == 0)
    return 0;
  if (!getenv(AGAIN))
    return begin_again(file, files, argv);
  put_back(files);
  void *library = open_library();
  int status = library ? GSL_SUCCESS : GSL_EFAILED;
  for (size_t i = 0; status == GSL_SUCCESS && i < files; i++)
    status = say(library, file[i]);
  if (library)
    dlclose(library);
  if (status != GSL_SUCCESS)
    return mg_message_reason("--with", EXIT_FAILURE);
  return 0;
}
