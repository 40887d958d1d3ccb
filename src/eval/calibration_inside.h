/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both kinds of calibration do with their ranks. */
#ifndef MG_EVAL_CALIBRATION_INSIDE_H
#define MG_EVAL_CALIBRATION_INSIDE_H

#include "eval/calibration.h"

/* Room for counts in a zeroed c.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_calibration_init(mg_calibration *c, size_t statistics, size_t places);

/* The rank of a value of which `below` others are less and `ties` equal: any of
 * those that the ties leave open, each as likely. */
size_t mg_calibration_rank(gsl_rng *rng, size_t below, size_t ties);

/* Adds a rank of a statistic. */
void mg_calibration_add(mg_calibration *c, size_t statistic, size_t rank);

/* Finds the p-values, when all ranks are counted. */
void mg_calibration_judge(mg_calibration *c);

#endif
