/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 7, autoregressive models: what a step computes; the rest of it stands
 * in ch07-autoregressive.story. */
#include "lesson/library.h"
#include "chapters/ch07-autoregressive.story.h"

enum { TILES = 30, HALF = 32, PLACES = 800 };

/* What the steps say most. */
#define PART(part) mg_dataset_part(DATA("digits"), part)
#define FEW(n) ((mg_rows){DATA("digits"), PART(MG_TEST).first, n})
#define FIT(epochs, rows)                                                      \
  ((mg_fit_options[]){{.restarts = 1, .passes = epochs, .batch = rows}})
#define EPOCH(name, type, options, fit)                                        \
  mg_lesson_chain_epoch(lesson, name, type, options, PART(MG_TRAIN),           \
                        PART(MG_VALIDATION), fit)
#define CNN(shape, mean, ...)                                                  \
  ((mg_pixelcnn_options[]){{.kind = shape, .climb = climb(mean), __VA_ARGS__}})
#define MASKED                                                                 \
  CNN(MG_PIXELCNN_PLAIN, 0.99, .channels = SET->channels, .blocks = 2,         \
      .kernel = 7, .dropout = SET->dropout)
#define CLAIM(model, row)                                                      \
  mg_lesson_exact(lesson, model, PART(MG_TEST), row, ROWS("claims"),           \
                  ROWS("claim_axis"), &e)

static mg_ascent_options climb(double averaging) {
  mg_ascent_options climb = mg_ascent_options_default(0.01);
  climb.averaging = averaging;
  return climb;
}

static int chain(mg_lesson *lesson) {
  mg_audit sum;
  if (mg_board_take_data(BOARD, "digits",
                         mg_dataset_named("digits-binary", SEED)) ||
      mg_lesson_chain(lesson, PART(MG_TRAIN), (size_t[]){27, 28, 36}) ||
      mg_lesson_square(lesson, "patches", DATA("digits"), 18, 3))
    return GSL_EFAILED;
  const mg_rows rows = mg_dataset_part(DATA("patches"), MG_TRAIN);
  return !mg_lesson_fit(lesson, "patch", &mg_fvbn_type, NULL, &rows) ||
         mg_audit_normalisation(MODEL("patch"), &sum) ||
         NUMBER("patch_excess", sum.value, NULL);
}

static int plane(mg_lesson *lesson) { /* an epoch a piece */
  const mg_dataset *data = mg_lesson_data(lesson);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_rows rest = test.n ? test : train;
  const size_t epochs = SET->plane_epochs;
  const double steps = (double)epochs * ceil((double)train.n / 50);
  mg_evidence e;
  if (data->space.measure != MG_REALS || data->space.dim != 2)
    return mg_fail(GSL_EINVAL, "%s is not of two reals", data->name);
  const int status = mg_lesson_chain_epoch(
      lesson, "plane", &mg_autoregressive_type,
      &(mg_autoregressive_options){
          .components = 10,
          .hidden = 64,
          .hidden2 = 64,
          .climb = {0.005, MG_SCHEDULE_COSINE, steps, 0, 0.9, 0.999}},
      train, rest, FIT(epochs, 50));
  if (status)
    return status;
  return mg_lesson_exact(lesson, "plane", rest, "autoregressive",
                         ROWS("planes"), NULL, &e) ||
         mg_lesson_plane(lesson, "plane", data, PLACES);
}

static int order(mg_lesson *lesson) { /* an order a piece */
  return mg_lesson_order(lesson, DATA("digits"));
}

static int regressions(mg_lesson *lesson) {
  const mg_rows rows = PART(MG_TRAIN);
  return !mg_lesson_fit(lesson, "fvbn", &mg_fvbn_type, NULL, &rows) ||
         mg_lesson_weights_panel(lesson, "weights", "fvbn") ||
         NUMBER("weights_used", (double)mg_model_parameters(MODEL("fvbn")),
                NULL) ||
         mg_lesson_drawn_panel(lesson, "fvbn_draws", "fvbn", TILES) ||
         mg_lesson_data_panel(lesson, "tiles", DATA("digits"), TILES);
}

static int memory(mg_lesson *lesson) { /* an epoch a piece */
  const size_t pixel = SET->pixel;
  const int status =
      EPOCH("pixelrnn", &mg_pixelrnn_type,
            (&(mg_pixelrnn_options){.hidden = SET->hidden,
                                    .layers = 1,
                                    .sight = (mg_pixelrnn_sight)SET->sight,
                                    .components = 1,
                                    .climb = {0.02, MG_SCHEDULE_COSINE,
                                              40.0 * (double)SET->rnn_epochs, 0,
                                              0.9, 0.999}}),
            FIT(SET->rnn_epochs, 25));
  if (status)
    return status;
  return mg_lesson_influence(lesson, "fvbn", "fvbn_sees", FEW(SET->images),
                             pixel) ||
         mg_lesson_influence(lesson, "pixelrnn", "pixelrnn_sees",
                             FEW(SET->images), pixel) ||
         mg_lesson_lags(lesson, "lags", "pixelrnn", pixel) ||
         mg_lesson_lags(lesson, "lags", "fvbn", pixel) ||
         mg_lesson_drawn_panel(lesson, "pixelrnn_draws", "pixelrnn", TILES);
}

