/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which CBLAS this process really runs on.
 *
 * GSL takes its matrix products from whichever library defines cblas_dgemm
 * first, and a distribution or LD_PRELOAD may change that after the build: so
 * the running process is asked, not the configuration. */
#ifndef MG_COMMAND_CBLAS_H
#define MG_COMMAND_CBLAS_H

#include <stddef.h>

struct cblas_facts {
  const char *path;   /* of the library; "" when unknown */
  const char *config; /* OpenBLAS's own words, else "" */
  const char *core;   /* the kernel OpenBLAS chose, else "" */
  int threads;        /* OpenBLAS's own, else 0 */
};

/* Asks the process. */
struct cblas_facts cblas_find(void);

/* A better kernel for this processor, as OPENBLAS_CORETYPE takes it, when
 * OpenBLAS chose one without its vectors; else NULL. */
const char *cblas_better_core(const struct cblas_facts *facts);

/* The vector instructions of this processor that compilers ask for, parted by
 * blanks, into text; "" where it is not known.  Returns text. */
const char *processor_features(char *text, size_t size);

#endif
