/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 6, the VAE and every bound on its evidence: what a step computes; the
 * rest of it stands in ch06-vae.story. */
#include "lesson/library.h"
#include "chapters/ch06-vae.story.h"

enum { TILES = 30, PLACES = 800 };

/* What the steps say most. */
#define ALL(data) mg_dataset_all(DATA(data))
#define PART(data, part) mg_dataset_part(DATA(data), part)
#define FEW(part)                                                              \
  ((mg_rows){DATA("digits"), PART("digits", part).first, SET->images})
#define EXACT(model, rows, table, axis)                                        \
  mg_lesson_exact(lesson, model, rows, model, table, axis, &e)
#define BOUND(model, method, rows, options, row, table, axis)                  \
  mg_lesson_bound(lesson, model, method, rows, options, row, table, axis, &e)
#define PRIOR(weights)                                                         \
  ((mg_bound_options[]){{MG_FROM_PRIOR, weights, 1, 1, 1, 0}})
#define FIT(epochs, rows)                                                      \
  ((mg_fit_options[]){{.restarts = 1, .passes = epochs, .batch = rows}})
#define VAE(...)                                                               \
  ((mg_vae_options[]){{.channels = 1,                                          \
                       .draws = 1,                                             \
                       .beta = 1,                                              \
                       .climb.momentum = 0.9,                                  \
                       .climb.square = 0.999,                                  \
                       __VA_ARGS__}})
#define MORE(list) (PIECE + 1 < sizeof(list) / sizeof *(list))
#define GO_ON(list) (MORE(list) ? GSL_CONTINUE : GSL_SUCCESS)

static int integral(mg_lesson *lesson) {
  mg_evidence e;
  double log_p;
  if (!mg_lesson_axes(lesson, "line", 1, 1) ||
      mg_lesson_same(lesson, "one", SET->x, 1) ||
      EXACT("line", ALL("one"), NULL, NULL))
    return GSL_EFAILED;
  const gsl_vector_const_view x = gsl_matrix_const_row(DATA("one")->reals, 0);
  for (size_t m = 2; m <= 64; m *= 2)
    if (mg_line_log_evidence(MODEL("line"), &x.vector, -8, 8, m, &log_p) ||
        MG_TABLE_LINE(ROWS("rule"), NULL, (double)m, log_p, log_p - e.value))
      return GSL_EFAILED;
  return NUMBER("exact", e.value, "nats") ||
         NUMBER("nodes_20", pow(32, 20), NULL) ||
         mg_line_curves(MODEL("line"), &x.vector, -4, 4, ROWS("line_curves"));
}

static int naive(mg_lesson *lesson) { /* a dimension a piece */
  static const size_t dims[] = {1, 2, 4, 8, 16, 32};
  const double dim = (double)dims[PIECE];
  mg_evidence e;
  if (!mg_lesson_axes(lesson, "cube", dims[PIECE], 0.5) ||
      mg_lesson_drawn(lesson, "cubes", "cube", SET->rows) ||
      EXACT("cube", ALL("cubes"), NULL, NULL))
    return GSL_EFAILED;
  const double exact = e.value;
  if (BOUND("cube", MG_BOUND_IWAE, ALL("cubes"), PRIOR(SET->draws), "", NULL,
            NULL) ||
      MG_TABLE_LINE(ROWS("naive"), mg_claim_sign(e.claim), dim, exact, e.value,
                    exact - e.value, e.ess, e.pareto_k) ||
      MG_TABLE_LINE(ROWS("ess"), "effective draws", dim, e.ess) ||
      MG_TABLE_LINE(ROWS("gap"), "gap", dim, exact - e.value))
    return GSL_EFAILED;
  return GO_ON(dims);
}

static int proposals(mg_lesson *lesson) {
  const double m = SET->x / 2, sd = M_SQRT1_2;
  const size_t s = SET->draws;
  return mg_lesson_proposal(lesson, "line", "prior", 0, 1, s) ||
         mg_lesson_proposal(lesson, "line", "posterior", m, sd, s) ||
         mg_lesson_proposal(lesson, "line", "wide", m, 2 * sd, s) ||
         mg_lesson_proposal(lesson, "line", "narrow", m, sd / 2, s) ||
         mg_lesson_proposal(lesson, "line", "elsewhere", m - 2, sd / 2, s);
}

static int price(mg_lesson *lesson) { /* a K a piece, and from above */
  static const size_t ks[] = {1, 2, 5, 10, 50};
  char text[32];
  mg_evidence e;
  if (!PIECE && mg_lesson_same(lesson, "same", SET->x, SET->copies))
    return GSL_EFAILED;
  snprintf(text, sizeof text, "K = %zu", ks[PIECE]);
  if (BOUND("line", MG_BOUND_IWAE, ALL("same"), PRIOR(ks[PIECE]), text,
            ROWS("bounds"), ROWS("axis")))
    return GSL_EFAILED;
  if (MORE(ks))
    return GSL_CONTINUE;
  return BOUND("line", MG_BOUND_EUBO, ALL("same"), PRIOR(1), "eubo",
               ROWS("bounds"), ROWS("axis")) ||
         mg_lesson_exact(lesson, "line", ALL("one"), "log p, exact", NULL,
                         ROWS("axis"), &e);
}

