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
 * once a row; so the inner loops have no question in them. */
#include "nets/patches.h"

#include <string.h>

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

/* The row of the matrix for place (i, j) of the window in one channel. */
static void gather_place(const mg_conv *c, size_t i, size_t j,
                         const mg_real *channel, mg_real *row) {
  const size_t width = c->map.width, s = c->stride;
  const interval u = inside(c->map.height, c->image.height, s, c->padding, i);
  const interval v = inside(width, c->image.width, s, c->padding, j);
  memset(row, 0, c->map.height * width * sizeof *row);
  for (size_t y = u.first; y < u.end; y++) {
    const mg_real *from = channel + (s * y + i - c->padding) * c->image.width;
    for (size_t x = v.first; x < v.end; x++)
      row[y * width + x] = from[s * x + j - c->padding];
  }
}

static void scatter_place(const mg_conv *c, size_t i, size_t j,
                          const mg_real *row, mg_real *channel) {
  const size_t width = c->map.width, s = c->stride;
  const interval u = inside(c->map.height, c->image.height, s, c->padding, i);
  const interval v = inside(width, c->image.width, s, c->padding, j);
  for (size_t y = u.first; y < u.end; y++) {
    mg_real *to = channel + (s * y + i - c->padding) * c->image.width;
    for (size_t x = v.first; x < v.end; x++)
      to[s * x + j - c->padding] += row[y * width + x];
  }
}

void mg_patches_gather(const mg_conv *c, const mg_real *image,
                       mg_real *patches) {
  const size_t pixels = c->image.height * c->image.width;
  const size_t positions = c->map.height * c->map.width;
  for (size_t channel = 0; channel < c->image.channels; channel++)
    for (size_t i = 0; i < c->kernel; i++)
      for (size_t j = 0; j < c->kernel; j++, patches += positions)
        gather_place(c, i, j, image + channel * pixels, patches);
}

void mg_patches_scatter(const mg_conv *c, const mg_real *patches,
                        mg_real *image) {
  const size_t pixels = c->image.height * c->image.width;
  const size_t positions = c->map.height * c->map.width;
  for (size_t channel = 0; channel < c->image.channels; channel++)
    for (size_t i = 0; i < c->kernel; i++)
      for (size_t j = 0; j < c->kernel; j++, patches += positions)
        scatter_place(c, i, j, patches, image + channel * pixels);
}
