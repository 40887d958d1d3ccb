/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mask: how it is called, and what is expected of it. */
#include <stdio.h>

#include "exercise/exercise.h"
#include "nets/masked.h"

enum { MASK_SQUARE, MASK_LEFT, MASK_ABOVE, MASK_PICTURE = 2 * 15 * 15 };

/* "which" is the function, "kernel" and "own" its arguments. */
static int mask_call(const mg_function *f, const mg_parcel *in,
                     mg_parcel *out) {
  mg_window (*function)(size_t, bool) =
      (mg_window(*)(size_t, bool))f[mg_parcel_count(in, "which")];
  const mg_window w =
      function(mg_parcel_count(in, "kernel"), mg_parcel_count(in, "own") > 0);
  return mg_parcel_add_count(out, "width", w.width) ||
         mg_parcel_add_count(out, "top", w.top) ||
         mg_parcel_add_count(out, "left", w.left) ||
         mg_parcel_add_count(out, "taps", w.taps);
}

static int mask_fill(size_t which, size_t kernel, bool own, mg_parcel *in) {
  return mg_parcel_add_count(in, "which", which) ||
         mg_parcel_add_count(in, "kernel", kernel) ||
         mg_parcel_add_count(in, "own", own);
}

static int mask_a(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)rng;
  return mask_fill(MASK_SQUARE, 3 + 2 * i, false, in);
}

static int mask_b(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)rng;
  return mask_fill(MASK_SQUARE, 3 + 2 * i, true, in);
}

static int mask_left(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)rng;
  return mask_fill(MASK_LEFT, 3 + i / 2 * 2, i % 2, in);
}

static int mask_above(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)rng;
  return mask_fill(MASK_ABOVE, 3 + i / 2 * 2, i % 2, in);
}

/* A kernel of 1 in all six, then larger ones. */
static int mask_any(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t kernel = i < 6 ? 1 : 9 + 2 * gsl_rng_uniform_int(rng, 3);
  return mask_fill(i % 3, kernel, i / 3 % 2, in);
}

/* The window drawn: a # is seen, P is the pixel and seen, p not. */
static void mask_draw(const mg_parcel *p, char text[MASK_PICTURE]) {
  const size_t width = mg_parcel_count(p, "width");
  const size_t top = mg_parcel_count(p, "top");
  const size_t left = mg_parcel_count(p, "left");
  const size_t taps = mg_parcel_count(p, "taps");
  char *to = text;
  if (width > 13 || top > 13 || width == 0) {
    snprintf(text, MASK_PICTURE, "%zu wide, %zu lines above", width, top);
    return;
  }
  for (size_t u = 0; u <= top; u++) {
    for (size_t v = 0; v < width; v++) {
      const bool seen = u * width + v < taps, pixel = u == top && v == left;
      *to++ = pixel ? (seen ? 'P' : 'p') : seen ? '#' : '.';
    }
    *to++ = u < top ? '/' : '\0';
  }
}

static bool mask_judge(mg_judgement *j, const mg_parcel *in,
                       const mg_parcel *expected, const mg_parcel *out) {
  static const char *const names[] = {"square", "left", "above"};
  char is[MASK_PICTURE], should[MASK_PICTURE];
  mg_judgement numbers = {""};
  if (mg_judge_close(&numbers, expected, out, 0, 0))
    return true;
  mask_draw(out, is);
  mask_draw(expected, should);
  return mg_judge_fail(j,
                       "mg_window_%s: %s. The window line by line (# seen, P "
                       "the pixel where it is seen, p where not, . not seen) "
                       "is %s, expected %s",
                       names[mg_parcel_count(in, "which") % 3], numbers.says,
                       is, should);
}

static const mg_exercise_test mask_tests[] = {
    {.expects = "square without own, mask A, sees the lines above and what is "
                "left of the pixel, not the pixel",
     .points = 2,
     .cases = 4,
     .fixed = true,
     .make = mask_a,
     .judge = mask_judge},
    {.expects = "square with own, mask B, sees the pixel, too, and nothing "
                "behind it",
     .points = 1,
     .cases = 4,
     .fixed = true,
     .make = mask_b,
     .judge = mask_judge},
    {.expects = "left is a window of one line that ends at the pixel",
     .points = 2,
     .cases = 6,
     .fixed = true,
     .make = mask_left,
     .judge = mask_judge},
    {.expects = "above sees whole lines, with own the pixel's own line, too",
     .points = 2,
     .cases = 6,
     .fixed = true,
     .make = mask_above,
     .judge = mask_judge},
    {.expects = "works for any odd kernel, 1 among them",
     .points = 1,
     .cases = 12,
     .hidden = true,
     .make = mask_any,
     .judge = mask_judge},
    {.expects = NULL}};

static const mg_exercise mask_exercise = {
    .functions = (const char *const[]){"mg_window_square", "mg_window_left",
                                       "mg_window_above", NULL},
    .reference = (const mg_function[]){(mg_function)mg_window_square,
                                       (mg_function)mg_window_left,
                                       (mg_function)mg_window_above},
    .call = mask_call,
    .tests = mask_tests};
