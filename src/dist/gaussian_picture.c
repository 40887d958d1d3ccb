/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaussians to look at.                                  [gaussian.1, ml.1] */
#include "dist/gaussian_picture.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>

#include "dist/gaussian.h"
#include "dist/gaussian_estimate.h"

enum { POINTS = 201, CUT = 40 };

int mg_gaussian_curve(mg_table *table, const char *series, double mu,
                      double sigma, double low, double high) {
  for (int i = 0; i < POINTS; i++) {
    const double x = low + (high - low) * i / (POINTS - 1);
    double log_p;
    const int status = mg_gaussian_log_density(x, mu, sigma, &log_p);
    if (status != GSL_SUCCESS)
      return status;
    mg_table_line(table, series, 2, (double[]){x, exp(log_p)});
  }
  return mg_table_status(table);
}

static int add_cut(mg_table *table, const char *series, const gsl_vector *x,
                   double at, double mu, double sigma) {
  double log_p;
  const int status = mg_gaussian_likelihood(x, mu, sigma, &log_p);
  if (status != GSL_SUCCESS)
    return status;
  mg_table_line(table, series, 2, (double[]){at, log_p});
  return mg_table_status(table);
}

int mg_gaussian_profile(const gsl_vector *x, double mu, double sigma,
                        mg_table *of_mu, mg_table *of_sigma) {
  for (int i = -CUT; i <= CUT; i++) {
    const double t = (double)i / CUT, m = mu + 2 * t * sigma;
    const double s = sigma * exp2(t);
    int status = add_cut(of_mu, "against mu", x, m, m, sigma);
    if (status == GSL_SUCCESS)
      status = add_cut(of_sigma, "against sigma", x, s, mu, s);
    if (status != GSL_SUCCESS)
      return status;
  }
  return GSL_SUCCESS;
}

int mg_gaussian_beliefs(const gsl_vector *x, double sigma, double prior_mean,
                        double prior_sd, mg_table *table) {
  double mean, sd;
  for (size_t i = 1; i < 2 * x->size; i *= 2) {
    const size_t n = i < x->size ? i : x->size;
    gsl_vector_const_view few = gsl_vector_const_subvector(x, 0, n);
    const int status = mg_gaussian_posterior(&few.vector, sigma, prior_mean,
                                             prior_sd, &mean, &sd);
    if (status != GSL_SUCCESS)
      return status;
    MG_TABLE_LINE(table, NULL, (double)n, gsl_stats_mean(x->data, x->stride, n),
                  mean, sd);
  }
  return mg_table_status(table);
}

int mg_gaussian_belief(const gsl_vector *x, double sigma, double prior_mean,
                       double prior_sd, mg_table *table) {
  double mean, sd;
  int status =
      mg_gaussian_posterior(x, sigma, prior_mean, prior_sd, &mean, &sd);
  if (status != GSL_SUCCESS)
    return status;
  const double seen = gsl_stats_mean(x->data, x->stride, x->size);
  const double seen_sd = sigma / sqrt((double)x->size);
  const double low = fmin(prior_mean - 3 * prior_sd, seen - 3 * seen_sd);
  const double high = fmax(prior_mean + 3 * prior_sd, seen + 3 * seen_sd);
  status = mg_gaussian_curve(table, "prior", prior_mean, prior_sd, low, high);
  if (status == GSL_SUCCESS)
    status = mg_gaussian_curve(table, "likelihood", seen, seen_sd, low, high);
  if (status == GSL_SUCCESS)
    status = mg_gaussian_curve(table, "posterior", mean, sd, low, high);
  return status;
}
