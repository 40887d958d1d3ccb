/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the things of the exercises are; see places.h.
 *
 * A build folder is known by the file exercises/source, in which make leaves
 * the way to the source folder.  What was installed is looked for where
 * configure was told to, and when the program lies below another root (make
 * install DESTDIR=ROOT), below that. */
#include "config.h"

#include "exercise/places.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"

#define EVALUATOR "marginalia-evaluate"
enum { MOST_PATH = 4096 };

void mg_places_clear(mg_places *p) {
  char *all[] = {p->headers,   p->library,   p->evaluator, p->sanitizing,
                 p->skeletons, p->exercises, p->statements};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    free(all[i]);
  *p = (mg_places){.headers = NULL};
}

/* ---- a build ---- */

/* The source folder of a build in `own`, whole; NULL when it is none. */
static char *source_of(const char *own) {
  char *mark = mg_path_join(own, "exercises/source"), *way = NULL;
  char *source = NULL, *joined = NULL;
  size_t size;
  if (mark && mg_file_read(mark, MOST_PATH, &way, &size) == GSL_SUCCESS) {
    way[strcspn(way, "\n")] = '\0';
    joined = way[0] == '/' ? strdup(way) : mg_path_join(own, way);
    source = joined ? realpath(joined, NULL) : NULL;
  }
  free(joined);
  free(way);
  free(mark);
  return source;
}

static void set_build(mg_places *p, const char *own, const char *source) {
  *p = (mg_places){.headers = mg_path_join(source, "src"),
                   .library = strdup(own),
                   .evaluator = mg_path_join(own, EVALUATOR),
                   .sanitizing = mg_path_join(own, EVALUATOR "-asan"),
                   .skeletons = mg_path_join(own, "exercises"),
                   .exercises = mg_path_join(source, "exercises"),
                   .statements = mg_path_join(source, "docs/exercises")};
}

/* ---- installed ---- */

/* The root that `own` shows: "/" when programs lie there where configure was
 * told to put them, and when they are elsewhere altogether. */
static char *root_of(const char *own) {
  const size_t n = own ? strlen(own) : 0, tail = strlen(MG_BINDIR);
  const bool below = n > tail && strcmp(own + n - tail, MG_BINDIR) == 0;
  return below ? strndup(own, n - tail) : strdup("/");
}

/* A folder of configure's below a root. */
static char *below(const char *root, const char *folder) {
  return mg_path_join(root, folder + strspn(folder, "/"));
}

static void set_installed(mg_places *p, const char *root) {
  *p = (mg_places){.headers = below(root, MG_PKGINCLUDEDIR),
                   .library = below(root, MG_PKGLIBDIR),
                   .evaluator = below(root, MG_PKGLIBEXECDIR "/" EVALUATOR),
                   .sanitizing =
                       below(root, MG_PKGLIBEXECDIR "/" EVALUATOR "-asan"),
                   .skeletons = below(root, MG_PKGDATADIR "/exercises"),
                   .exercises = below(root, MG_PKGDATADIR "/exercises"),
                   .statements = below(root, MG_PKGDATADIR "/statements")};
}

/* ---- either ---- */

/* Is all there that an exercise cannot do without? */
static int check(const mg_places *p, const char *remedy) {
  if (!p->headers || !p->library || !p->evaluator || !p->sanitizing ||
      !p->skeletons || !p->exercises || !p->statements)
    return mg_fail(GSL_ENOMEM, "no memory for the places of the exercises");
  const struct {
    const char *path, *what;
    int mode;
  } needed[] = {
      {p->headers, "the headers of the library", R_OK},
      {p->skeletons, "what the exercises start from", R_OK},
      {p->evaluator, "the program that calls what is handed in", X_OK}};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (access(needed[i].path, needed[i].mode) != 0)
      return mg_fail(GSL_EFAILED, "%s: %s is not there; '%s' puts it there",
                     needed[i].path, needed[i].what, remedy);
  return GSL_SUCCESS;
}

int mg_places_find(mg_places *places, const char *own) {
  *places = (mg_places){.headers = NULL};
  char *source = own ? source_of(own) : NULL;
  char *root = source ? NULL : root_of(own);
  if (source)
    set_build(places, own, source);
  else if (root)
    set_installed(places, root);
  const int status = check(places, source ? "make" : "make install");
  free(source);
  free(root);
  if (status != GSL_SUCCESS) {
    mg_places_clear(places);
  } else if (access(places->sanitizing, X_OK) != 0) {
    free(places->sanitizing);
    places->sanitizing = NULL;
  }
  return status;
}
