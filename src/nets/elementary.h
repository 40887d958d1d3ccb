/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elementary functions that a compiler can turn into vectors.
 *
 * A layer of 128 x 784 logits wants a hundred thousand exponentials a step.
 * libm's expf is a call for each; the functions here are straight arithmetic
 * without a branch, so a loop marked "omp simd" does 16 of them at a time.  In
 * float exp is right to one unit in the last place, log to two, tanh to four:
 *
 *   exp(x)   = 2^n exp(r),  n = round(x / log 2),  |r| <= log(2) / 2 [elem.1]
 *              exp(r) by a polynomial (Moshier's Cephes), 2^n by its bits
 *   log(x)   = k log 2 + log(1 + f),  1 + f in [0.7, 1.4)
 *   log(1+f) = 2 (t + t^3/3 + t^5/5 ...),  t = f / (2 + f) [elem.2]
 *
 * n comes out of the addition of a large number, not of a conversion: a NaN
 * then stays a NaN (converted to an integer it would be undefined).  What
 * overflows is infinite and what underflows is 0, so a run that goes wrong is
 * seen.  In the double build these are libm's own.
 *
 * MG_WIDE stands before a function whose loop is worth compiling for AVX-512,
 * for AVX2 and for any processor, chosen when the program is loaded; what such
 * a loop calls is inline and above it. */
#ifndef MG_NETS_ELEMENTARY_H
#define MG_NETS_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "nets/real.h"

#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) &&            \
    !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define MG_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MG_WIDE
#endif

#ifdef MG_REAL_DOUBLE

/* In double the C library's own: exp(x). */
static inline double mg_real_exp(double x) {
  return exp(x);
}

/* log(x). */
static inline double mg_real_log(double x) {
  return log(x);
}

/* log(1 + x). */
static inline double mg_real_log1p(double x) {
  return log1p(x);
}

/* tanh(x). */
static inline double mg_real_tanh(double x) {
  return tanh(x);
}

#else

/* exp(x); 0 below -87, inf above 88.8.                              [elem.1] */
static inline float mg_real_exp(float x) {
  const float round = 0x1.8p23f;
  x = x > 89 ? 89 : x;
  x = x < -87.5f ? -87.5f : x;
  const float shifted = x * 0x1.715476p+0f + round, n = shifted - round;
  const float r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 126) << 23; /* 2^(n-1); at n = -126, 0 */
  float scale, p = 1.9875691500e-4f;
  memcpy(&scale, &bits, sizeof scale);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1;
  return p * scale * 2;
}

/* log(1 + f) for -0.5 <= f <= 1.                                    [elem.2] */
static inline float mg_real_log1p(float f) {
  const float t = f / (2 + f), s = t * t;
  float p = 2.f / 13;
  p = p * s + 2.f / 11;
  p = p * s + 2.f / 9;
  p = p * s + 2.f / 7;
  p = p * s + 2.f / 5;
  p = p * s + 2.f / 3;
  return t * (p * s + 2);
}

/* log(x) for a normal x above 0.                                    [elem.2] */
static inline float mg_real_log(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t above = bits - 0x3f3504f3u; /* sqrt(1/2) */
  const int32_t k = (int32_t)above >> 23;
  bits = (above & 0x7fffffu) + 0x3f3504f3u;
  float m;
  memcpy(&m, &bits, sizeof m);
  const float n = (float)k;
  return n * 0x1.62e4p-1f + (mg_real_log1p(m - 1) + n * 0x1.7f7d1cp-20f);
}

/* tanh(x): its series near 0, where 1 - 2 / (1 + exp(2x)) cancels. */
static inline float mg_real_tanh(float x) {
  const float s = x * x;
  float p = -1382.f / 155925;
  p = p * s + 62.f / 2835;
  p = p * s - 17.f / 315;
  p = p * s + 2.f / 15;
  p = p * s - 1.f / 3;
  const float near = x + x * s * p, far = 1 - 2 / (1 + mg_real_exp(2 * x));
  return s < 0.09f ? near : far;
}

#endif

/* 1 / (1 + exp(-x)), from exp(-|x|), which does not overflow. */
static inline mg_real mg_real_sigmoid(mg_real x) {
  const mg_real e = mg_real_exp(x > 0 ? -x : x);
  return (x > 0 ? 1 : e) / (1 + e);
}

/* log(1 + exp(x)). */
static inline mg_real mg_real_softplus(mg_real x) {
  const mg_real e = mg_real_exp(x > 0 ? -x : x);
  return (x > 0 ? x : 0) + mg_real_log1p(e);
}

#endif
