/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named streams: the same start on every machine, another one for any change
 * of seed, name or index, and starts spread over all 32 bits. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/stream.h"

/* From an independent computation of FNV-1a and splitmix64's finaliser. */
Test(stream, starts_are_the_published_functions) {
  cr_expect(mg_stream_seed(0, "", 0) == 1752507216, "nothing at all");
  cr_expect(mg_stream_seed(1, "gmm/start", 0) == 4162699517, "index 0");
  cr_expect(mg_stream_seed(1, "gmm/start", 1) == 2577156294, "index 1");
  cr_expect(mg_stream_seed(4294967295, "vae/noise", 7) == 3330420815,
            "a large seed");
}

Test(stream, seed_name_and_index_each_matter) {
  unsigned long here = mg_stream_seed(1, "a", 2);
  cr_expect(here != mg_stream_seed(2, "a", 2), "the seed does not matter");
  cr_expect(here != mg_stream_seed(1, "b", 2), "the name does not matter");
  cr_expect(here != mg_stream_seed(1, "a", 3), "the index does not matter");
  cr_expect(here != mg_stream_seed(2, "a", 1), "seed and index are alike");
  cr_expect(mg_stream_seed(1, "ab", 0) != mg_stream_seed(1, "ba", 0),
            "the order of letters does not matter");
}

Test(stream, the_generator_starts_at_the_seed) {
  gsl_rng *named = mg_stream_alloc(5, "noise", 3);
  gsl_rng *plain = gsl_rng_alloc(gsl_rng_mt19937);
  cr_assert(named && plain, "no memory");
  gsl_rng_set(plain, mg_stream_seed(5, "noise", 3));
  for (int i = 0; i < 700; i++)
    cr_expect(gsl_rng_get(named) == gsl_rng_get(plain), "draw %d", i);
  mg_stream_set(named, 5, "noise", 3);
  gsl_rng_set(plain, mg_stream_seed(5, "noise", 3));
  cr_expect(gsl_rng_get(named) == gsl_rng_get(plain), "set does not restart");
  gsl_rng_free(named);
  gsl_rng_free(plain);
}

enum { STARTS = 4096 };

static int by_value(const void *a, const void *b) {
  unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
  return (x > y) - (x < y);
}

/* Consecutive indices are the likely use: no start twice (chance 0.002 for
 * random ones; the indices are fixed), every bit set half of the time. */
Test(stream, consecutive_indices_spread_over_all_bits) {
  static unsigned long starts[STARTS];
  size_t ones[32] = {0};
  for (size_t i = 0; i < STARTS; i++) {
    starts[i] = mg_stream_seed(1, "shard", i);
    cr_expect(starts[i] >= 1 && starts[i] <= UINT32_MAX, "start %zu", i);
    for (int bit = 0; bit < 32; bit++)
      ones[bit] += starts[i] >> bit & 1;
  }
  qsort(starts, STARTS, sizeof *starts, by_value);
  for (size_t i = 1; i < STARTS; i++)
    cr_expect(starts[i - 1] != starts[i], "a start comes twice");
  for (int bit = 0; bit < 32; bit++) {
    double z = ((double)ones[bit] - STARTS / 2.) / sqrt(STARTS / 4.);
    cr_expect(fabs(z) < 6.1, "bit %d: z = %.1f", bit, z);
  }
}

/* First draws of neighbouring streams: mean, and product of neighbours. */
Test(stream, first_draws_are_uniform_and_unrelated) {
  gsl_rng *rng = mg_stream_alloc(1, "shard", 0);
  cr_assert(rng != NULL, "no memory");
  double sum = 0, product = 0, before = 0;
  for (unsigned long i = 0; i < STARTS; i++) {
    mg_stream_set(rng, 1, "shard", i);
    double u = sqrt(12) * (gsl_rng_uniform(rng) - 0.5);
    sum += u;
    product += u * before;
    before = u;
  }
  gsl_rng_free(rng);
  cr_expect(fabs(sum) / sqrt(STARTS) < 6.1, "mean: z %g", sum / sqrt(STARTS));
  cr_expect(fabs(product) / sqrt(STARTS - 1.) < 6.1, "neighbours: z %g",
            product / sqrt(STARTS - 1.));
}
