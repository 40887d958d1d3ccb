/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dynamic binarisation; see bits.h.
 *
 *   x_j = [u_j top < v_j],   u_j ~ U[0, 1)                       [binarise.1]
 *
 * so P(x_j = 1) = v_j / top, to one part in 2^32; level 0 is never 1, and the
 * level top always.
 *
 * Rows are read in any order, by any thread, again and again, and a row must
 * have the same bits each time that one draw is meant.  So u_j is a function of
 * seed, row and j, and there is no generator whose state would have to be
 * somewhere: the row's stream (base/stream) starts a counter, and splitmix64's
 * finaliser makes 64 bits of each count, which are two uniforms (Steele, Lea &
 * Flood 2014).  A generator with a large state, set anew for each row, would
 * take longer than the step of a small network does.
 *
 * Not here: which draw a reader gets (dataset.h). */
#include "data/bits.h"

#include <stdint.h>

#include "base/stream.h"

static inline uint64_t mix(uint64_t h) {
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

/* [u top < v] for u = bits / 2^32, without a division. */
static inline double bit(uint64_t bits, unsigned top, unsigned char v) {
  return (bits & 0xffffffffu) * top < (uint64_t)v << 32;
}

void mg_bits_draw(unsigned long seed, size_t row, unsigned top,
                  const unsigned char *grey, size_t n, double *bits) {
  const uint64_t step = 0x9e3779b97f4a7c15u; /* 2^64 by the golden ratio */
  uint64_t count =
      (uint64_t)mg_stream_seed(seed, "binarise/row", (unsigned long)row) << 32;
  for (size_t j = 0; j < n; j += 2) {
    const uint64_t h = mix(count += step);
    bits[j] = bit(h, top, grey[j]);
    if (j + 1 < n)
      bits[j + 1] = bit(h >> 32, top, grey[j + 1]);
  }
}
