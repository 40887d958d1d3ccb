/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where exercises find what they need: in a build beside its sources, in one
 * among them, and where make install puts it, below another root. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/places.h"
#include "folder.h"

TestSuite(places, .init = folder_enter, .fini = folder_leave);

/* An executable file, with its folders. */
static void put(const char *path, const char *content) {
  char above[4096];
  snprintf(above, sizeof above, "%s", path);
  *strrchr(above, '/') = '\0';
  cr_assert(mg_folder_make(above) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_file_write(path, content, strlen(content)) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_assert(chmod(path, 0755) == 0, "no rights for %s", path);
}

static void put_build(const char *source) {
  put("build/exercises/source", source);
  put("build/marginalia-evaluate", "");
}

/* The present folder and a name below it. */
static const char *here(const char *name) {
  static char path[8192];
  char *own = realpath(".", NULL);
  snprintf(path, sizeof path, "%s/%s", own, name + strspn(name, "/"));
  free(own);
  return path;
}

static void expect_path(const char *path, const char *name) {
  cr_expect(strcmp(path, here(name)) == 0, "%s for %s", path, here(name));
}

static void find(mg_places *p, const char *own) {
  cr_assert(mg_places_find(p, own) == GSL_SUCCESS, "%s", mg_reason());
}

Test(places, build_beside_its_sources) {
  mg_places p;
  put_build("../main\n");
  put("main/src/base/logmath.h", "");
  find(&p, here("build"));
  expect_path(p.headers, "main/src");
  expect_path(p.library, "build");
  expect_path(p.evaluator, "build/marginalia-evaluate");
  expect_path(p.skeletons, "build/exercises");
  expect_path(p.exercises, "main/exercises");
  expect_path(p.statements, "main/docs/exercises");
  cr_expect(p.sanitizing == NULL, "%s was not built", p.sanitizing);
  mg_places_clear(&p);
  cr_expect(p.headers == NULL, "not cleared");
}

Test(places, build_among_its_sources) {
  mg_places p;
  put_build(".\n");
  put("build/src/base/logmath.h", "");
  put("build/marginalia-evaluate-asan", "");
  find(&p, here("build"));
  expect_path(p.headers, "build/src");
  expect_path(p.exercises, "build/exercises");
  expect_path(p.skeletons, "build/exercises");
  expect_path(p.sanitizing, "build/marginalia-evaluate-asan");
  mg_places_clear(&p);
}

Test(places, sources_by_a_whole_path) {
  mg_places p;
  put("main/src/base/logmath.h", "");
  put_build(here("main"));
  find(&p, here("build"));
  expect_path(p.headers, "main/src");
  mg_places_clear(&p);
}

Test(places, installed_below_a_root) {
  mg_places p;
  put("." MG_PKGINCLUDEDIR "/base/logmath.h", "");
  put("." MG_PKGLIBEXECDIR "/marginalia-evaluate", "");
  put("." MG_PKGDATADIR "/exercises/log-sum-exp/log-sum-exp.c", "");
  find(&p, here(MG_BINDIR));
  expect_path(p.headers, MG_PKGINCLUDEDIR);
  expect_path(p.library, MG_PKGLIBDIR);
  expect_path(p.evaluator, MG_PKGLIBEXECDIR "/marginalia-evaluate");
  expect_path(p.skeletons, MG_PKGDATADIR "/exercises");
  expect_path(p.exercises, MG_PKGDATADIR "/exercises");
  expect_path(p.statements, MG_PKGDATADIR "/statements");
  mg_places_clear(&p);
}

/* What is missing is named, with the word that brings it. */
static void expect_refusal(const char *own, const char *path,
                           const char *remedy) {
  mg_places p;
  cr_assert(mg_places_find(&p, own) == GSL_EFAILED, "found %s", path);
  cr_expect(strstr(mg_reason(), path) != NULL, "'%s' without %s", mg_reason(),
            path);
  cr_expect(strstr(mg_reason(), remedy) != NULL, "'%s' without %s", mg_reason(),
            remedy);
  cr_expect(p.headers == NULL, "left half filled");
}

Test(places, a_build_that_is_not_finished) {
  put("build/exercises/source", "../main");
  put("main/src/base/logmath.h", "");
  expect_refusal(here("build"), "build/marginalia-evaluate", "'make'");
}

Test(places, nothing_installed) {
  cr_assert(mg_folder_make("." MG_BINDIR) == GSL_SUCCESS, "%s", mg_reason());
  expect_refusal(here(MG_BINDIR), MG_PKGINCLUDEDIR, "'make install'");
}

/* A file of the reader's by that name is no build. */
Test(places, a_mark_that_leads_nowhere) {
  put("build/exercises/source", "nowhere");
  mg_places p;
  if (mg_places_find(&p, here("build")) == GSL_SUCCESS)
    cr_expect(strcmp(p.headers, MG_PKGINCLUDEDIR) == 0, "%s", p.headers);
  mg_places_clear(&p);
}
