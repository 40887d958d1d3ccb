/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of masked convolutions, for one width of vector.  Included by
 * masked_kernel.c once a width, with
 *
 *     LANES    numbers in a vector
 *     PANEL    rows of y that weigh keeps in registers at once
 *     VECTORS  vectors of each of them
 *     FEW      rows of dy that correlate keeps at once
 *     SPAN     rows of x beside them
 *     NAME(f)  the name of f for this width
 *     TARGET   the attribute that lets the compiler use the instructions
 *
 * Row (c, t) of the matrix of windows [masked.2] is plane c of x, moved by
 * offset[t]: it is read where it stands, from any address. */

typedef mg_real NAME(vec) __attribute__((vector_size(LANES * sizeof(mg_real)),
                                         aligned(sizeof(mg_real)), may_alias));
/* The small arrays of vectors below are registers only when every loop over
 * them is written out. */
#define UNROLL _Pragma("GCC unroll 16")
#define VEC NAME(vec)

/* The sum over lanes, by halves. */
TARGET static inline mg_real NAME(across)(VEC a) {
  typedef mg_real half
      __attribute__((vector_size(LANES * sizeof(mg_real) / 2)));
  union {
    VEC all;
    half part[2];
  } u = {a};
  const half h = u.part[0] + u.part[1];
  mg_real sum = h[0];
  UNROLL
  for (size_t l = 1; l < LANES / 2; l++)
    sum += h[l];
  return sum;
}

/* PANEL rows of y, VECTORS vectors of each. */
TARGET static inline void NAME(weigh_wide)(const mg_masked_view *v,
                                           const mg_real *w, const mg_real *b,
                                           const mg_real *x, mg_real *y,
                                           size_t stride) {
  VEC sum[PANEL][VECTORS];
  UNROLL
  for (size_t i = 0; i < PANEL; i++)
    UNROLL
  for (size_t j = 0; j < VECTORS; j++)
    sum[i][j] = (VEC){0} + b[i];
  for (size_t c = 0; c < v->channels; c++)
    for (size_t t = 0; t < v->taps; t++, w += PANEL) {
      const mg_real *from = x + (ptrdiff_t)(c * v->plane) + v->offset[t];
      VEC row[VECTORS];
      UNROLL
      for (size_t j = 0; j < VECTORS; j++)
        row[j] = *(const VEC *)(from + j * LANES);
      UNROLL
      for (size_t i = 0; i < PANEL; i++)
        UNROLL
      for (size_t j = 0; j < VECTORS; j++)
        sum[i][j] += w[i] * row[j];
    }
  UNROLL
  for (size_t i = 0; i < PANEL; i++)
    UNROLL
  for (size_t j = 0; j < VECTORS; j++)
    *(VEC *)(y + i * stride + j * LANES) = sum[i][j];
}

/* The same with one vector of each. */
TARGET static inline void NAME(weigh_one)(const mg_masked_view *v,
                                          const mg_real *w, const mg_real *b,
                                          const mg_real *x, mg_real *y,
                                          size_t stride) {
  VEC sum[PANEL];
  UNROLL
  for (size_t i = 0; i < PANEL; i++)
    sum[i] = (VEC){0} + b[i];
  for (size_t c = 0; c < v->channels; c++)
    for (size_t t = 0; t < v->taps; t++, w += PANEL) {
      const mg_real *from = x + (ptrdiff_t)(c * v->plane) + v->offset[t];
      const VEC row = *(const VEC *)from;
      UNROLL
      for (size_t i = 0; i < PANEL; i++)
        sum[i] += w[i] * row;
    }
  UNROLL
  for (size_t i = 0; i < PANEL; i++)
    *(VEC *)(y + i * stride) = sum[i];
}

