/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fit in parts has the bytes of the whole. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>

#include "base/status.h"
#include "data/faithful.h"
#include "models/fit.h"
#include "models/ppca.h"
#include "models/vae.h"

static mg_model *begun(const mg_dataset *data) {
  mg_vae_options o;
  mg_vae_options_default(&data->space, &o);
  o.hidden = 5;
  o.warmup = 3; /* the epoch counts */
  return mg_model_alloc(&mg_vae_type, &data->space, &o, false);
}

Test(fit_part, parts_are_the_whole) {
  gsl_set_error_handler_off();
  mg_dataset *data = mg_faithful_read(1);
  const mg_rows rows = mg_dataset_part(data, MG_TRAIN);
  mg_fit_options o = {.restarts = 1, .passes = 4, .batch = 50, .threads = 1};
  mg_model *whole = begun(data), *parts = begun(data);
  mg_report report = {.objective = 0};
  cr_assert_eq(mg_fit_run(whole, &rows, &o, 7), GSL_SUCCESS, "%s", mg_reason());
  for (size_t done = 0; done < 4; done++) {
    o.passes = done + 1;
    cr_assert_eq(mg_fit_part(parts, &rows, &o, 7, done, &report), GSL_SUCCESS,
                 "%s", mg_reason());
    mg_model *copy = mg_model_copy(parts); /* as a board keeps it */
    mg_model_free(parts);
    parts = copy;
  }
  cr_expect(mg_model_equal(whole, parts), "the parameters differ");
  cr_expect(report.objective < 0, "the report says %g", report.objective);
  mg_model_free(whole);
  mg_model_free(parts);
  mg_dataset_free(data);
}

Test(fit_part, needs_a_gradient) {
  mg_dataset *data = mg_faithful_read(1);
  const mg_rows rows = mg_dataset_part(data, MG_TRAIN);
  const mg_fit_options o = mg_fit_options_default();
  mg_model *m = mg_model_alloc(&mg_ppca_type, &data->space, NULL, false);
  cr_expect_eq(mg_fit_part(m, &rows, &o, 7, 0, NULL), GSL_EUNSUP,
               "ppca learns by sums");
  mg_model_free(m);
  mg_dataset_free(data);
}
