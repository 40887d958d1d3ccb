/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Gaussian mixture as something to look at: curves on the line, ellipses in
 * the plane, as rows of tables that figures are drawn from. */
#ifndef MG_MODELS_GMM_PICTURE_H
#define MG_MODELS_GMM_PICTURE_H

#include "base/table.h"
#include "models/gmm.h"

/* What a curve is, as a function of x: Bayes' rule has these four. */
typedef enum {
  MG_GMM_LIKELIHOOD, /* p(x | k), a curve a component */
  MG_GMM_JOINT,      /* p(x, k), and their sum: the marginal p(x) */
  MG_GMM_POSTERIOR   /* p(k | x) */
} mg_gmm_curve;

/* The columns of curves. */
#define MG_GMM_CURVE_COLUMNS "series x y"

/* Adds curves of a mixture on the line.                      [em.1, em.2]
 *   names      in      K names of components; NULL: "k = 0", "k = 1" ...
 *   low, high  in      the range of x, finite
 *   table      in/out  of MG_GMM_CURVE_COLUMNS; 201 rows a curve; the marginal
 *                      is called "p(x)"
 * Returns GSL_SUCCESS; GSL_EINVAL unless g is of one dimension; GSL_ENOMEM,
 * here and below also for a table that is NULL. A component of weight 0 has no
 * likelihood here, and no curve of it. */
int mg_gmm_curves(const mg_gmm *g, mg_gmm_curve what, char *const *names,
                  double low, double high, mg_table *table);

/* The columns of components on the line. */
#define MG_GMM_COMPONENT_COLUMNS "k weight mean sd"

/* Adds a row a component of a mixture on the line: name, weight, mean, standard
 * deviation.
 *   names  in      as above, but NULL: "0", "1" ...
 *   table  in/out  of MG_GMM_COMPONENT_COLUMNS
 * Returns GSL_SUCCESS; GSL_EINVAL unless g is of one dimension; GSL_ENOMEM. */
int mg_gmm_components(const mg_gmm *g, char *const *names, mg_table *table);

/* The columns of Bayes' rule. */
#define MG_GMM_BAYES_COLUMNS "k prior likelihood joint posterior"

/* Adds Bayes' rule for one value, a row a component:           [em.1, em.2]
 * w_k, p(x | k), p(x, k) and p(k | x).
 *   names     in      as above
 *   table     in/out  of MG_GMM_BAYES_COLUMNS
 *   marginal  out     p(x)
 * Returns GSL_SUCCESS; GSL_EINVAL unless g is of one dimension; GSL_ENOMEM. */
int mg_gmm_bayes(const mg_gmm *g, double x, char *const *names, mg_table *table,
                 double *marginal);

/* Adds what Jensen's inequality says of one value under two components, with
 * q = (q_0, 1 - q_0) and t_k = p(x, k) / q_k.                      [jensen.1]
 *   q_0        in      strictly between 0 and 1
 *   logarithm  in/out  of MG_GMM_CURVE_COLUMNS: "log t", "chord" from (t_0, log
 *                      t_0) to (t_1, log t_1), and at the mean of t two points,
 *                      "log of the mean" and "mean of the logs"
 *   bound      in/out  of MG_GMM_CURVE_COLUMNS: "ELBO(q)" and "log p(x)"
 *                      against q_0 in 99 steps                     [em.3]
 *   parts      out     at q_0
 *
 * Returns GSL_SUCCESS; GSL_EINVAL unless g has two components on the line and
 * q_0 is as it must be; GSL_ENOMEM. */
int mg_gmm_jensen(const mg_gmm *g, double x, double q_0, mg_table *logarithm,
                  mg_table *bound, mg_gmm_parts *parts);

/* Puts component 0 on a datum and lets it shrink there: adds "log-likelihood",
 * or with a floor "penalised" [em.6], nats per datum, against its standard
 * deviation, which falls from high to low in equal ratios and stays there.
 *   g          in/out  a mixture on the line
 *   x, datum   in      N x 1, and the row
 *   high, low  in      standard deviations, above 0
 *   floor      in      f of [em.6], or 0
 *   table      in/out  of MG_GMM_CURVE_COLUMNS
 * Returns GSL_SUCCESS; GSL_EINVAL unless g is of one dimension; as
 * mg_gmm_log_density; as mg_gmm_refresh. */
int mg_gmm_shrink(mg_gmm *g, const gsl_matrix *x, size_t datum, double high,
                  double low, double floor, mg_table *table);

/* The columns of EM's way up. */
#define MG_GMM_RISE_COLUMNS "pass objective rise rate"

/* EM from where g stands until a pass raises the objective [em.6] by less than
 * `tolerance`, or `most` passes are done; a row a pass: its number, the
 * objective after it, how much it rose in it, and that rise over the one before
 * it.                                                                [em.7]
 *   x      in      N x D     r  in/out  N x K, scratch
 *   table  in/out  of MG_GMM_RISE_COLUMNS
 * Returns GSL_SUCCESS; as mg_gmm_half_step, for a component that collapses; and
 * then g has no meaning. */
int mg_gmm_climb(mg_gmm *g, const gsl_matrix *x, gsl_matrix *r,
                 double tolerance, size_t most, mg_table *table);

/* The columns of a frame's points, as the template "ellipses" wants them. */
#define MG_GMM_POINT_COLUMNS "frame x y component weight"

/* Adds a frame: the data by the component that most probably made each, and
 * the ellipses of one and two standard deviations of every component.
 *   g         in      a mixture in the plane
 *   x, r      in      N x 2; N x K, responsibilities
 *   frame     in      its number, from 1
 *   points    in/out  of MG_GMM_POINT_COLUMNS: N rows; components from 1
 *   ellipses  in/out  of MG_ELLIPSE_COLUMNS (plot/ellipse.h)
 * Returns GSL_SUCCESS; GSL_EINVAL unless g is in the plane; GSL_EBADLEN;
 * GSL_ENOMEM. */
int mg_gmm_frame(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r,
                 size_t frame, mg_table *points, mg_table *ellipses);

#endif
