/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names that a shared object gives and wants.
 *
 * A compiled file that can be loaded holds a table of names, by which the
 * dynamic linker binds calls to functions.  Here it is read without loading the
 * object, for that would run what is in it. */
#ifndef MG_BASE_OBJECT_H
#define MG_BASE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  const char *name;
  bool defined;  /* here; else it is wanted from elsewhere */
  bool weak;     /* wanted, but can be done without; or given, but yields */
  bool function; /* else data, or, when wanted, not known */
} mg_object_symbol;

typedef struct {
  size_t symbols;
  mg_object_symbol *symbol; /* in the order of the file */
  char *bytes;              /* the file; names lie in it */
} mg_object;

/* Reads the table of a file that may be anything; its local names are left out.
 * Returns GSL_SUCCESS; GSL_EINVAL when it is no shared object, or its table
 * makes no sense; GSL_EFAILED when it cannot be read; GSL_ENOMEM; GSL_EUNSUP
 * where shared objects are not of the ELF format.  After a failure it is empty.
 */
int mg_object_read(mg_object *object, const char *path);

/* Frees what is in it; safe on a zeroed one. */
void mg_object_clear(mg_object *object);

/* The symbol of that name; NULL when there is none. */
const mg_object_symbol *mg_object_find(const mg_object *object,
                                       const char *name);

#endif
