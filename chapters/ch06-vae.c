/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 6, the VAE and every bound on its evidence: what a step computes; the
 * rest of it stands in ch06-vae.story. */
#include "lesson/library.h"
#include "chapters/ch06-vae.story.h"

enum { TILES = 30, PLACES = 800, NODES = 64 };

/* What the steps say most. */
#define LINES(name, columns) mg_board_table(BOARD, name, columns)
#define PART(data, part) mg_dataset_part(DATA(data), part)
#define FIT(epochs, rows)                                                      \
  ((mg_fit_options[]){{.restarts = 1, .passes = epochs, .batch = rows}})

static int integral(mg_lesson *lesson) {
  mg_evidence exact;
  double log_p = 0;
  if (!mg_lesson_axes(lesson, "line", 1, 1) ||
      mg_lesson_same(lesson, "one", SET->x, 1) ||
      mg_lesson_exact(lesson, "line", mg_dataset_all(DATA("one")), "exact",
                      NULL, NULL, &exact))
    return GSL_EFAILED;
  gsl_vector *x = mg_board_vector(BOARD, "x", 1, NULL);
  if (!x)
    return GSL_ENOMEM;
  gsl_vector_set(x, 0, SET->x);
  for (size_t m = 2; m <= NODES; m *= 2)
    if (mg_line_log_evidence(MODEL("line"), x, -8, 8, m, &log_p) ||
        MG_TABLE_LINE(ROWS("rule"), NULL, (double)m, log_p,
                      log_p - exact.value))
      return GSL_EFAILED;
  return NUMBER("exact", exact.value, "nats") ||
         NUMBER("nodes_20", pow(16, 20), NULL) ||
         mg_line_curves(MODEL("line"), x, -4, 4,
                        LINES("line_curves", "series x y"));
}

static int naive(mg_lesson *lesson) { /* a dimension a piece */
  static const size_t dims[] = {1, 2, 4, 8, 16, 32};
  const size_t last = sizeof dims / sizeof *dims - 1, dim = dims[PIECE];
  mg_bound_options o = mg_bound_options_default(MG_BOUND_IWAE);
  o.from = MG_FROM_PRIOR;
  o.k = SET->draws;
  mg_evidence exact, e;
  if (!mg_lesson_axes(lesson, "cube", dim, 0.5) ||
      mg_lesson_drawn(lesson, "cubes", "cube", SET->rows) ||
      mg_lesson_exact(lesson, "cube", mg_dataset_all(DATA("cubes")), "exact",
                      NULL, NULL, &exact) ||
      mg_lesson_bound(lesson, "cube", MG_BOUND_IWAE,
                      mg_dataset_all(DATA("cubes")), &o, "prior", NULL, NULL,
                      &e) ||
      MG_TABLE_LINE(ROWS("naive"), mg_claim_sign(e.claim), (double)dim,
                    exact.value, e.value, exact.value - e.value, e.ess,
                    e.pareto_k) ||
      MG_TABLE_LINE(ROWS("ess"), "effective draws", (double)dim, e.ess) ||
      MG_TABLE_LINE(ROWS("gap"), "log p - bound", (double)dim,
                    exact.value - e.value))
    return GSL_EFAILED;
  return PIECE < last ? GSL_CONTINUE : GSL_SUCCESS;
}

static int proposals(mg_lesson *lesson) {
  const double m = SET->x / 2, sd = M_SQRT1_2;
  return mg_lesson_proposal(lesson, "line", "prior", 0, 1, SET->draws) ||
         mg_lesson_proposal(lesson, "line", "posterior", m, sd, SET->draws) ||
         mg_lesson_proposal(lesson, "line", "wide", m, 2 * sd, SET->draws) ||
         mg_lesson_proposal(lesson, "line", "narrow", m, sd / 2, SET->draws) ||
         mg_lesson_proposal(lesson, "line", "elsewhere", m - 2, sd / 2,
                            SET->draws);
}

