/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel density on samples of a model: the number that was quoted for models
 * without a density, and why it is none of theirs.
 *
 * With S samples s_1 .. s_S of a model and one bandwidth h for all columns
 *
 *     log 1/S sum_s N(x; s, h^2 I)                                [parzen.1]
 *
 * is the exact log density of another model, that of the kernels.  It takes
 * samples alone, so every family that samples has one.  It is neither a bound
 * nor close: in many dimensions no affordable S puts a sample near each datum,
 * and a model is then paid for samples near the middle of the data, not for
 * being like them (mg_parzen_shrunk shows it).  The claim is "~".
 *
 * The bandwidth is the one that is best for rows that are not judged: those of
 * the validation part; where that is judged itself, or has no rows, each half
 * of the rows judged has the one that is best for the other half. */
#ifndef MG_EVAL_PARZEN_H
#define MG_EVAL_PARZEN_H

#include "eval/evidence.h"

typedef struct {
  size_t samples; /* S, at least 2 */
  size_t threads; /* 0: as many as OpenMP gives */
} mg_parzen_options;

/* 10000 samples; threads 0. */
mg_parzen_options mg_parzen_options_default(void);

/* The kernel density as a model of its own, of the family kde: of levels and
 * bits dequantised, and so are the samples.
 *   samples  in  S x D, in the space of the data
 *   chosen   in  rows, of which at most 512 choose the bandwidth  [kde.3]
 *   threads  in  0: as many as OpenMP gives
 *   seed     in  of the noise on levels and bits
 * Returns NULL with the reason: GSL_EINVAL for fewer than 2 samples or no rows;
 * as mg_kde_fit_bandwidth; GSL_ENOMEM.  The caller frees it. */
mg_model *mg_parzen_model(const gsl_matrix *samples, const mg_rows *chosen,
                          size_t threads, unsigned long seed);

/* The bandwidth of a model that mg_parzen_model made. */
double mg_parzen_bandwidth(const mg_model *kernels);

/* The kernel density of samples as an evidence of a part of data, claim ~.
 *   samples   in   as of mg_parzen_model
 *   part      in   the rows judged; MG_PARTS is none
 *   evidence  out  its note names samples and bandwidth; std_error is over
 *                  rows, with the samples as they are
 * Returns GSL_SUCCESS; GSL_EINVAL for a part of no rows, or of less than 2
 * where the halves choose; as mg_parzen_model.  Cost S D a row judged, and 40
 * times that for a row that chooses. */
int mg_parzen_of_samples(const gsl_matrix *samples, const mg_dataset *data,
                         mg_part_name part, size_t threads, unsigned long seed,
                         mg_evidence *evidence);

/* The same of samples that a model draws.
 * Returns GSL_EUNSUP for a family that does not sample; GSL_EINVAL for another
 * space; as mg_parzen_of_samples. */
int mg_parzen_of(const mg_model *model, const mg_dataset *data,
                 mg_part_name part, const mg_parzen_options *options,
                 unsigned long seed, mg_evidence *evidence);

/* The columns that mg_parzen_shrunk adds, those of the template "lines". */
#define MG_PARZEN_COLUMNS "series x y low high"

/* How kernels rank models the wrong way round: a Gaussian mixture, its
 * components shrunk around their means by factors 1 .. 0,         [parzen.2]
 *
 *     p_f(x) = sum_k w_k N(x; mu_k, f^2 Sigma_k)
 *
 * f = 1 is the model itself, f near 0 draws little but its K means.  For each
 * f what log p says of the test part, and what kernels on S samples say, with a
 * standard error to either side: two panels of the template "lines" over f.
 *   gmm      in      a fitted gmm
 *   factors  in      n of them, above 0
 *   log_p    in/out  of MG_PARZEN_COLUMNS: gets the series "log p"
 *   kernels  in/out  the same: "kernels on S samples"
 * Returns GSL_SUCCESS; GSL_EUNSUP for another family; GSL_EDOM for a factor
 * that makes no covariance; as mg_parzen_of. */
int mg_parzen_shrunk(const mg_model *gmm, const mg_dataset *data,
                     const double *factors, size_t n,
                     const mg_parzen_options *options, unsigned long seed,
                     mg_table *log_p, mg_table *kernels);

#endif
