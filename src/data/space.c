/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spaces compared, checked, and said in words.
 *
 * Two spaces are equal when a log density on one is a number of the same kind
 * as a log density on the other: the same measure over the same coordinates.
 * Labels are beside the data, not in it, so the number of classes plays no
 * part.  The shape of an image does: a family that looks at neighbours is
 * another family on 8 x 8 pixels than on a row of 64.
 *
 * Not here: any change of one space into another.  Dequantising moves log p
 * from levels to reals and binarising from levels to bits; both change what
 * the number means, so both are choices somebody makes by name. */
#include "data/space.h"

#include <math.h>
#include <stdio.h>

#include "base/status.h"

bool mg_space_equal(const mg_space *a, const mg_space *b) {
  return a->dim == b->dim && a->measure == b->measure &&
         a->levels == b->levels && a->height == b->height &&
         a->width == b->width;
}

static int check_levels(const mg_space *space) {
  const unsigned levels = space->levels;
  switch (space->measure) {
  case MG_REALS:
    return levels == 0
               ? GSL_SUCCESS
               : mg_fail(GSL_EINVAL, "reals have no levels, not %u", levels);
  case MG_BINARY:
    return levels == 2
               ? GSL_SUCCESS
               : mg_fail(GSL_EINVAL, "binary has 2 levels, not %u", levels);
  case MG_LEVELS:
    return levels >= 2 && levels <= 256
               ? GSL_SUCCESS
               : mg_fail(GSL_EINVAL, "levels are 2 .. 256, not %u", levels);
  }
  return mg_fail(GSL_EINVAL, "no such measure: %d", (int)space->measure);
}

int mg_space_check(const mg_space *space) {
  if (space->dim == 0)
    return mg_fail(GSL_EINVAL, "a space needs at least 1 dimension");
  if (check_levels(space) != GSL_SUCCESS)
    return GSL_EINVAL;
  const size_t height = space->height, width = space->width;
  if (height == 0 && width == 0)
    return GSL_SUCCESS;
  /* by division, since the product may not fit */
  if (height == 0 || space->dim / height != width || space->dim % height != 0)
    return mg_fail(GSL_EINVAL, "an image of %zu x %zu is not %zu pixels",
                   height, width, space->dim);
  return GSL_SUCCESS;
}

bool mg_space_holds(const mg_space *space, double value) {
  if (space->measure == MG_REALS)
    return isfinite(value);
  return value >= 0 && value < space->levels && value == floor(value);
}

const char *mg_measure_name(mg_measure measure) {
  switch (measure) {
  case MG_REALS:
    return "reals";
  case MG_BINARY:
    return "binary";
  case MG_LEVELS:
    return "levels";
  }
  return "unknown";
}

const char *mg_space_print(const mg_space *space, char *text, size_t size) {
  char shape[64] = "", values[32], classes[32] = "";
  if (space->height > 0)
    snprintf(shape, sizeof shape, " (%zu x %zu)", space->height, space->width);
  if (space->measure == MG_LEVELS)
    snprintf(values, sizeof values, "%u levels", space->levels);
  else
    snprintf(values, sizeof values, "%s", mg_measure_name(space->measure));
  if (space->classes > 0)
    snprintf(classes, sizeof classes, ", %u class%s", space->classes,
             space->classes == 1 ? "" : "es");
  const char *noun = space->height > 0 ? "pixel" : "coordinate";
  snprintf(text, size, "%zu %s%s%s, %s%s", space->dim, noun,
           space->dim == 1 ? "" : "s", shape, values, classes);
  return text;
}
