/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kde's two files share: one row by the others, and the factor of the
 * bandwidths that this makes best.  Nobody else includes this. */
#ifndef MG_MODELS_KDE_CV_H
#define MG_MODELS_KDE_CV_H

#include "models/kde.h"

/* Log density of kept row i under the others, with c times the bandwidth.
 *                                                                  [kde.2]
 *   k  in  with at least 2 kept rows     c  in  above 0
 * Returns nats. */
double mg_kde_left_out(const mg_kde *k, size_t i, double c);

/* Log density of row i of others, with c times the bandwidth.      [kde.3]
 *   q  in  M x D, less the centre and divided by the bandwidths */
double mg_kde_held_out(const mg_kde *k, const gsl_matrix *q, size_t i,
                       double c);

/* The common factor of the bandwidths that maximises [kde.2], or [kde.3].
 *   k         in   with at least 2 kept rows, its bandwidths Scott's
 *   held_out  in   M x D to maximise [kde.3] of, scaled; NULL: [kde.2]
 *   threads   in   0: as many as OpenMP gives
 *   c        out     mean  out  the maximum, nats per datum
 * Returns GSL_SUCCESS; GSL_EDOM when there is no maximum within 2^-14 .. 8;
 * GSL_ENOMEM.  Cost O(N min(N, 4096) D), or O(N M D), an evaluation, some 30 of
 * them. */
int mg_kde_choose_factor(const mg_kde *k, const gsl_matrix *held_out,
                         size_t threads, double *c, double *mean);

#endif