/* All panels of a place before the next place: what they read is then near. */
TARGET static void NAME(weigh)(const mg_masked_view *v, size_t panels,
                               const mg_real *w, const mg_real *b, size_t n,
                               const mg_real *x, mg_real *y, size_t stride) {
  const size_t k = v->channels * v->taps * PANEL;
  size_t p = 0;
  for (; p + VECTORS * LANES <= n; p += VECTORS * LANES)
    for (size_t i = 0; i < panels; i++)
      NAME(weigh_wide)
  (v, w + i * k, b + i * PANEL, x + p, y + i * PANEL * stride + p, stride);
  for (; p < n; p += LANES)
    for (size_t i = 0; i < panels; i++)
      NAME(weigh_one)
  (v, w + i * k, b + i * PANEL, x + p, y + i * PANEL * stride + p, stride);
}

/* Sums of products of FEW rows with SPAN rows. */
TARGET static inline void NAME(products)(size_t n, const mg_real *const *a,
                                         const mg_real *const *b,
                                         mg_real *out) {
  VEC sum[FEW][SPAN] = {{{0}}};
  for (size_t p = 0; p < n; p += LANES) {
    VEC row[SPAN];
    UNROLL
    for (size_t j = 0; j < SPAN; j++)
      row[j] = *(const VEC *)(b[j] + p);
    UNROLL
    for (size_t i = 0; i < FEW; i++) {
      const VEC one = *(const VEC *)(a[i] + p);
      UNROLL
      for (size_t j = 0; j < SPAN; j++)
        sum[i][j] += one * row[j];
    }
  }
  UNROLL
  for (size_t i = 0; i < FEW; i++)
    UNROLL
  for (size_t j = 0; j < SPAN; j++)
    out[i * SPAN + j] = NAME(across)(sum[i][j]);
}

/* A block at the edge takes the last row again and forgets it. */
TARGET static void NAME(correlate)(const mg_masked_view *v, size_t rows,
                                   size_t n, const mg_real *dy, size_t stride,
                                   const mg_real *x, mg_real *dw) {
  const size_t k = v->channels * v->taps;
  for (size_t r = 0; r < rows; r += FEW)
    for (size_t q = 0; q < k; q += SPAN) {
      const mg_real *a[FEW], *b[SPAN];
      mg_real sum[FEW * SPAN];
      for (size_t i = 0; i < FEW; i++)
        a[i] = dy + (r + i < rows ? r + i : rows - 1) * stride;
      for (size_t j = 0; j < SPAN; j++) {
        const size_t at = q + j < k ? q + j : k - 1;
        b[j] =
            x + (ptrdiff_t)(at / v->taps * v->plane) + v->offset[at % v->taps];
      }
      NAME(products)(n, a, b, sum);
      for (size_t i = 0; i < FEW && r + i < rows; i++)
        for (size_t j = 0; j < SPAN && q + j < k; j++)
          dw[(r + i) * k + q + j] += sum[i * SPAN + j];
    }
}

/* Lines of an image: whole vectors, then a half, fours, and what is left. */
TARGET static void NAME(copy)(size_t lines, size_t n, const mg_real *from,
                              size_t from_line, mg_real *to, size_t to_line) {
  typedef mg_real half __attribute__((vector_size(LANES * sizeof(mg_real) / 2),
                                      aligned(sizeof(mg_real)), may_alias));
  typedef mg_real four __attribute__((vector_size(4 * sizeof(mg_real)),
                                      aligned(sizeof(mg_real)), may_alias));
  for (; lines > 0; lines--, from += from_line, to += to_line) {
    size_t j = 0;
    for (; j + LANES <= n; j += LANES)
      *(VEC *)(to + j) = *(const VEC *)(from + j);
    for (; j + LANES / 2 <= n; j += LANES / 2)
      *(half *)(to + j) = *(const half *)(from + j);
    for (; j + 4 <= n; j += 4)
      *(four *)(to + j) = *(const four *)(from + j);
    for (; j < n; j++)
      to[j] = from[j];
  }
}

static const mg_masked_kernel NAME(kernel) = {
    .lanes = LANES,
    .panel = PANEL,
    .weigh = NAME(weigh),
    .correlate = NAME(correlate),
    .copy = NAME(copy),
};

#undef UNROLL
#undef VEC
