/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What EM looks like between its half steps.
 *
 * For any distribution q_n(k) over the components of each datum
 *
 *   log p(x) = ELBO(q) + KL(q || p(k | x))                          [em.3]
 *   ELBO(q)  = E_q log p(x, k) + H(q)
 *
 * The E step sets q to the posterior: KL becomes 0, and the ELBO rises to meet
 * log p(x).  The M step raises E_q log p(x, k) with q held: the ELBO rises, and
 * log p(x) with it.  Each part is computed here from its own definition, so
 * that the identity is there to be checked, not built in.
 *
 * Source: Neal & Hinton (1998). */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm_block.h"

/* Reads the block's K x R joint out as rows. */
static void copy_joint(const mg_gmm_block *b, size_t first, gsl_matrix *out) {
  for (size_t r = 0; r < b->used; r++)
    for (size_t k = 0; k < out->size2; k++)
      gsl_matrix_set(out, first + r, k, b->joint[k * b->rows + r]);
}

static int each_block(const mg_gmm *g, const gsl_matrix *x, gsl_matrix *out,
                      void (*step)(const mg_gmm *g, mg_gmm_block *b)) {
  int status = mg_shape_check(g->dim, x, NULL);
  if (status != GSL_SUCCESS)
    return status;
  if (out->size1 != x->size1 || out->size2 != g->options.components)
    return mg_fail(GSL_EBADLEN, "the result is %zu x %zu, not %zu x %zu",
                   out->size1, out->size2, x->size1, g->options.components);
  gsl_vector *memory = gsl_vector_alloc(mg_gmm_block_size(g));
  if (!memory)
    return mg_fail(GSL_ENOMEM, "no memory for a block");
  mg_gmm_block b = mg_gmm_block_in(g, memory->data);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n += b.used) {
    status = mg_gmm_block_read(&b, x, n);
    if (status == GSL_SUCCESS) {
      step(g, &b);
      copy_joint(&b, n, out);
    }
  }
  gsl_vector_free(memory);
  return status;
}

int mg_gmm_log_joint(const mg_gmm *g, const gsl_matrix *x,
                     gsl_matrix *log_joint) {
  return each_block(g, x, log_joint, mg_gmm_block_joint);
}

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  return each_block(g, x, r, mg_gmm_block_posterior);
}

/* p log q with 0 log 0 = 0. */
static double times_log(double p, double log_q) {
  return p == 0 ? 0 : p * log_q;
}

/* Adds one datum's share; joint and q are K long. */
static int add_datum(size_t k, const double *joint, const double *q,
                     mg_gmm_parts *parts) {
  double sum = 0;
  const double log_p = mg_log_sum_exp(k, joint);
  for (size_t i = 0; i < k; i++) {
    if (!(q[i] >= 0))
      return mg_fail(GSL_EDOM, "q has a probability of %g", q[i]);
    const double log_q = log(q[i]), posterior = joint[i] - log_p;
    parts->expected += times_log(q[i], joint[i]);
    parts->entropy -= times_log(q[i], log_q);
    parts->kl += times_log(q[i], log_q - posterior);
    sum += q[i];
  }
  parts->log_p += log_p;
  if (fabs(sum - 1) > 1e-9)
    return mg_fail(GSL_EDOM, "q sums to %.12g, not to 1", sum);
  return GSL_SUCCESS;
}

int mg_gmm_bound(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *q,
                 mg_gmm_parts *parts) {
  const size_t k = g->options.components;
  if (q->size1 != x->size1 || q->size2 != k)
    return mg_fail(GSL_EBADLEN, "q is not %zu x %zu", x->size1, k);
  gsl_matrix *joint = gsl_matrix_alloc(x->size1, k);
  if (!joint)
    return mg_fail(GSL_ENOMEM, "no memory for %zu x %zu", x->size1, k);
  *parts = (mg_gmm_parts){.log_p = 0};
  int status = mg_gmm_log_joint(g, x, joint);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++)
    status =
        add_datum(k, joint->data + n * joint->tda, q->data + n * q->tda, parts);
  parts->elbo = parts->expected + parts->entropy;
  gsl_matrix_free(joint);
  return status;
}

int mg_gmm_half_step(mg_gmm *g, const gsl_matrix *x, gsl_matrix *r, size_t half,
                     mg_gmm_parts *parts) {
  int status = GSL_SUCCESS;
  if (half == 0)
    gsl_matrix_set_all(r, 1 / (double)r->size2);
  else if (half % 2)
    status = mg_gmm_responsibilities(g, x, r);
  else
    status = mg_gmm_m_step(g, x, r);
  return status == GSL_SUCCESS ? mg_gmm_bound(g, x, r, parts) : status;
}
