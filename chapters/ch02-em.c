/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 2, latent variables and EM: what a step computes; the rest of it
 * stands in ch02-em.story. */
#include "lesson/library.h"
#include "chapters/ch02-em.story.h"

enum { SHOWN = 8, DRAWS = 20000, PLACES = 400, TILES = 30, MOST = 20000 };
static const double LOW = 135, HIGH = 205; /* of the figures, cm */

/* What the steps say most. */
#define PEOPLE(part) mg_dataset_part(DATA("people"), part)
#define FIT(starts, rise)                                                      \
  ((mg_fit_options[]){{.restarts = starts, .passes = MOST, .tolerance = rise}})
#define GMM(name) mg_lesson_gmm(lesson, name)

static int map(mg_lesson *lesson) {
  const mg_space *plane = &mg_lesson_data(lesson)->space;
  if (plane->measure != MG_REALS || plane->dim != 2)
    return mg_fail(GSL_EINVAL, "--data takes the place of Old Faithful, in "
                               "step geyser: give two columns of reals");
  mg_dataset *drawn = mg_toys_draw("heights", 2 * SET->n, SEED);
  if (!drawn || mg_dataset_split(drawn, "0.5/0/0.5") ||
      mg_board_take_data(BOARD, "people", drawn) ||
      !mg_lesson_labelled(lesson, "known", PEOPLE(MG_TRAIN), "cm"))
    return GSL_EFAILED;
  return mg_lesson_gmm_law(lesson, "known", drawn->class_names, LOW, HIGH);
}

static int generate(mg_lesson *lesson) {
  const size_t n = PIECE < SHOWN ? 1 : DRAWS;
  char *const *sex = DATA("people")->class_names;
  gsl_vector *x = mg_board_vector(BOARD, "drawn", n, "cm");
  size_t k[DRAWS];
  double near[2] = {0, 0};
  if (!x || mg_gmm_sample(GMM("known"), RNG("draw"), MATRIX("drawn"), k))
    return GSL_EFAILED;
  if (PIECE < SHOWN)
    return MG_TABLE_LINE(ROWS("draws"), sex[*k], *x->data) ? GSL_EFAILED
                                                           : GSL_CONTINUE;
  for (size_t i = 0; i < n; i++)
    near[k[i]] += fabs(gsl_vector_get(x, i) - SET->height) < 0.5;
  return NUMBER("near", near[0] + near[1], NULL) ||
         NUMBER("near_share", near[0] / (near[0] + near[1]), NULL) ||
         mg_bins_split(ROWS("bins"), sex, x, k, 2, LOW, HIGH, 35);
}

static int invert(mg_lesson *lesson) {
  double p;
  return mg_gmm_bayes(GMM("known"), SET->height, DATA("people")->class_names,
                      ROWS("bayes"), &p) ||
         MG_TABLE_LINE(ROWS("mark"), "x", SET->height) ||
         NUMBER("marginal", p, "1/cm");
}

static int jensen(mg_lesson *lesson) {
  mg_gmm_parts at;
  return mg_gmm_jensen(GMM("known"), SET->height, 0.5, ROWS("logarithm"),
                       ROWS("guesses"), &at) ||
         NUMBER("log_of_mean", at.log_p, "nats") ||
         NUMBER("mean_of_logs", at.elbo, "nats") ||
         NUMBER("gap", at.kl, "nats");
}

static int em(mg_lesson *lesson) {
  if (!PIECE && (!mg_lesson_mixture(lesson, "heights", PEOPLE(MG_TRAIN), "cm",
                                    SET->components, SET->floor) ||
                 mg_gmm_start_row(GMM("heights"), SET->start, SET->apart, 3)))
    return GSL_EFAILED;
  return mg_lesson_gmm_half(lesson, "heights", SET->passes);
}

