/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The k nearest vote on who is a draw; see classifier.h.
 *
 * Samples of equal size are used, so that a coin's accuracy is 1/2 and no
 * classifier gains by always naming the larger.  k is odd, so that no vote is
 * even.  Rows equally far are taken in the order of the rows learnt from, which
 * is shuffled: were the draws always first there, copies would be called draws.
 *
 * Not here: networks, which see more in images and whose training would be one
 * more thing to choose. */
#include "eval/classifier.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>

#include "base/status.h"

typedef struct {
  size_t *row;     /* N: draws and data, each shuffled */
  size_t *learnt;  /* the rows learnt from, shuffled */
  size_t *nearest; /* k places among those */
  double *away;    /* distances to them */
} room;

static void room_clear(room *r) {
  free(r->row);
  free(r->learnt);
  free(r->nearest);
  free(r->away);
}

static int room_init(room *r, size_t rows, const mg_classifier_count *c) {
  *r = (room){.row = calloc(rows, sizeof *r->row),
              .learnt = calloc(c->learnt, sizeof *r->learnt),
              .nearest = calloc(c->k, sizeof *r->nearest),
              .away = calloc(c->learnt, sizeof *r->away)};
  if (r->row && r->learnt && r->nearest && r->away)
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory for the neighbours of %zu rows", rows);
}

/* Half of each sample to learn from, as many of each to be asked for. */
static int share_out(size_t rows, size_t n, size_t k, mg_classifier_count *c) {
  if (n == 0 || n >= rows)
    return mg_fail(GSL_EBADLEN, "%zu draws of %zu rows leave none to compare",
                   n, rows);
  const size_t half = (n < rows - n ? n : rows - n) / 2;
  *c = (mg_classifier_count){.learnt = 2 * half, .tested = 2 * half};
  c->k = k ? k : (size_t)ceil(sqrt((double)c->learnt));
  c->k += c->k % 2 == 0;
  if (c->k > c->learnt)
    return mg_fail(GSL_EINVAL,
                   "%zu rows to learn from have no %zu neighbours: take more "
                   "draws or a smaller k",
                   c->learnt, c->k);
  return GSL_SUCCESS;
}

static void deal(gsl_rng *rng, size_t rows, size_t n, size_t half, room *r) {
  for (size_t i = 0; i < rows; i++)
    r->row[i] = i;
  gsl_ran_shuffle(rng, r->row, n, sizeof *r->row);
  gsl_ran_shuffle(rng, r->row + n, rows - n, sizeof *r->row);
  for (size_t i = 0; i < half; i++) {
    r->learnt[2 * i] = r->row[i];
    r->learnt[2 * i + 1] = r->row[n + i];
  }
  gsl_ran_shuffle(rng, r->learnt, 2 * half, sizeof *r->learnt);
}

/* Do more than half of the k nearest say that this row is a draw? */
static bool taken_for_draw(const gsl_matrix *distance, size_t row, size_t n,
                           const mg_classifier_count *c, room *r) {
  const double *d = gsl_matrix_const_ptr(distance, row, 0);
  size_t votes = 0;
  for (size_t i = 0; i < c->learnt; i++)
    r->away[i] = d[r->learnt[i]];
  gsl_sort_smallest_index(r->nearest, c->k, r->away, 1, c->learnt);
  for (size_t i = 0; i < c->k; i++)
    votes += r->learnt[r->nearest[i]] < n;
  return 2 * votes > c->k;
}

int mg_classifier_ask(const gsl_matrix *distance, size_t n, size_t k,
                      gsl_rng *rng, mg_classifier_count *count) {
  const size_t rows = distance->size1;
  int status = share_out(rows, n, k, count);
  if (status != GSL_SUCCESS)
    return status;
  const size_t half = count->tested / 2;
  room r;
  status = room_init(&r, rows, count);
  if (status == GSL_SUCCESS) {
    deal(rng, rows, n, half, &r);
    for (size_t i = half; i < 2 * half; i++) {
      count->right += taken_for_draw(distance, r.row[i], n, count, &r);
      count->right += !taken_for_draw(distance, r.row[n + i], n, count, &r);
    }
  }
  room_clear(&r);
  return status;
}

/*                                                             [twosample.5] */
double mg_classifier_p(const mg_classifier_count *count) {
  if (count->right == 0)
    return 1;
  return gsl_cdf_binomial_Q((unsigned)count->right - 1, 0.5,
                            (unsigned)count->tested);
}
