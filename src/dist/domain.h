/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domains of parameters and data, checked before any arithmetic.
 *
 * GSL's samplers and Cholesky validate nothing: a rate of infinity hangs one,
 * a NaN passes through the other.  So every law of this folder looks at what
 * it was given first, by the functions below, and refuses with a sentence.
 * All of them return GSL_SUCCESS, or GSL_EDOM with the law, the parameter and
 * the value in mg_reason() (lengths: GSL_EBADLEN).
 *
 * One shape for all laws.  A law called `law` with parameters a, b has
 *
 *     mg_law_log_density(x, a, b, &log_p)     log p(x | a, b), nats
 *     mg_law_sample(rng, a, b, &x)            x ~ p
 *     mg_law_score(x, a, b, &d_a, &d_b)       d log p(x) / d a, / d b
 *     mg_law_pathwise(x, a, b, &dx_a, &dx_b)  d x / d a, / d b, noise held
 *     mg_law_sample_reparam(rng, a, b, &x, &dx_a, &dx_b)   the two at once
 *     mg_law_entropy(a, b, &h)                -E log p(x), nats
 *     mg_law_kl(a0, b0, a1, b1, &kl)          E_0 log(p_0 / p_1), nats
 *
 * and each returns a status.  Laws over vectors take gsl_vector, or a
 * gsl_matrix with a datum a row.  Where x is a vector, its derivatives are a
 * matrix that nobody wants to see; pathwise is then the product that a chain
 * rule needs, from dx = d f / d x to d f / d a, and sample_reparam is absent:
 *
 *     mg_law_pathwise(x, a, b, dx, d_a, d_b)
 *
 * For a law over a finite set "density" is the mass, and there is no pathwise
 * derivative.  What they answer is the same
 * everywhere:
 *   - a parameter out of its domain: GSL_EDOM;
 *   - a datum that is NaN: GSL_EDOM;
 *   - a datum outside the support: log density -inf, GSL_SUCCESS; but it has
 *     no score and no pathwise derivative: GSL_EDOM;
 *   - vectors that do not fit each other: GSL_EBADLEN.
 * After a failure the outputs mean nothing. */
#ifndef MG_DIST_DOMAIN_H
#define MG_DIST_DOMAIN_H

#include <gsl/gsl_vector.h>
#include <stdbool.h>

/* A finite real number.
 *   law, name  in  for the reason: "gaussian", "mu" */
int mg_domain_real(const char *law, const char *name, double value);

/* A finite number above 0, and not so small (below 2.2e-308) that its inverse
 * overflows. */
int mg_domain_positive(const char *law, const char *name, double value);

/* A number from 0 to 1. */
int mg_domain_probability(const char *law, const char *name, double value);

/* A datum: anything but NaN. */
int mg_domain_datum(const char *law, double x);

/* A datum where a derivative exists: `inside` says whether it does. */
int mg_domain_inside(const char *law, double x, bool inside);

/* An answer: anything but NaN, which parameters near 1e+-308 can make of
 * inf - inf.  GSL_EOVRFLW for NaN. */
int mg_domain_result(const char *law, double value);

/* A vector of length `size` that is not empty; else GSL_EBADLEN. */
int mg_domain_length(const char *law, const char *name, const gsl_vector *v,
                     size_t size);

/* The same of every element of a vector. */
int mg_domain_reals(const char *law, const char *name, const gsl_vector *v);
int mg_domain_positives(const char *law, const char *name, const gsl_vector *v);

/* Probabilities that sum to 1 within 1e-9. */
int mg_domain_simplex(const char *law, const char *name, const gsl_vector *p);

/* Is every element at least 0 (`open`: above 0), and the sum 1 within 1e-9?
 * False for NaN. */
bool mg_domain_on_simplex(const gsl_vector *p, bool open);

#endif