static int converge(mg_lesson *lesson) {
  const gsl_vector *x = VECTOR("heights_x");
  mg_gmm_parts at;
  return mg_lesson_gmm_climb(lesson, "heights", SET->tolerance, MOST) ||
         mg_lesson_gmm_law(lesson, "heights", NULL, LOW, HIGH) ||
         mg_bins_add(ROWS("measured"), "measured", x, LOW, HIGH, 35, 0) ||
         mg_gmm_bound(GMM("known"), MATRIX("known_x"), MATRIX("known_r"),
                      &at) ||
         NUMBER("known_log_p", at.log_p / (double)x->size, "nats");
}

static int optima(mg_lesson *lesson) { /* a start a piece */
  char text[32];
  mg_gmm_parts at;
  snprintf(text, sizeof text, "start %zu", PIECE + 1);
  if (mg_board_take_data(BOARD, "ring", mg_toys_draw("ring", PLACES, SEED)) ||
      mg_lesson_gmm_fit(lesson, "modes", mg_dataset_all(DATA("ring")), 8, 1e-9,
                        FIT(1, SET->tolerance),
                        mg_stream_seed(SEED, "optima/start", PIECE), &at) ||
      MG_TABLE_LINE(ROWS("optima"), text, at.log_p / PLACES) ||
      mg_lesson_gmm_frame(lesson, "modes", PIECE + 1, "optima"))
    return GSL_EFAILED;
  return PIECE + 1 < SET->restarts ? GSL_CONTINUE : GSL_SUCCESS;
}

static int collapse(mg_lesson *lesson) { /* without a floor, then with it */
  const mg_rows few = {DATA("people"), 0, 40};
  const double floor = PIECE ? SET->floor : 0;
  if (!mg_lesson_mixture(lesson, "spike", few, "cm", 2, floor) ||
      mg_gmm_start_row(GMM("spike"), 169, 0, 9) ||
      mg_gmm_shrink(GMM("spike"), MATRIX("spike_x"), 17, 10, 1e-6, floor,
                    ROWS("shrink")) ||
      mg_lesson_gmm_try(lesson, "spike", PIECE ? "floor" : "no floor",
                        SET->tolerance, MOST))
    return GSL_EFAILED;
  return PIECE ? GSL_SUCCESS : GSL_CONTINUE;
}

static int choose(mg_lesson *lesson) { /* a K a piece */
  if (mg_lesson_choice(lesson, "chosen", PEOPLE(MG_TRAIN), PEOPLE(MG_TEST),
                       SET->floor, FIT(SET->restarts, 10 * SET->tolerance)))
    return GSL_EFAILED;
  return PIECE + 1 < SET->most_components ? GSL_CONTINUE : GSL_SUCCESS;
}

static int geyser(mg_lesson *lesson) {
  const mg_rows rows = mg_dataset_all(mg_lesson_data(lesson));
  mg_gmm_parts at;
  if (!PIECE && (!mg_lesson_mixture(lesson, "geyser", rows, NULL,
                                    SET->components, 1e-6) ||
                 mg_gmm_type.start(GMM("geyser"), RNG("start"),
                                   &(mg_batch){.x = *MATRIX("geyser_x")})))
    return GSL_EFAILED;
  const int status = mg_lesson_gmm_film(lesson, "geyser", SET->passes);
  return status
             ? status
             : mg_lesson_gmm_fit(lesson, "eruptions", rows, SET->components,
                                 1e-6, FIT(SET->restarts, 1e-13), SEED, &at) ||
                   NUMBER("geyser_log_p", at.log_p, "nats");
}

static int digits(mg_lesson *lesson) {
  mg_table *table = ROWS("families");
  mg_dataset *data = mg_dataset_named("digits", SEED);
  return mg_board_take_data(BOARD, "digits", data) ||
         mg_lesson_family(lesson, &mg_independent_type, data, table) ||
         mg_lesson_family(lesson, &mg_mixture_type, data, table) ||
         mg_lesson_data_panel(lesson, "seen", data, TILES) ||
         mg_lesson_means_panel(lesson, "means", "mixture") ||
         mg_lesson_drawn_panel(lesson, "drawn_mixture", "mixture", TILES) ||
         mg_lesson_drawn_panel(lesson, "drawn_pixels", "independent", TILES);
}

static int beyond(mg_lesson *lesson) {
  return NUMBER("terms", pow(2, 64), NULL);
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