static int gradient(mg_lesson *lesson) { /* a dimension a piece */
  static const size_t dims[] = {1, 10, 100};
  if (mg_lesson_gradients(lesson, dims[PIECE], SET->gradients))
    return GSL_EFAILED;
  if (!MORE(dims))
    mg_table_series(ROWS("spreads"), ROWS("spread"), "dim",
                    "score baseline pathwise");
  return GO_ON(dims);
}

static int linear(mg_lesson *lesson) { /* an epoch a piece */
  const double epochs = (double)SET->linear_epochs;
  mg_table *table = ROWS("calibrated");
  mg_evidence e;
  if (!PIECE && mg_lesson_standard(lesson, "geyser",
                                   mg_dataset_all(mg_lesson_data(lesson))))
    return GSL_EFAILED;
  const mg_rows rows = ALL("geyser");
  const double steps = epochs * ceil((double)rows.n / 16);
  const int status = mg_lesson_epoch(
      lesson, "linear",
      VAE(.latent = 1, .variance = MG_VAE_VARIANCE_ONE, .climb.rate = 0.02,
          .climb.schedule = MG_SCHEDULE_COSINE, .climb.decay = steps),
      rows, rows, FIT(SET->linear_epochs, 16));
  if (status)
    return status;
  return !mg_lesson_fit(lesson, "ppca", &mg_ppca_type,
                        &(mg_ppca_options){1, 1e-6}, &rows) ||
         EXACT("ppca", rows, table, NULL) ||
         mg_lesson_level_line(lesson, "linear_learning", "ppca, exact", epochs,
                              e.value) ||
         BOUND("linear", MG_BOUND_ELBO, rows, NULL, "vae, elbo", table, NULL) ||
         BOUND("linear", MG_BOUND_IWAE, rows, NULL, "vae, iwae", table, NULL);
}

static int mixtures(mg_lesson *lesson) { /* an epoch a piece */
  const mg_fit_options em = {.restarts = 8, .passes = 2000, .tolerance = 1e-6};
  mg_table *table = ROWS("rings");
  mg_gmm_parts at;
  mg_evidence e;
  if (!PIECE &&
      mg_board_take_data(BOARD, "ring", mg_toys_draw("ring", PLACES, SEED)))
    return GSL_EFAILED;
  const mg_rows train = PART("ring", MG_TRAIN), test = PART("ring", MG_TEST);
  const int status = mg_lesson_epoch(
      lesson, "vae_ring",
      VAE(.latent = 2, .hidden = 64, .hidden2 = 64, .climb.rate = 0.003,
          .climb.decay = 1, .activation = MG_VAE_RELU),
      train, test, FIT(SET->ring_epochs, 32));
  if (status)
    return status;
  return mg_lesson_gmm_fit(lesson, "gmm", train, 8, 1e-9, &em, SEED, &at) ||
         EXACT("gmm", test, table, NULL) ||
         BOUND("vae_ring", MG_BOUND_IWAE, test, NULL, "vae", table, NULL) ||
         mg_lesson_data_scatter(lesson, "points_data", ALL("ring")) ||
         mg_lesson_scatter(lesson, "points_gmm", "gmm", PLACES) ||
         mg_lesson_scatter(lesson, "points_vae", "vae_ring", PLACES);
}

static int digits(mg_lesson *lesson) { /* an epoch a piece */
  if (!PIECE &&
      mg_board_take_data(BOARD, "digits", mg_dataset_named("digits", SEED)))
    return GSL_EFAILED;
  return mg_lesson_epoch(lesson, "vae",
                         VAE(.latent = SET->latent, .hidden = SET->hidden,
                             .climb.rate = 0.003, .climb.decay = 1,
                             .likelihood = MG_VAE_LOGISTIC),
                         PART("digits", MG_TRAIN),
                         PART("digits", MG_VALIDATION), FIT(SET->epochs, 50));
}

static int look(mg_lesson *lesson) {
  const mg_rows rows = PART("digits", MG_TEST);
  const mg_rows few = {rows.data, rows.first, TILES};
  return mg_lesson_codes(lesson, "vae", rows) ||
         mg_lesson_rebuilt_panels(lesson, "seen", "rebuilt_by", "vae", few) ||
         mg_lesson_drawn_panel(lesson, "drawn", "vae", TILES);
}

static int ladder(mg_lesson *lesson) {            /* a rung a piece */
  static const size_t ks[] = {1, 5, 50, 500, 16}; /* annealing the last */
  return mg_lesson_rung(lesson, "vae", FEW(MG_TEST), ks[PIECE],
                        MORE(ks) ? 0 : SET->temperatures)
             ? GSL_EFAILED
             : GO_ON(ks);
}

static int split(mg_lesson *lesson) { /* images learnt from, and others */
  static const mg_part_name parts[] = {MG_TRAIN, MG_TEST};
  return mg_lesson_gap(lesson, "vae", FEW(parts[PIECE]),
                       PIECE ? "test" : "learnt from")
             ? GSL_EFAILED
             : GO_ON(parts);
}

static int sandwich(mg_lesson *lesson) { /* a number of steps a piece */
  static const size_t steps[] = {1, 10, 100};
  return mg_lesson_sandwich(lesson, "vae", SET->images, steps[PIECE])
             ? GSL_EFAILED
             : GO_ON(steps);
}

static int beyond(mg_lesson *lesson) {
  return NUMBER("pixels", (double)DATA("digits")->space.dim, NULL);
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
