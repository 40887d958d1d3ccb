/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The space that data live in, and the measure a density is against.
 *
 * log p(x) is a number only against a measure: a density over reals (nats
 * against Lebesgue, and it changes with the unit) or a mass over a finite set.
 * Two models may be put on one axis only when their spaces are equal; this
 * struct is what is compared. */
#ifndef MG_DATA_SPACE_H
#define MG_DATA_SPACE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
  MG_REALS,  /* log density, Lebesgue measure */
  MG_BINARY, /* log mass, each coordinate 0 or 1 */
  MG_LEVELS  /* log mass, each coordinate 0 .. levels-1 */
} mg_measure;

typedef struct {
  size_t dim; /* D */
  mg_measure measure;
  unsigned levels;      /* 2 for binary, 0 for reals */
  size_t height, width; /* an image's shape; 0 0: not an image */
  unsigned classes;     /* labels 0 .. classes-1; 0: none.  Not compared. */
} mg_space;

/* Are log densities on a and b numbers of one kind? */
bool mg_space_equal(const mg_space *a, const mg_space *b);

/* Returns GSL_SUCCESS; GSL_EINVAL for a space that contradicts itself: no
 * dimension, levels that do not fit the measure (levels: 2 .. 256), an image
 * that is not dim pixels. */
int mg_space_check(const mg_space *space);

/* Can a coordinate of this space take the value?  Any finite number in reals,
 * the integers 0 .. levels-1 in the others. */
bool mg_space_holds(const mg_space *space, double value);

/* "reals", "binary", "levels". */
const char *mg_measure_name(mg_measure measure);

/* "64 pixels (8 x 8), 17 levels, 10 classes" into text; returns text. */
const char *mg_space_print(const mg_space *space, char *text, size_t size);

#endif
