/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 2, latent variables and EM: what a step computes; the rest of it
 * stands in ch02-em.story. */
#include <math.h>

#include "base/status.h"
#include "lesson/chapter.h"
#include "lesson/mixtures.h"
#include "models/independent.h"
#include "models/mixture.h"
#include "plot/bins.h"

enum { SHOWN = 8, DRAWS = 20000, PLACES = 400, TILES = 30, MOST = 20000 };
static const double LOW = 135, HIGH = 205; /* of the figures, cm */

typedef struct {
  size_t components, n, passes, restarts, most_components;
  double height, start, apart, floor, tolerance;
} set;

#define SIZE(...) MG_SETTING_SIZE(set, __VA_ARGS__)
#define REAL(...) MG_SETTING_REAL(set, __VA_ARGS__)
static const mg_option options[] = {
    SIZE(components, 1, 8, "K, Gaussians fitted to heights and to the geyser"),
    SIZE(n, 50, 20000, "people measured; as many are held out"),
    SIZE(passes, 1, 50, "passes of EM that are shown half step by half step"),
    SIZE(restarts, 1, 50, "starts of a fit, of which the best is kept"),
    SIZE(most_components, 1, 8, "the largest K to choose from"),
    REAL(height, 135, 205, "the height whose posterior is asked for, cm"),
    REAL(start, 100, 250, "where the mean of component 0 starts, cm"),
    REAL(apart, -50, 50, "from a mean to the next at the start, cm"),
    REAL(floor, 1e-6, 100, "least variance of a component of heights, cm^2"),
    REAL(tolerance, 1e-12, 1e-2, "rise that ends a fit, nats per datum"),
    {.name = NULL}};

static void options_default(bool quick, void *out) {
  const set full = {2, 2000, 8, 12, 6, 172, 155, 20, 0.001, 1e-8};
  const set less = {2, 2000, 8, 6, 4, 172, 155, 20, 0.001, 1e-7};
  *(set *)out = quick ? less : full;
}

/* What a step begins with, and what it says most. */
#define BEGIN                                                                  \
  const set *s = mg_lesson_settings(lesson);                                   \
  mg_board *board = mg_lesson_board(lesson);                                   \
  const size_t piece = mg_lesson_piece(lesson);                                \
  (void)s, (void)board, (void)piece
#define SEED mg_lesson_seed(lesson)
#define TABLE(name, columns) mg_lesson_table(lesson, name, columns)
#define CURVES(name) TABLE(name, MG_GMM_CURVE_COLUMNS)
#define BINS(name) mg_board_table(board, name, MG_BINS_COLUMNS)
#define MATRIX(name) mg_board_find_matrix(board, name)
#define DATA(name) mg_board_find_data(board, name)
#define GMM(name) mg_lesson_gmm(lesson, name)
#define NUMBER(name, value, unit) mg_board_real(board, name, value, unit)
#define MEASURED                                                               \
  (mg_rows) {                                                                  \
    DATA("people"), 0, DATA("people")->n / 2                                   \
  }
#define HELD_OUT                                                               \
  (mg_rows) {                                                                  \
    DATA("people"), MEASURED.n, MEASURED.n                                     \
  }
#define FEW_PEOPLE                                                             \
  (mg_rows) {                                                                  \
    DATA("people"), 0, 40                                                      \
  }

static int map(mg_lesson *lesson) {
  BEGIN;
  const mg_space *plane = &mg_lesson_data(lesson)->space;
  if (plane->measure != MG_REALS || plane->dim != 2)
    return mg_fail(GSL_EINVAL, "--data takes the place of Old Faithful, in "
                               "step geyser: give two columns of reals");
  if (mg_board_take_data(board, "people",
                         mg_toys_draw("heights", 2 * s->n, SEED)))
    return GSL_EFAILED;
  char *const *sex = DATA("people")->class_names;
  const mg_gmm *g = mg_lesson_labelled(lesson, "known", &MEASURED, "cm");
  if (!g)
    return GSL_EFAILED;
  return mg_gmm_components(g, sex, TABLE("law", MG_GMM_COMPONENT_COLUMNS)) ||
         mg_gmm_curves(g, MG_GMM_LIKELIHOOD, sex, LOW, HIGH,
                       CURVES("likely")) ||
         mg_gmm_curves(g, MG_GMM_JOINT, sex, LOW, HIGH, CURVES("joint")) ||
         mg_gmm_curves(g, MG_GMM_POSTERIOR, sex, LOW, HIGH,
                       CURVES("posterior"));
}

