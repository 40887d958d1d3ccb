/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vector of doubles, for one width: what inner loops that are compiled for
 * several widths have in common.  Included once a width, without a guard, after
 *
 *     LANES   doubles in a vector (2, 4, 8)
 *     NAME(f) the name of f for this width
 *     TARGET  the attribute that lets the compiler use the instructions
 *
 * and it gives VEC, the vector; BITS, as many integers; UNROLL before a loop;
 * who includes it undefines the three at its end. */

typedef double NAME(vec)
    __attribute__((vector_size(LANES * sizeof(double)), may_alias));
typedef long long NAME(bits)
    __attribute__((vector_size(LANES * sizeof(double)), may_alias));
/* The small arrays of vectors below are registers only when every loop over
 * them is written out. */
#define UNROLL _Pragma("GCC unroll 16")
#define VEC NAME(vec)
#define BITS NAME(bits)

/* a <= b ? b : a, lane by lane. */
TARGET static inline VEC NAME(larger)(VEC a, VEC b) {
  BITS below = a < b;
  return (VEC)(((BITS)b & below) | ((BITS)a & ~below));
}

/* The sum over lanes, by halves. */
TARGET static inline double NAME(across)(VEC a) {
  typedef double half __attribute__((vector_size(LANES * sizeof(double) / 2)));
  union {
    VEC all;
    half part[2];
  } u = {a};
  half h = u.part[0] + u.part[1];
  double sum = h[0];
  UNROLL
  for (size_t l = 1; l < LANES / 2; l++)
    sum += h[l];
  return sum;
}

/* exp(a) for a <= 0 to 1 ulp or so: a = k log 2 + r with |r| <= log(2) / 2, and
 * exp(a) = 2^k exp(r), exp(r) by its Taylor polynomial of degree 13, whose
 * remainder is below 2^-57.  Below -708 the answer is exp(-708) = 3e-308. */
TARGET static inline VEC NAME(exp)(VEC a) {
  static const double term[] = {1.0 / 6227020800.0,
                                1.0 / 479001600.0,
                                1.0 / 39916800.0,
                                1.0 / 3628800.0,
                                1.0 / 362880.0,
                                1.0 / 40320.0,
                                1.0 / 5040.0,
                                1.0 / 720.0,
                                1.0 / 120.0,
                                1.0 / 24.0,
                                1.0 / 6.0,
                                0.5,
                                1.0,
                                1.0};
  const double magic = 0x1.8p52; /* its lowest bits are an integer's */
  a = NAME(larger)(a, (VEC){0} - 708.0);
  VEC shifted = a * 1.4426950408889634 + magic;
  VEC k = shifted - magic;
  VEC r = a - k * 0x1.62e42fefa3800p-1; /* log 2, its first 42 bits */
  r = r - k * 0x1.ef35793c76730p-45;    /* and the rest */
  VEC sum = r * term[0] + term[1];
  UNROLL
  for (size_t i = 2; i < sizeof term / sizeof *term; i++)
    sum = sum * r + term[i];
  return (VEC)((BITS)sum + ((BITS)shifted << 52));
}
