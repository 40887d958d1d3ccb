/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of its own for every test that writes files.
 *
 * Name folder_enter as a suite's or test's .init and folder_leave as its .fini:
 * the test then runs in an empty folder, which is removed after it, passed or
 * failed.  Criterion runs each test in a process of its own, so changing the
 * folder disturbs no other.  nftw wants config.h to be included before all. */
#ifndef MG_TESTS_FOLDER_H
#define MG_TESTS_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[4096];

static void folder_enter(void) {
  const char *tmp = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/marginalia-XXXXXX", tmp ? tmp : "/tmp");
  if (!mkdtemp(folder) || chdir(folder) != 0)
    abort();
}

static int folder_remove_one(const char *path, const struct stat *there,
                             int kind, struct FTW *walk) {
  (void)there, (void)kind, (void)walk;
  return remove(path);
}

static void folder_leave(void) {
  if (chdir("/") != 0 ||
      nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
    abort();
}

#endif