static int price(mg_lesson *lesson) { /* a K a piece, then from above */
  static const size_t ks[] = {1, 2, 5, 10, 50};
  const size_t last = sizeof ks / sizeof *ks;
  char text[32] = "eubo";
  mg_bound_options o = mg_bound_options_default(MG_BOUND_IWAE);
  mg_evidence e;
  if (!PIECE && mg_lesson_same(lesson, "same", SET->x, SET->copies))
    return GSL_EFAILED;
  if (PIECE < last)
    snprintf(text, sizeof text, "K = %zu", ks[PIECE]);
  o.from = MG_FROM_PRIOR;
  o.k = PIECE < last ? ks[PIECE] : 1;
  if (mg_lesson_bound(lesson, "line",
                      PIECE < last ? MG_BOUND_IWAE : MG_BOUND_EUBO,
                      mg_dataset_all(DATA("same")), &o, text, ROWS("bounds"),
                      ROWS("axis"), &e))
    return GSL_EFAILED;
  return PIECE < last ? GSL_CONTINUE
                      : mg_lesson_exact(lesson, "line",
                                        mg_dataset_all(DATA("one")), "exact",
                                        NULL, ROWS("axis"), &e);
}

static int gradient(mg_lesson *lesson) { /* a dimension a piece */
  static const size_t dims[] = {1, 10, 100};
  if (mg_lesson_gradients(lesson, dims[PIECE], SET->gradients))
    return GSL_EFAILED;
  if (PIECE + 1 < sizeof dims / sizeof *dims)
    return GSL_CONTINUE;
  mg_table_series(LINES("spreads", "series x y"), ROWS("spread"), "dim",
                  "score baseline pathwise");
  return mg_table_status(ROWS("spreads"));
}

static int linear(mg_lesson *lesson) { /* an epoch a piece */
  const mg_rows all = mg_dataset_all(mg_lesson_data(lesson));
  mg_vae_options o;
  mg_evidence e;
  if (!PIECE && mg_lesson_standard(lesson, "geyser", all))
    return GSL_EFAILED;
  const mg_rows rows = mg_dataset_all(DATA("geyser"));
  mg_vae_options_default(&rows.data->space, &o);
  o.latent = 1;
  o.hidden = 0;
  o.variance = MG_VAE_VARIANCE_ONE;
  o.rate = 0.01;
  const int status = mg_lesson_epoch(lesson, "linear", &o, rows, rows,
                                     FIT(SET->linear_epochs, 16));
  if (status)
    return status;
  if (!mg_lesson_fit(lesson, "ppca", &mg_ppca_type, &(mg_ppca_options){1, 1e-6},
                     &rows) ||
      mg_lesson_exact(lesson, "ppca", rows, "ppca", ROWS("calibrated"), NULL,
                      &e) ||
      MG_TABLE_LINE(ROWS("linear_learning"), "ppca, exact", 1, e.value) ||
      MG_TABLE_LINE(ROWS("linear_learning"), "ppca, exact",
                    (double)SET->linear_epochs, e.value) ||
      mg_lesson_bound(lesson, "linear", MG_BOUND_ELBO, rows, NULL, "vae, elbo",
                      ROWS("calibrated"), NULL, &e))
    return GSL_EFAILED;
  return mg_lesson_bound(lesson, "linear", MG_BOUND_IWAE, rows, NULL,
                         "vae, iwae", ROWS("calibrated"), NULL, &e);
}

