/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parcels: what goes in comes out, and bytes of any making do no harm. */
#include "config.h"

#include <criterion/criterion.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "exercise/parcel.h"

enum { FORGERIES = 200000 };

static mg_parcel *made(void) {
  mg_parcel *p = mg_parcel_alloc();
  cr_assert(p != NULL, "memory");
  cr_assert(mg_parcel_add_number(p, "h", -0.5) == GSL_SUCCESS, "h");
  cr_assert(mg_parcel_add_count(p, "n", 7) == GSL_SUCCESS, "n");
  gsl_vector *v = mg_parcel_add_vector(p, "v", 3);
  gsl_matrix *x = mg_parcel_add_matrix(p, "x", 2, 4);
  cr_assert(v && x && mg_parcel_add_vector(p, "none", 0), "%s", mg_reason());
  for (size_t i = 0; i < 3; i++)
    gsl_vector_set(v, i, (double)i / 3);
  for (size_t i = 0; i < 8; i++)
    gsl_matrix_set(x, i / 4, i % 4, (double)i);
  gsl_vector_set(v, 1, -INFINITY);
  return p;
}

static char *encoded(size_t *size) {
  mg_parcel *p = made();
  void *bytes;
  cr_assert(mg_parcel_encode(p, &bytes, size) == GSL_SUCCESS, "%s",
            mg_reason());
  mg_parcel_free(p);
  return bytes;
}

/* From a block that is just as long, so that a sanitizer sees what is behind.
 */
static int decode(mg_parcel *p, const char *bytes, size_t size) {
  char *own = malloc(size + (size == 0));
  cr_assert(own != NULL, "memory");
  memcpy(own, bytes, size);
  const int status = mg_parcel_decode(p, own, size);
  free(own);
  return status;
}

Test(parcel, what_goes_in_comes_out) {
  size_t size;
  char *bytes = encoded(&size);
  mg_parcel *p = mg_parcel_alloc();
  cr_assert(decode(p, bytes, size) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(p->items, 5, "%zu items", p->items);
  cr_expect_eq(mg_parcel_number(p, "h"), -0.5, "h");
  cr_expect_eq(mg_parcel_count(p, "n"), 7, "n");
  cr_expect_eq(mg_parcel_vector(p, "none")->size, 0, "none");
  cr_expect(isinf(gsl_vector_get(mg_parcel_vector(p, "v"), 1)), "v");
  const gsl_matrix *x = mg_parcel_matrix(p, "x");
  for (size_t i = 0; i < 8; i++)
    cr_expect_eq(gsl_matrix_get(x, i / 4, i % 4), (double)i, "x %zu", i);
  mg_parcel_free(p);
  free(bytes);
}

Test(parcel, a_kind_is_asked_for_by_its_own_name) {
  mg_parcel *p = made();
  cr_expect(isnan(mg_parcel_number(p, "v")), "a vector is no number");
  cr_expect(isnan(mg_parcel_number(p, "n")), "a count is no number");
  cr_expect_null(mg_parcel_vector(p, "x"), "a matrix is no vector");
  cr_expect_null(mg_parcel_matrix(p, "y"), "there is none");
  cr_expect_eq(mg_parcel_count(p, "h"), 0, "a number is no count");
  mg_parcel_free(p);
}

Test(parcel, what_is_filled_has_limits) {
  mg_parcel *p = made();
  cr_expect(mg_parcel_add_number(p, "h", 1) != GSL_SUCCESS, "taken");
  cr_expect_null(mg_parcel_add_matrix(p, "y", (size_t)1 << 40, 1 << 30),
                 "that is larger than memory");
  cr_expect_null(mg_parcel_add_vector(p, "y", MG_PARCEL_NUMBERS),
                 "with the others, over the limit");
  cr_expect_null(mg_parcel_add_vector(p, "", 1), "no name");
  cr_expect_null(mg_parcel_add_vector(p, "0123456789012345678901234567890x", 1),
                 "a long name");
  gsl_vector *y = mg_parcel_add_vector(p, "y", 2);
  cr_expect(y && isnan(gsl_vector_get(y, 0)), "not written is NaN");
  mg_parcel_free(p);
}

Test(parcel, no_part_of_one_is_one) {
  size_t size;
  char *bytes = encoded(&size);
  mg_parcel *p = mg_parcel_alloc();
  for (size_t n = 0; n < size; n++) {
    cr_expect(decode(p, bytes, n) == GSL_EFAILED, "%zu bytes", n);
    cr_expect_eq(p->items, 0, "%zu bytes leave items", n);
  }
  bytes = realloc(bytes, size + 1);
  bytes[size] = 0;
  cr_expect(decode(p, bytes, size + 1) == GSL_EFAILED, "a byte too many");
  mg_parcel_free(p);
  free(bytes);
}

/* Whatever was read, its items are of the sizes that they say. */
static void expect_sound(const mg_parcel *p) {
  cr_assert(p->items <= MG_PARCEL_ITEMS, "%zu items", p->items);
  for (size_t i = 0; i < p->items; i++) {
    const mg_parcel_item *item = &p->item[i];
    cr_expect_eq(item->values->size, item->matrix.size1 * item->matrix.size2,
                 "a shape");
    cr_expect(memchr(item->name, 0, sizeof item->name) != NULL, "a name");
    double sum = 0;
    for (size_t k = 0; k < item->values->size; k++)
      sum += gsl_vector_get(item->values, k);
    cr_expect(sum <= 0 || sum > 0 || isnan(sum), "read");
  }
}

Test(parcel, forged_bytes_do_no_harm) {
  size_t size, read = 0;
  char *bytes = encoded(&size), *forged = malloc(size);
  mg_parcel *p = mg_parcel_alloc();
  gsl_rng *rng = mg_stream_alloc(1, "parcel", 0);
  for (size_t k = 0; k < FORGERIES; k++) {
    memcpy(forged, bytes, size);
    for (size_t flips = gsl_rng_uniform_int(rng, 4) + 1; flips > 0; flips--)
      forged[gsl_rng_uniform_int(rng, size)] =
          (char)gsl_rng_uniform_int(rng, 256);
    if (decode(p, forged, size) == GSL_SUCCESS) {
      expect_sound(p);
      read++;
    }
  }
  cr_expect(read > FORGERIES / 10, "only %zu were read", read);
  gsl_rng_free(rng);
  mg_parcel_free(p);
  free(forged);
  free(bytes);
}
