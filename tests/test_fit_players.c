/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several players in one fit: turns on the same rows, gauges, no judge. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "gradient_family.h"
#include "models/fit.h"

TestSuite(fit_players, .init = slope_set_up, .fini = slope_tear_down);

/* 40 rows in minibatches of 16, 16 and 8, of which a player wants the second
 * again: turns on minibatches 1, 2, 2, 3 | 1, 1, 2, 3, 3 | ... */
Test(fit_players, another_player_gets_the_same_rows) {
  static const size_t turns[] = {4, 5, 4, 5};
  slope_remake(&players_type, &slope_space);
  mg_fit *fit = slope_fit(16, 4, 1, 0);
  size_t same = 0;
  for (size_t epoch = 0; epoch < 4; epoch++) {
    const size_t from = seen.gathers, first = seen.n;
    do {
      cr_assert(mg_fit_iterate(fit) == GSL_SUCCESS, "%s", mg_reason());
    } while (!mg_fit_pass_ended(fit));
    cr_expect(seen.gathers - from == turns[epoch], "epoch %zu: %zu turns",
              epoch, seen.gathers - from);
    same +=
        memcmp(seen.x + first, seen.x + first + 16, 16 * sizeof(double)) == 0;
  }
  cr_expect(memcmp(seen.x + 16, seen.x + 32, 16 * sizeof(double)) == 0,
            "the second minibatch is not given again");
  cr_expect(same == 2, "the first comes twice in %zu epochs of 4", same);
  cr_expect(mg_fit_steps(fit) == 12, "%zu minibatches", mg_fit_steps(fit));
  cr_expect(mg_fit_data_seen(fit) == 160, "%g rows", mg_fit_data_seen(fit));
  mg_fit_free(fit);
}

/* A gauge's mean is over the turns that measured it; the gauges of the first
 * epoch's four turns are 1, 2, (3) and 4 on 16, 16, 16 and 8 rows. */
Test(fit_players, gauges_are_means_over_their_turns) {
  slope_remake(&players_type, &slope_space);
  mg_fit *fit = slope_fit(16, 2, 1, 0);
  cr_assert(slope_turn(fit, 1) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(isnan(mg_fit_last(fit)->gauge[1]), "the second is %g after turn 1",
            mg_fit_last(fit)->gauge[1]);
  cr_assert(slope_turn(fit, 3) == GSL_SUCCESS, "%s", mg_reason());
  const double first = mg_fit_last(fit)->gauge[0];
  const double second = mg_fit_last(fit)->gauge[1];
  cr_expect(fabs(first - (16 * 1 + 16 * 2 + 8 * 4) / 40.) < 1e-15, "%.17g",
            first);
  cr_expect(second == 3, "%.17g", second);
  mg_fit_free(fit);
}

/* Nothing tells one start from another, or that it is time to stop. */
Test(fit_players, without_a_judge_nothing_is_chosen) {
  slope_remake(&players_type, &slope_space);
  mg_fit_options options = mg_fit_options_default();
  options.restarts = 2;
  cr_expect_null(mg_fit_alloc(model, &rows, &options, 7), "two starts");
  options.restarts = 1;
  options.patience = 1;
  cr_expect_null(mg_fit_alloc(model, &rows, &options, 7), "patience");
  mg_fit *fit = slope_fit(0, 30, 1, 0);
  cr_expect(slope_turn(fit, 1000) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(mg_fit_passes(fit) == 30, "stopped after %zu of 30 passes",
            mg_fit_passes(fit));
  mg_fit_free(fit);
}