static int generate(mg_lesson *lesson) {
  BEGIN;
  const size_t n = piece < SHOWN ? 1 : DRAWS;
  char *const *sex = DATA("people")->class_names;
  gsl_matrix *x = mg_board_matrix(board, "drawn", n, 1, "cm");
  mg_table *draws = TABLE("draws", "k x");
  size_t k[DRAWS], near[2] = {0, 0};
  if (!x || mg_gmm_sample(GMM("known"), mg_lesson_rng(lesson, "draw"), x, k))
    return GSL_EFAILED;
  if (piece < SHOWN)
    return MG_ROW(draws, sex[*k], *x->data) ? GSL_EFAILED : GSL_CONTINUE;
  for (size_t i = 0; i < n; i++)
    near[k[i]] += fabs(gsl_matrix_get(x, i, 0) - s->height) < 0.5;
  gsl_vector_view values = gsl_matrix_column(x, 0);
  return NUMBER("near", (double)(near[0] + near[1]), NULL) ||
         NUMBER("near_share", (double)near[0] / (double)(near[0] + near[1]),
                NULL) ||
         mg_bins_split(BINS("bins"), sex, &values.vector, k, 2, LOW, HIGH, 35);
}

static int invert(mg_lesson *lesson) {
  BEGIN;
  double p;
  return mg_gmm_bayes(GMM("known"), s->height, DATA("people")->class_names,
                      TABLE("bayes", MG_GMM_BAYES_COLUMNS), &p) ||
         MG_ROW(TABLE("mark", "text x"), "x", s->height) ||
         NUMBER("marginal", p, "1/cm");
}

static int jensen(mg_lesson *lesson) {
  BEGIN;
  mg_gmm_parts at;
  return mg_gmm_jensen(GMM("known"), s->height, 0.5, CURVES("logarithm"),
                       CURVES("guesses"), &at) ||
         NUMBER("log_of_mean", at.log_p, "nats") ||
         NUMBER("mean_of_logs", at.elbo, "nats") ||
         NUMBER("gap", at.kl, "nats");
}

static int em(mg_lesson *lesson) {
  BEGIN;
  mg_gmm *g = piece ? GMM("heights")
                    : mg_lesson_mixture(lesson, "heights", &MEASURED, "cm",
                                        s->components, s->floor);
  if (!g || (!piece && mg_gmm_start_row(g, s->start, s->apart, 3)))
    return GSL_EFAILED;
  return mg_lesson_gmm_half(lesson, "heights", s->passes);
}

static int converge(mg_lesson *lesson) {
  BEGIN;
  const gsl_vector *x = mg_board_find_vector(board, "heights_x");
  mg_gmm_parts at;
  return mg_lesson_gmm_climb(lesson, "heights", s->tolerance, MOST) ||
         mg_gmm_components(GMM("heights"), NULL,
                           TABLE("fit", MG_GMM_COMPONENT_COLUMNS)) ||
         mg_gmm_curves(GMM("heights"), MG_GMM_JOINT, NULL, LOW, HIGH,
                       CURVES("fit_joint")) ||
         mg_bins_add(BINS("measured"), "measured", x, LOW, HIGH, 35, 0) ||
         mg_gmm_bound(GMM("known"), MATRIX("known_x"), MATRIX("known_r"),
                      &at) ||
         NUMBER("known_log_p", at.log_p / (double)x->size, "nats");
}

static int optima(mg_lesson *lesson) { /* a start a piece */
  BEGIN;
  char text[32];
  mg_gmm_parts at;
  if (mg_board_take_data(board, "ring", mg_toys_draw("ring", PLACES, SEED)) ||
      mg_lesson_gmm_fit(lesson, "modes", &(mg_rows){DATA("ring"), 0, PLACES}, 8,
                        1e-5, &(mg_fit_options){1, MOST, s->tolerance, 0},
                        SEED + piece, &at))
    return GSL_EFAILED;
  snprintf(text, sizeof text, "start %zu", piece + 1);
  if (MG_ROW(TABLE("optima", "start log_p"), text, at.log_p / PLACES) ||
      mg_lesson_gmm_frame(lesson, "modes", piece + 1, "optima"))
    return GSL_EFAILED;
  return piece + 1 < s->restarts ? GSL_CONTINUE : GSL_SUCCESS;
}

