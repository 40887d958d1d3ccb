/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows as columns of a matrix; see patches.h.
 *
 *   P[(c, i, j), (u, v)] = image[c, s u + i - p, s v + j - p]       [conv.5]
 *
 * and 0 where that lies outside.  Each pixel stands in the matrix as often as
 * a window shows it, nine times for a kernel of 3 and a stride of 1: memory
 * for speed, since the product that follows runs at the machine's rate.
 *
 * The columns v that fall inside the image are an interval, which is worked out
 * once a row; so the inner loops have no question in them.  Of a bundle a pixel
 * is as many numbers side by side as there are images, and so is a position: a
 * run of them is what a vector holds. */
#include "nets/patches.h"

#include <string.h>

#include "nets/elementary.h"

/* The positions along one axis at which place i of the window lies inside. */
typedef struct {
  size_t first, end; /* first <= u < end */
} interval;

static interval inside(size_t positions, size_t length, size_t stride,
                       size_t padding, size_t i) {
  const size_t first = i < padding ? (padding - i + stride - 1) / stride : 0;
  const size_t beyond = length + padding; /* s u + i < beyond */
  size_t end = beyond > i ? (beyond - i + stride - 1) / stride : 0;
  if (end > positions)
    end = positions;
  return (interval){first < end ? first : end, end};
}

/* n pixels of k numbers, one from each `step` pixels of an image.  Bundles are
 * all but the last full, and for these the compiler knows k. */
static inline void take(size_t n, size_t step, size_t k, const mg_real *from,
                        mg_real *to) {
  for (size_t x = 0; k == 1 && x < n; x++)
    to[x] = from[step * x];
  for (size_t x = 0; k == MG_BUNDLE && x < n; x++)
    memcpy(to + x * MG_BUNDLE, from + step * x * MG_BUNDLE,
           MG_BUNDLE * sizeof *to);
  for (size_t x = 0; k > 1 && k < MG_BUNDLE && x < n; x++)
    memcpy(to + x * k, from + step * x * k, k * sizeof *to);
}

static inline void add_one(size_t k, const mg_real *restrict from,
                           mg_real *restrict to) {
#pragma omp simd
  for (size_t l = 0; l < k; l++)
    to[l] += from[l];
}

static inline void add_back(size_t n, size_t step, size_t k,
                            const mg_real *from, mg_real *to) {
  for (size_t x = 0; k == 1 && x < n; x++)
    to[step * x] += from[x];
  for (size_t x = 0; k == MG_BUNDLE && x < n; x++)
    add_one(MG_BUNDLE, from + x * MG_BUNDLE, to + step * x * MG_BUNDLE);
  for (size_t x = 0; k > 1 && k < MG_BUNDLE && x < n; x++)
    add_one(k, from + x * k, to + step * x * k);
}

/* The row of the matrix for place (i, j) of the window in one channel. */
static inline __attribute__((always_inline)) void
gather_place(const mg_conv *c, size_t k, size_t i, size_t j,
             const mg_real *channel, mg_real *row) {
  const size_t width = c->map.width, s = c->stride;
  const interval u = inside(c->map.height, c->image.height, s, c->padding, i);
  const interval v = inside(width, c->image.width, s, c->padding, j);
  memset(row, 0, c->map.height * width * k * sizeof *row);
  for (size_t y = u.first; y < u.end && v.first < v.end; y++)
    take(v.end - v.first, s, k,
         channel + k * ((s * y + i - c->padding) * c->image.width +
                        s * v.first + j - c->padding),
         row + k * (y * width + v.first));
}

static inline __attribute__((always_inline)) void
scatter_place(const mg_conv *c, size_t k, size_t i, size_t j,
              const mg_real *row, mg_real *channel) {
  const size_t width = c->map.width, s = c->stride;
  const interval u = inside(c->map.height, c->image.height, s, c->padding, i);
  const interval v = inside(width, c->image.width, s, c->padding, j);
  for (size_t y = u.first; y < u.end && v.first < v.end; y++)
    add_back(v.end - v.first, s, k, row + k * (y * width + v.first),
             channel + k * ((s * y + i - c->padding) * c->image.width +
                            s * v.first + j - c->padding));
}

MG_WIDE void mg_patches_gather(const mg_conv *c, size_t k, const mg_real *image,
                               mg_real *patches) {
  const size_t pixels = c->image.height * c->image.width * k;
  const size_t positions = c->map.height * c->map.width * k;
  for (size_t channel = 0; channel < c->image.channels; channel++)
    for (size_t i = 0; i < c->kernel; i++)
      for (size_t j = 0; j < c->kernel; j++, patches += positions)
        gather_place(c, k, i, j, image + channel * pixels, patches);
}

MG_WIDE void mg_patches_scatter(const mg_conv *c, size_t k,
                                const mg_real *patches, mg_real *image) {
  const size_t pixels = c->image.height * c->image.width * k;
  const size_t positions = c->map.height * c->map.width * k;
  for (size_t channel = 0; channel < c->image.channels; channel++)
    for (size_t i = 0; i < c->kernel; i++)
      for (size_t j = 0; j < c->kernel; j++, patches += positions)
        scatter_place(c, k, i, j, patches, image + channel * pixels);
}

/* ---- bundles ---- */

static inline void turn(size_t rows, size_t columns, const mg_real *restrict a,
                        mg_real *restrict b) {
  for (size_t i = 0; i < columns; i++)
    for (size_t l = 0; l < rows; l++)
      b[i * rows + l] = a[l * columns + i];
}

MG_WIDE void mg_patches_bundle(size_t k, size_t n, const mg_real *data,
                               mg_real *bundle) {
  if (k == MG_BUNDLE)
    turn(MG_BUNDLE, n, data, bundle);
  else
    turn(k, n, data, bundle);
}

MG_WIDE void mg_patches_unbundle(size_t k, size_t n, const mg_real *bundle,
                                 mg_real *data) {
  for (size_t l = 0; l < k; l++)
    for (size_t i = 0; i < n; i++)
      data[l * n + i] = bundle[i * k + l];
}