static int mask(mg_lesson *lesson) { /* an epoch a piece */
  const int status =
      EPOCH("pixelcnn", &mg_pixelcnn_type, MASKED, FIT(SET->cnn_epochs, 25));
  return status ? status
                : NUMBER("weights",
                         (double)mg_model_parameters(MODEL("pixelcnn")), NULL);
}

static int leak(mg_lesson *lesson) { /* an epoch a piece */
  const int status =
      EPOCH("leak", mg_lesson_leak(), MASKED, FIT(SET->leak_epochs, 25));
  if (status)
    return status;
  return mg_lesson_audits(lesson, "pixelcnn", PART(MG_TEST)) ||
         mg_lesson_audits(lesson, "leak", PART(MG_TEST)) ||
         mg_lesson_drawn_panel(lesson, "masked_draws", "pixelcnn", TILES) ||
         mg_lesson_terms_panel(lesson, "leaky_draws", "leak", TILES);
}

static int blind(mg_lesson *lesson) { /* a kind a piece, an epoch each */
  static const char *const names[] = {"plain", "residual", "gated"};
  static const char *const panels[] = {"plain_sees", "residual_sees",
                                       "gated_sees"};
  const mg_rows train = PART(MG_TRAIN);
  const size_t kind = PIECE;
  mg_model *model = mg_board_model(
      BOARD, names[kind], &mg_pixelcnn_type, &train.data->space,
      CNN((mg_pixelcnn_kind)kind, 0, .channels = 8, .blocks = 4, .kernel = 3),
      false);
  if (!model || mg_fit_run(model, &train, FIT(1, 25), SEED) ||
      mg_lesson_influence(lesson, names[kind], panels[kind], FEW(SET->images),
                          SET->pixel))
    return GSL_EFAILED;
  return kind < 2 ? GSL_CONTINUE : GSL_SUCCESS;
}

static int pixel(mg_lesson *lesson) { /* a pixel a piece */
  return mg_lesson_pixel(lesson, "pixelrnn");
}

static int complete(mg_lesson *lesson) {
  const mg_rows few = FEW(TILES);
  return mg_lesson_completed_panel(lesson, "whole", NULL, few, 64) ||
         mg_lesson_completed_panel(lesson, "upper", NULL, few, HALF) ||
         mg_lesson_completed_panel(lesson, "by_fvbn", "fvbn", few, HALF) ||
         mg_lesson_completed_panel(lesson, "by_rnn", "pixelrnn", few, HALF) ||
         mg_lesson_completed_panel(lesson, "by_cnn", "pixelcnn", few, HALF) ||
         mg_lesson_completed_panel(lesson, "again", "pixelrnn", few, HALF);
}

static int teacher(mg_lesson *lesson) {
  return mg_lesson_exposure(lesson, "pixelrnn", PART(MG_TEST));
}

static int axis(mg_lesson *lesson) { /* an epoch of a vae a piece */
  mg_table *claims = ROWS("claims"), *axis = ROWS("claim_axis");
  mg_evidence e;
  const int status = mg_lesson_epoch(
      lesson, "vae",
      &(mg_vae_options){.latent = 8,
                        .hidden = SET->vae_hidden,
                        .channels = 1,
                        .draws = 1,
                        .beta = 1,
                        .climb = mg_ascent_options_default(0.003)},
      PART(MG_TRAIN), PART(MG_VALIDATION), FIT(SET->vae_epochs, 50));
  if (status)
    return status;
  const mg_rows train = PART(MG_TRAIN), test = PART(MG_TEST);
  return !mg_lesson_fit(lesson, "independent", &mg_independent_type, NULL,
                        &train) ||
         CLAIM("independent", "independent") || CLAIM("fvbn", "fvbn") ||
         CLAIM("pixelrnn", "pixelrnn") || CLAIM("pixelcnn", "pixelcnn") ||
         mg_lesson_bound(lesson, "vae", MG_BOUND_ELBO, test, NULL, "vae, elbo",
                         claims, axis, &e) ||
         mg_lesson_bound(lesson, "vae", MG_BOUND_IWAE, test, NULL, "vae, iwae",
                         claims, axis, &e);
}

static int cost(mg_lesson *lesson) {
  const double sizes[] = {64, 784, 1e4, 1e6}, work = 2e6 * GIVEN("weights");
  for (size_t i = 0; i < 4; i++)
    if (mg_lesson_cost(lesson, sizes[i], GIVEN("weights"), 5))
      return GSL_ENOMEM;
  return NUMBER("naive_hours", work * 1e6 / 1e11 / 3600, "hours") ||
         NUMBER("cached_seconds", work / 1e11, "s") ||
         NUMBER("waiting_seconds", 5 * 1e6 * 1e-5, "s");
}

static int beyond(mg_lesson *lesson) {
  return NUMBER("regressions", (double)DATA("digits")->space.dim, NULL);
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
