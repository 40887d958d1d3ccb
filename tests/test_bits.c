/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits drawn from grey values: their law, and that a draw can be had again. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "data/bits.h"

enum { LEVELS = 17, TOP = LEVELS - 1, ROWS = 40000 };

/* Every level once. */
static void fill(unsigned char *grey) {
  for (unsigned v = 0; v < LEVELS; v++)
    grey[v] = (unsigned char)v;
}

/* z = 6.1 for each level; the ends have no chance in them. */
Test(bits, a_level_is_the_probability_of_a_one) {
  unsigned char grey[LEVELS];
  double bits[LEVELS], count[LEVELS] = {0};
  fill(grey);
  for (size_t row = 0; row < ROWS; row++) {
    mg_bits_draw(3, row, TOP, grey, LEVELS, bits);
    for (size_t v = 0; v < LEVELS; v++) {
      cr_assert(bits[v] == 0 || bits[v] == 1, "a bit is %g", bits[v]);
      count[v] += bits[v];
    }
  }
  for (size_t v = 0; v < LEVELS; v++) {
    const double p = (double)v / TOP;
    cr_expect(fabs(count[v] - p * ROWS) <= 6.1 * sqrt(p * (1 - p) * ROWS),
              "level %zu: %g of %d", v, count[v], ROWS);
  }
}

/* Of bytes, 255 and not 256 is surely 1; 254 is 0 once in 255 draws. */
Test(bits, the_top_of_bytes_is_always_one) {
  unsigned char grey[] = {255, 254, 0};
  double bits[3], zeros = 0;
  for (size_t row = 0; row < ROWS; row++) {
    mg_bits_draw(1, row, 255, grey, 3, bits);
    cr_assert(bits[0] == 1 && bits[2] == 0, "row %zu: %g, %g", row, bits[0],
              bits[2]);
    zeros += 1 - bits[1];
  }
  const double mean = ROWS / 255.0;
  cr_assert(fabs(zeros - mean) <= 6.1 * sqrt(mean), "%g zeros", zeros);
}

Test(bits, a_draw_can_be_had_again) {
  unsigned char grey[LEVELS];
  double one[LEVELS], again[LEVELS], part[LEVELS - 4];
  fill(grey);
  for (size_t row = 0; row < 100; row++) {
    mg_bits_draw(7, row, TOP, grey, LEVELS, one);
    mg_bits_draw(8, row + 1, TOP, grey, LEVELS, again);
    mg_bits_draw(7, row, TOP, grey, LEVELS, again);
    mg_bits_draw(7, row, TOP, grey, LEVELS - 4, part);
    cr_assert(memcmp(one, again, sizeof one) == 0, "row %zu", row);
    cr_assert(memcmp(one, part, sizeof part) == 0, "the first of row %zu", row);
  }
}

/* Pairs of fair bits agree half of the time: neighbours in a row (also the two
 * that come of one number), one place in two rows, and in two draws. */
Test(bits, bits_know_nothing_of_each_other) {
  unsigned char grey[6];
  double here[6], below[6], other[6], agree[4] = {0};
  memset(grey, 8, sizeof grey);
  for (size_t row = 0; row < ROWS; row++) {
    mg_bits_draw(5, row, TOP, grey, 6, here);
    mg_bits_draw(5, row + 1, TOP, grey, 6, below);
    mg_bits_draw(6, row, TOP, grey, 6, other);
    agree[0] += here[2] == here[3];
    agree[1] += here[3] == here[4];
    agree[2] += here[2] == below[2];
    agree[3] += here[2] == other[2];
  }
  for (size_t i = 0; i < 4; i++)
    cr_expect(fabs(agree[i] - ROWS / 2.0) <= 6.1 * sqrt(ROWS / 4.0),
              "pair %zu: %g of %d agree", i, agree[i], ROWS);
}
