/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is sent to a submitted function, and what comes back.
 *
 * A grader that runs in the process of the function that it grades can be
 * fooled: that function can end the process, or write the verdict itself.  So
 * the two live in two processes, and all that passes between them is a parcel:
 * a list of named numbers, counts, vectors and matrices, as bytes on a pipe.
 *
 *     mg_parcel_add_matrix(in, "x", n, d)     the grader fills x
 *     mg_parcel_matrix(in, "x")               the other side reads it
 *
 * The bytes that come back were made by code that nobody trusts:
 * mg_parcel_decode believes no length, no name and no size.
 *
 * A pointer that is handed out belongs to the parcel and lives as long. */
#ifndef MG_EXERCISE_PARCEL_H
#define MG_EXERCISE_PARCEL_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>
#include <stdbool.h>
#include <stddef.h>

/* Items, bytes of a name with its end, and numbers of a parcel, at most. */
enum { MG_PARCEL_ITEMS = 32, MG_PARCEL_NAME = 32, MG_PARCEL_NUMBERS = 1 << 22 };

typedef enum {
  MG_PARCEL_NUMBER, /* one double */
  MG_PARCEL_COUNT,  /* a size or a status: a whole number up to 2^53 */
  MG_PARCEL_VECTOR,
  MG_PARCEL_MATRIX
} mg_parcel_kind;

typedef struct {
  char name[MG_PARCEL_NAME];
  mg_parcel_kind kind;
  gsl_vector *values; /* all numbers, a matrix row by row */
  gsl_matrix matrix;  /* of a matrix: the same numbers */
} mg_parcel_item;

typedef struct {
  size_t items;
  mg_parcel_item item[MG_PARCEL_ITEMS];
} mg_parcel;

/* Empty, in fresh memory; NULL when short. */
mg_parcel *mg_parcel_alloc(void);

/* NULL is allowed. */
void mg_parcel_free(mg_parcel *p);

/* Empties it. */
void mg_parcel_clear(mg_parcel *p);

/* Adds a number, or a count.  Returns GSL_SUCCESS; GSL_EFAILED with the reason:
 * too many items, a name that is too long or taken, no memory. */
int mg_parcel_add_number(mg_parcel *p, const char *name, double value);
int mg_parcel_add_count(mg_parcel *p, const char *name, size_t value);

/* Adds a vector of n, or a matrix, of NaN: what a function did not write is
 * seen.  Returns it to be filled; NULL with the reason, as above, and when the
 * parcel would hold over MG_PARCEL_NUMBERS. */
gsl_vector *mg_parcel_add_vector(mg_parcel *p, const char *name, size_t n);
gsl_matrix *mg_parcel_add_matrix(mg_parcel *p, const char *name, size_t rows,
                                 size_t columns);

/* The item of that name and kind; NaN, 0 and NULL when there is none.  A count
 * that is no whole number is none. */
double mg_parcel_number(const mg_parcel *p, const char *name);
size_t mg_parcel_count(const mg_parcel *p, const char *name);
gsl_vector *mg_parcel_vector(const mg_parcel *p, const char *name);
gsl_matrix *mg_parcel_matrix(const mg_parcel *p, const char *name);

/* The item of that name; NULL when there is none. */
const mg_parcel_item *mg_parcel_find(const mg_parcel *p, const char *name);

/* The parcel as bytes of this machine, in fresh memory that the caller frees.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_parcel_encode(const mg_parcel *p, void **bytes, size_t *size);

/* Reads what may be anything.  Returns GSL_SUCCESS; GSL_EFAILED with what is
 * wrong, and GSL_ENOMEM, both with p empty. */
int mg_parcel_decode(mg_parcel *p, const void *bytes, size_t size);

/* What is in it, in words, for a message: "n = 3, a = (1, 2, -inf), x 20 x 2".
 * Vectors of up to 6 numbers, and matrices of up to 6, are told in full.
 * Returns text. */
const char *mg_parcel_print(const mg_parcel *p, char *text, size_t size);

#endif
