/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search against an acceptance that is known as a function of the step. */
#include <criterion/criterion.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/stream.h"
#include "infer/dual_averaging.h"

/* By hand: t0 = 10, g = .05, k = .75. */
Test(dual_averaging, the_first_updates_by_hand) {
  mg_dual_averaging d;
  mg_dual_averaging_start(&d, 0.1, 0.8);
  cr_expect(fabs(mg_dual_averaging_step(&d) - 0.1) < 1e-15, "the first step");
  mg_dual_averaging_update(&d, 0.3);
  const double h = 0.5 / 11, x = log(1) - h / 0.05;
  cr_expect(fabs(mg_dual_averaging_step(&d) - exp(x)) < 1e-14, "%g, not %g",
            mg_dual_averaging_step(&d), exp(x));
  cr_expect(fabs(mg_dual_averaging_mean(&d) - exp(x)) < 1e-14,
            "the mean of one");
  mg_dual_averaging_update(&d, 1);
  const double second = (1 - 1.0 / 12) * h - 0.2 / 12;
  const double next = -sqrt(2) / 0.05 * second, w = pow(2, -0.75);
  cr_expect(fabs(mg_dual_averaging_step(&d) - exp(next)) < 1e-14, "second");
  cr_expect(fabs(log(mg_dual_averaging_mean(&d)) - w * next - (1 - w) * x) <
                1e-14,
            "the mean of two");
}

/* Of steps e moves are accepted with probability exp(-e / s), noisily. */
Test(dual_averaging, finds_the_step_that_is_accepted_as_aimed) {
  static const double scale[] = {1e-4, 1, 1e3}, aim[] = {0.234, 0.8};
  gsl_rng *rng = mg_stream_alloc(1, "test/dual", 0);
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 2; j++) {
      const double truth = -scale[i] * log(aim[j]);
      mg_dual_averaging d;
      mg_dual_averaging_start(&d, 0.5, aim[j]);
      for (int t = 0; t < 2000; t++) {
        const double p = exp(-mg_dual_averaging_step(&d) / scale[i]);
        mg_dual_averaging_update(&d, p * (0.8 + 0.4 * gsl_rng_uniform(rng)));
      }
      cr_expect(fabs(mg_dual_averaging_mean(&d) / truth - 1) < 0.1,
                "scale %g, aim %g: step %g, not %g", scale[i], aim[j],
                mg_dual_averaging_mean(&d), truth);
    }
  gsl_rng_free(rng);
}
