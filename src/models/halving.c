/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Halving and doubling; see halving.h. */
#include "models/halving.h"

#include "base/status.h"

static size_t half(size_t n) {
  return (n + 1) / 2;
}

/* From a size to the one that it is the larger half of: 2 small - 1 + extra. */
static size_t extra_line(size_t large) {
  return large % 2 == 0;
}

mg_shape mg_halving_small(const mg_space *s, size_t channels) {
  return (mg_shape){channels, half(half(s->height)), half(half(s->width))};
}

size_t mg_halving_extra_first(const mg_space *s) {
  return extra_line(half(s->height));
}

size_t mg_halving_extra_second(const mg_space *s) {
  return extra_line(s->height);
}

/* A transposed convolution adds as many lines as columns. */
int mg_halving_check(const mg_space *s, const char *option) {
  if (s->height == 0)
    return mg_fail(GSL_EINVAL,
                   "%s conv is for images, and the data are none: take %s mlp",
                   option, option);
  if (extra_line(s->height) != extra_line(s->width) ||
      extra_line(half(s->height)) != extra_line(half(s->width)))
    return mg_fail(GSL_EINVAL,
                   "%s conv halves height and width twice, and %zu x %zu are "
                   "not odd in the same steps: take %s mlp",
                   option, s->height, s->width, option);
  return GSL_SUCCESS;
}
