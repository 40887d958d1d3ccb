/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every posterior that comes along; see named.h. */
#include "targets/named.h"

#include <string.h>

#include "base/option.h"
#include "base/status.h"
#include "targets/banana.h"
#include "targets/coin.h"
#include "targets/eight_schools.h"
#include "targets/gaussian.h"
#include "targets/logistic_regression.h"
#include "targets/mean.h"
#include "targets/mixture_means.h"
#include "targets/rates.h"
#include "targets/regression.h"
#include "targets/two_modes.h"

const mg_posterior_type *const mg_posteriors[] = {
    &mg_coin_type,
    &mg_rates_type,
    &mg_mean_type,
    &mg_regression_type,
    &mg_banana_type,
    &mg_two_modes_type,
    &mg_gaussian_type,
    &mg_eight_schools_type,
    &mg_eight_schools_centred_type,
    &mg_logistic_regression_type,
    &mg_mixture_means_type,
    NULL,
};

const mg_posterior_type *mg_posterior_find(const char *name) {
  mg_suggestion suggestion = {.wrong = name};
  char text[400];
  for (size_t i = 0; mg_posteriors[i]; i++) {
    if (strcmp(mg_posteriors[i]->name, name) == 0)
      return mg_posteriors[i];
    mg_suggestion_add(&suggestion, mg_posteriors[i]->name);
  }
  mg_fail(GSL_EINVAL, "there is no posterior '%s': %s", name,
          mg_suggestion_print(&suggestion, text, sizeof text));
  return NULL;
}
