/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders of pixels, by hand on 3 x 2, and columns picked. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/digits.h"
#include "data/order.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(order, .init = setup);

Test(order, each_goes_its_way) {
  /* 0 1
   * 2 3
   * 4 5 */
  static const size_t wanted[][6] = {{0, 1, 2, 3, 4, 5},
                                     {0, 2, 4, 1, 3, 5},
                                     {5, 4, 3, 2, 1, 0},
                                     {0, 3, 4, 1, 2, 5},
                                     {2, 3, 0, 1, 4, 5}};
  for (int o = MG_ORDER_RASTER; o < MG_ORDER_SCATTERED; o++) {
    size_t pixel[6];
    cr_assert_eq(mg_order_pixels((mg_order)o, 3, 2, NULL, pixel), GSL_SUCCESS,
                 "%s", mg_reason());
    for (size_t i = 0; i < 6; i++)
      cr_expect_eq(pixel[i], wanted[o][i], "%s, place %zu: %zu",
                   mg_order_name((mg_order)o), i, pixel[i]);
  }
}

Test(order, by_lot_each_pixel_comes_once) {
  gsl_rng *rng = mg_stream_alloc(1, "test/order", 0);
  size_t pixel[64], seen[64] = {0}, moved = 0;
  cr_assert_eq(mg_order_pixels(MG_ORDER_SCATTERED, 8, 8, rng, pixel),
               GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 64; i++) {
    seen[pixel[i]]++;
    moved += pixel[i] != i;
  }
  for (size_t i = 0; i < 64; i++)
    cr_expect_eq(seen[i], 1, "pixel %zu came %zu times", i, seen[i]);
  cr_expect_gt(moved, 32, "%zu pixels were moved", moved);
  gsl_rng_free(rng);
}

Test(order, columns_are_picked_with_their_parts) {
  mg_dataset *digits = mg_digits_read_binary();
  const size_t column[] = {40, 3, 3, 17};
  mg_dataset *p = mg_order_pick(digits, column, 4, 2, 2);
  cr_assert_not_null(p, "%s", mg_reason());
  cr_expect(p->space.dim == 4 && p->space.height == 2 && p->space.width == 2 &&
                p->space.measure == MG_BINARY,
            "its space");
  cr_expect_eq(memcmp(p->start, digits->start, sizeof p->start), 0, "parts");
  for (size_t i = 0; i < p->n; i += 97)
    for (size_t j = 0; j < 4; j++)
      cr_expect_eq(p->bytes[4 * i + j], digits->bytes[64 * i + column[j]],
                   "row %zu, column %zu", i, j);
  mg_dataset_free(p);
  mg_dataset_free(digits);
}

Test(order, what_cannot_be_picked) {
  mg_dataset *digits = mg_digits_read_binary();
  const size_t column[] = {0, 64};
  cr_expect_null(mg_order_pick(digits, column, 2, 0, 0), "column 65 of 64");
  cr_expect_null(mg_order_pick(digits, column, 1, 2, 2), "1 pixel as 2 x 2");
  mg_dataset_free(digits);
}
