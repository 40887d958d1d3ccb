/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Implicit reparameterisation.
 *
 * Every draw from a law on the line is x = F^-1(u; theta) with u uniform.  At
 * fixed u, F(x; theta) does not change, so that (Figurnov, Mohamed & Mnih
 * 2018, equation 5)
 *
 *   d x / d theta = -(d F(x) / d theta) / p(x)                [implicit.1]
 *
 * and the sampler itself may be any rejection method: only its x is needed.
 * Differentiating F under the integral brings in the score,
 *
 *   d F(x) / d theta = int_{-inf}^x p(t) score(t) dt          [implicit.2]
 *
 * and since the score has mean 0, the same integral over the upper tail has
 * the other sign:
 *
 *   d x / d theta = -int_{-inf}^x (p(t) / p(x)) score(t) dt
 *                 =  int_x^inf   (p(t) / p(x)) score(t) dt    [implicit.3]
 *
 * A score that grows with t is negative at x only when it is so on the whole
 * lower tail, and else positive on the whole upper one.  Taking that tail, no
 * two terms cancel, and the result is good to the error of the quadrature, far
 * in the tails too, where F is 0 or 1 to the last bit.  Figurnov et al. use
 * automatic differentiation of a series, with 1e-6 in single precision.
 *
 * The tail is cut where the density has fallen by exp(-40), and integrated by
 * Gauss-Legendre rules of 20 points, halving panels until they agree.
 *
 * The law is put on a coordinate that runs over the whole line (log t for
 * gamma, logit t for beta), where the densities have no poles. */
#include "dist/implicit.h"

#include <gsl/gsl_integration.h>
#include <math.h>

#include "base/status.h"

static const double cut = -40;         /* exp(-40) = 4e-18 */
static const double agreement = 1e-10; /* of the whole integral */

typedef struct {
  mg_implicit_law *law;
  const double *theta;
  gsl_integration_glfixed_table *rule;
  double tolerance;
  int halvings; /* left to do */
} tail;

static double log_ratio_at(const tail *t, double delta) {
  double log_ratio, score;
  t->law(delta, t->theta, &log_ratio, &score);
  return log_ratio;
}

/* Where the tail may be cut: a delta of the sign of `side`, within a tenth or
 * so of the place where the density has fallen by exp(cut). */
static double tail_end(const tail *t, double side) {
  double far = side;
  while (log_ratio_at(t, far) < cut)
    far /= 2;
  while (log_ratio_at(t, far) > cut)
    far *= 2;
  double near = far / 2;
  for (int i = 0; i < 3; i++) {
    const double middle = (near + far) / 2;
    if (log_ratio_at(t, middle) < cut)
      far = middle;
    else
      near = middle;
  }
  return far;
}

static double panel(const tail *t, double low, double high) {
  double sum = 0;
  for (size_t i = 0; i < t->rule->n; i++) {
    double delta, weight, log_ratio, score;
    gsl_integration_glfixed_point(low, high, i, &delta, &weight, t->rule);
    t->law(delta, t->theta, &log_ratio, &score);
    sum += weight * exp(log_ratio) * score;
  }
  return sum;
}

/* Halves a panel until halves and whole agree.  The number of halvings has a
 * limit, for where rounding alone is above the tolerance. */
static double refine(tail *t, double low, double high, double whole) {
  const double middle = (low + high) / 2;
  const double left = panel(t, low, middle), right = panel(t, middle, high);
  if (!(fabs(left + right - whole) > t->tolerance) || --t->halvings <= 0)
    return left + right;
  return refine(t, low, middle, left) + refine(t, middle, high, right);
}

/* [implicit.3]: the lower tail runs down from the point, and an integral from
 * 0 to a negative end has the minus sign of that line in it. */
int mg_implicit_derivative(mg_implicit_law *law, const double *theta,
                           double *derivative) {
  tail t = {law, theta, gsl_integration_glfixed_table_alloc(20), 0, 500};
  if (t.rule == NULL)
    return mg_fail(GSL_ENOMEM, "no memory for a quadrature rule");
  double log_ratio, score;
  law(0, theta, &log_ratio, &score);
  const double end = tail_end(&t, score < 0 ? -1 : 1);
  const double whole = panel(&t, 0, end);
  t.tolerance = agreement * fabs(whole);
  *derivative = isfinite(whole) ? refine(&t, 0, end, whole) : NAN;
  gsl_integration_glfixed_table_free(t.rule);
  if (isfinite(*derivative))
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "implicit derivative: not a double precision "
                           "number for such parameters");
}