static int mixtures(mg_lesson *lesson) { /* an epoch a piece */
  mg_vae_options o;
  mg_gmm_parts at;
  mg_evidence e;
  if (!PIECE &&
      mg_board_take_data(BOARD, "ring", mg_toys_draw("ring", PLACES, SEED)))
    return GSL_EFAILED;
  mg_vae_options_default(&DATA("ring")->space, &o);
  o.hidden2 = o.hidden;
  o.activation = MG_VAE_RELU;
  o.rate = 0.003;
  const int status =
      mg_lesson_epoch(lesson, "many", &o, PART("ring", MG_TRAIN),
                      PART("ring", MG_TEST), FIT(SET->ring_epochs, 32));
  if (status)
    return status;
  return mg_lesson_gmm_fit(lesson, "eight", PART("ring", MG_TRAIN), 8, 1e-9,
                           ((mg_fit_options[]){{8, 2000, 1e-6, 0, 0, 0}}), SEED,
                           &at) ||
         mg_lesson_exact(lesson, "eight", PART("ring", MG_TEST), "gmm",
                         ROWS("rings"), NULL, &e) ||
         mg_lesson_bound(lesson, "many", MG_BOUND_IWAE, PART("ring", MG_TEST),
                         NULL, "vae", ROWS("rings"), NULL, &e) ||
         mg_lesson_data_scatter(lesson, "points_data",
                                mg_dataset_all(DATA("ring"))) ||
         mg_lesson_scatter(lesson, "points_gmm", "eight", PLACES) ||
         mg_lesson_scatter(lesson, "points_vae", "many", PLACES);
}

static int digits(mg_lesson *lesson) { /* an epoch a piece */
  mg_vae_options o;
  if (!PIECE &&
      mg_board_take_data(BOARD, "digits", mg_dataset_named("digits", SEED)))
    return GSL_EFAILED;
  mg_vae_options_default(&DATA("digits")->space, &o);
  o.latent = SET->latent;
  o.hidden = SET->hidden;
  o.likelihood = MG_VAE_LOGISTIC;
  o.rate = 0.003;
  return mg_lesson_epoch(lesson, "vae", &o, PART("digits", MG_TRAIN),
                         PART("digits", MG_VALIDATION),
                         FIT(SET->epochs, 50));
}

static int look(mg_lesson *lesson) {
  const mg_rows rows = PART("digits", MG_TEST);
  const mg_rows few = {rows.data, rows.first, TILES};
  return mg_lesson_codes(lesson, "vae", rows) ||
         mg_lesson_panel(lesson, "seen", &rows.data->space,
                         mg_board_rows(BOARD, "few", &few, "levels")) ||
         mg_lesson_rebuilt_panel(lesson, "rebuilt_panel", "vae", few) ||
         mg_lesson_drawn_panel(lesson, "drawn", "vae", TILES);
}

static int ladder(mg_lesson *lesson) { /* a rung a piece */
  static const size_t ks[] = {1, 5, 50, 500};
  const size_t rungs = sizeof ks / sizeof *ks;
  const bool ais = PIECE == rungs;
  const mg_rows test = PART("digits", MG_TEST);
  char text[32] = "ais";
  mg_evidence e;
  mg_bound_options o =
      mg_bound_options_default(ais ? MG_BOUND_AIS : MG_BOUND_IWAE);
  if (!ais)
    snprintf(text, sizeof text, "iwae %zu", o.k = ks[PIECE]);
  o.temperatures = SET->temperatures;
  if (mg_lesson_bound(lesson, "vae", ais ? MG_BOUND_AIS : MG_BOUND_IWAE,
                      (mg_rows){test.data, test.first, SET->images}, &o, text,
                      ROWS("rungs"), ROWS("rung_axis"), &e))
    return GSL_EFAILED;
  return ais ? GSL_SUCCESS : GSL_CONTINUE;
}

static int sandwich(mg_lesson *lesson) { /* a number of temperatures a piece */
  static const size_t steps[] = {1, 10, 100};
  mg_bound_options o = mg_bound_options_default(MG_BOUND_AIS);
  mg_evidence lower, upper;
  char text[32];
  o.temperatures = steps[PIECE];
  snprintf(text, sizeof text, "T = %zu", o.temperatures);
  if (mg_bound_sandwich(MODEL("vae"), SET->images, &o, SEED, &lower, &upper) ||
      mg_lesson_add_bound(&lower, text, ROWS("slices"), ROWS("slice_axis")) ||
      mg_lesson_add_bound(&upper, text, ROWS("slices"), ROWS("slice_axis")))
    return GSL_EFAILED;
  return PIECE + 1 < sizeof steps / sizeof *steps ? GSL_CONTINUE : GSL_SUCCESS;
}

static int beyond(mg_lesson *lesson) {
  return NUMBER("pixels", (double)DATA("digits")->space.dim, NULL);
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
