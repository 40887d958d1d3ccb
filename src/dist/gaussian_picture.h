/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaussians and their likelihoods as curves, rows of tables that figures are
 * drawn from (template "lines": series x y). */
#ifndef MG_DIST_GAUSSIAN_PICTURE_H
#define MG_DIST_GAUSSIAN_PICTURE_H

#include <gsl/gsl_vector.h>

#include "base/table.h"

/* Adds the density of N(mu, sigma^2), 201 rows.               [gaussian.1]
 *   series     in      its name
 *   low, high  in      the first and the last x
 * Returns GSL_SUCCESS; GSL_EDOM as in dist/gaussian.h; the table's failure. */
int mg_gaussian_curve(mg_table *table, const char *series, double mu,
                      double sigma, double low, double high);

/* Adds two cuts through the mean log-likelihood of a sample, 81 rows each:
 * against mu at this sigma, from mu - 2 sigma to mu + 2 sigma, and against
 * sigma at this mu, from sigma / 2 to 2 sigma.                       [ml.1]
 *   of_mu, of_sigma  in/out  tables
 * Returns as mg_gaussian_likelihood; the tables' failure. */
int mg_gaussian_profile(const gsl_vector *x, double mu, double sigma,
                        mg_table *of_mu, mg_table *of_sigma);

/* The columns of a table of beliefs. */
#define MG_BELIEF_COLUMNS "n mean map sd"

/* Adds how a prior gives way: for the first 1, 2, 4 ... and all of the n values
 * a row: their number, their mean (maximum likelihood), the MAP of [map.1], and
 * the posterior's standard deviation.                               [map.2]
 *   table  in/out  of MG_BELIEF_COLUMNS
 * Returns as mg_gaussian_posterior; the table's failure. */
int mg_gaussian_beliefs(const gsl_vector *x, double sigma, double prior_mean,
                        double prior_sd, mg_table *table);

/* Adds what Bayes' rule multiplies, as functions of mu that have area 1: the
 * prior N(prior_mean, prior_sd^2), the likelihood of x at a known sigma, and
 * the posterior.                                                     [map.2]
 *   table  in/out  201 rows a curve: "prior", "likelihood", "posterior"
 * Returns as mg_gaussian_posterior; the table's failure. */
int mg_gaussian_belief(const gsl_vector *x, double sigma, double prior_mean,
                       double prior_sd, mg_table *table);

#endif
