/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spherical-radial rule of degree 3.
 *
 * Write e = rho u with |u| = 1.  A frame is L orthogonal directions q_i, turned
 * at random; the mean of f over the 2 L points +-rho q_i is that over the
 * sphere, exactly so for odd functions and for squares.  The radius is drawn
 * from a law that is too wide by a factor rho^2, rho^2 ~ chi^2 of L + 2 degrees
 * of freedom, and the factor is divided out again; since it then divides
 * differences to the centre, nothing explodes where rho is small:   [rule.1]
 *
 *     E f ~ f(0) + 1/m sum_j L / rho_j^2 (1/(2 L) sum_i,+- f(+-rho_j q_ji)
 *                                         - f(0))
 *
 * For f = z^T A z the bracket is rho^2 tr A / L, so the rule says tr A, which
 * is E f; and E L / rho^2 = 1, so f(0) is added and taken away alike.
 *
 * Draws of antithetic pairs alone would also be right in expectation; of a
 * parabola they would leave the noise of its squares.
 *
 * Source: Genz & Monahan (1998), "Stochastic integration rules for infinite
 * regions". */
#include "eval/rule.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"

int mg_rule_init(mg_rule *r, size_t dim, size_t frames) {
  const size_t nodes = 2 * dim * frames + 1;
  r->frames = frames;
  r->e = gsl_matrix_calloc(nodes, dim);
  r->weight = gsl_vector_calloc(nodes);
  r->normal = gsl_matrix_alloc(dim, dim);
  r->q = gsl_matrix_alloc(dim, dim);
  r->r = gsl_matrix_alloc(dim, dim);
  r->tau = gsl_vector_alloc(dim);
  if (!r->e || !r->weight || !r->normal || !r->q || !r->r || !r->tau)
    return mg_fail(GSL_ENOMEM, "no memory for %zu points in %zu dimensions",
                   nodes, dim);
  return GSL_SUCCESS;
}

void mg_rule_clear(mg_rule *r) {
  gsl_matrix_free(r->e);
  gsl_vector_free(r->weight);
  gsl_matrix_free(r->normal);
  gsl_matrix_free(r->q);
  gsl_matrix_free(r->r);
  gsl_vector_free(r->tau);
  *r = (mg_rule){.e = NULL};
}

/* Orthogonal directions into q, the columns of a Gaussian matrix made
 * orthogonal.  Their signs are not random, and need not be: each is used with
 * both. */
static void turn(mg_rule *r, gsl_rng *rng) {
  for (size_t i = 0; i < r->normal->size1; i++)
    for (size_t j = 0; j < r->normal->size2; j++)
      gsl_matrix_set(r->normal, i, j, gsl_ran_gaussian_ziggurat(rng, 1));
  gsl_linalg_QR_decomp(r->normal, r->tau);
  gsl_linalg_QR_unpack(r->normal, r->tau, r->q, r->r);
}

void mg_rule_draw(mg_rule *r, gsl_rng *rng) {
  const size_t l = r->q->size1;
  double centre = 1;
  for (size_t frame = 0; frame < r->frames; frame++) {
    const double square = gsl_ran_chisq(rng, (double)l + 2);
    const double share = 1 / (square * (double)r->frames);
    turn(r, rng);
    centre -= (double)l * share;
    for (size_t i = 0; i < 2 * l; i++) {
      const size_t row = 1 + 2 * l * frame + i;
      const double rho = i % 2 ? -sqrt(square) : sqrt(square);
      for (size_t j = 0; j < l; j++)
        gsl_matrix_set(r->e, row, j, rho * gsl_matrix_get(r->q, j, i / 2));
      gsl_vector_set(r->weight, row, share / 2);
    }
  }
  gsl_vector_set(r->weight, 0, centre);
}