static int collapse(mg_lesson *lesson) { /* without a floor, then with it */
  BEGIN;
  const double floor = piece ? s->floor : 0;
  mg_gmm *g = mg_lesson_mixture(lesson, "spike", &FEW_PEOPLE, "cm", 2, floor);
  if (!g || mg_gmm_start_row(g, 169, 0, 9) ||
      mg_gmm_shrink(g, MATRIX("spike_x"), 17, 10, 1e-6, s->floor,
                    mg_board_table(board, "shrink", MG_GMM_CURVE_COLUMNS)))
    return GSL_EFAILED;
  const int end = mg_lesson_gmm_climb(lesson, "spike", s->tolerance, MOST);
  if (mg_row_add(TABLE("why", "end"), end ? mg_reason() : "it converged", 0,
                 NULL) ||
      MG_ROW(TABLE("ends", "run passes weight sd"),
             piece ? "with the floor" : "without a floor",
             (double)mg_table_rows(mg_board_find_table(board, "spike_climb")),
             *g->weights->data, sqrt(*g->spread->data)))
    return GSL_EFAILED;
  return piece ? GSL_SUCCESS : GSL_CONTINUE;
}

static int choose(mg_lesson *lesson) { /* a number of components a piece */
  BEGIN;
  if (mg_lesson_choice(
          lesson, "mixture", &MEASURED, &HELD_OUT, s->floor,
          &(mg_fit_options){s->restarts, MOST, 10 * s->tolerance, 0}))
    return GSL_EFAILED;
  return piece + 1 < s->most_components ? GSL_CONTINUE : GSL_SUCCESS;
}

static int geyser(mg_lesson *lesson) {
  BEGIN;
  const mg_rows rows = mg_dataset_all(mg_lesson_data(lesson));
  mg_gmm_parts at;
  mg_gmm *g = piece ? GMM("geyser")
                    : mg_lesson_mixture(lesson, "geyser", &rows, NULL,
                                        s->components, 1e-6);
  if (!g ||
      (!piece && mg_gmm_type.start(g, mg_lesson_rng(lesson, "start"),
                                   &(mg_batch){.x = *MATRIX("geyser_x")})))
    return GSL_EFAILED;
  const int status = mg_lesson_gmm_half(lesson, "geyser", s->passes);
  if (status != GSL_SUCCESS && status != GSL_CONTINUE)
    return status;
  if (mg_lesson_gmm_frame(lesson, "geyser", piece + 1, "geyser_bound"))
    return GSL_EFAILED;
  if (status == GSL_CONTINUE)
    return status;
  return mg_lesson_gmm_fit(lesson, "eruptions", &rows, s->components, 1e-6,
                           &(mg_fit_options){s->restarts, MOST, 1e-13, 0}, SEED,
                           &at) ||
         NUMBER("geyser_log_p", at.log_p, "nats");
}

static int digits(mg_lesson *lesson) {
  BEGIN;
  mg_table *table = TABLE("families", MG_LESSON_FAMILY_COLUMNS);
  if (mg_board_take_data(board, "digits", mg_dataset_named("digits", SEED)))
    return GSL_EFAILED;
  return mg_lesson_family(lesson, &mg_independent_type, DATA("digits"),
                          table) ||
         mg_lesson_family(lesson, &mg_mixture_type, DATA("digits"), table) ||
         mg_lesson_data_panel(lesson, "data_panel", DATA("digits"), TILES) ||
         mg_lesson_means_panel(lesson, "mean_panel", "mixture") ||
         mg_lesson_drawn_panel(lesson, "mixture_panel", "mixture", TILES) ||
         mg_lesson_drawn_panel(lesson, "independent_panel", "independent",
                               TILES);
}

static int beyond(mg_lesson *lesson) {
  return mg_board_real(mg_lesson_board(lesson), "terms", pow(2, 64), NULL);
}

#include "chapters/ch02-em.story.h"

int main(int argc, char **argv) {
  static const mg_chapter chapter = {"em",        "faithful",      options,
                                     sizeof(set), options_default, story};
  return mg_lesson_main(&chapter, argc, argv);
}
