/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapters about chains of conditionals: what is drawn pixel by
 * pixel, and what a model sees.
 *
 * Draws go by eval/terms, a pixel's law at a time, which every family has, and
 * what is no law, too: a chapter shows what becomes of that. */
#include "config.h"

#include <math.h>

#include "base/status.h"
#include "base/tally.h"
#include "eval/terms.h"
#include "lesson/chains.h"
#include "lesson/library.h"

static const double pale = 0.12; /* what is not drawn yet */

/* A panel of bits, or of greys between 0 and 1. */
static int grey_panel(mg_lesson *lesson, const char *panel,
                      const mg_space *space, const gsl_matrix *images,
                      size_t across) {
  return mg_board_take_table(
      BOARD, panel,
      mg_images_table(images, space->height, space->width, across, 0, 1));
}

/* ---- what it sees ---- */

/* Influence on a scale of three powers of ten, seen at all at least grey. */
static double shade(double influence) {
  if (influence <= 0)
    return 0;
  return 0.15 + 0.65 * GSL_MAX_DBL(0, 1 + log10(influence) / 3);
}

int mg_lesson_influence(mg_lesson *lesson, const char *name, const char *panel,
                        mg_rows rows, size_t pixel) {
  const mg_space *space = &rows.data->space;
  const gsl_matrix *x = mg_board_rows(BOARD, "influence_x", &rows, NULL);
  gsl_vector *moved = mg_board_vector(
      BOARD, mg_board_join(name, "influence").text, space->dim, NULL);
  gsl_matrix *image =
      mg_board_matrix(BOARD, "influence_image", 1, space->dim, NULL);
  size_t seen = 0;
  if (!x || !moved || !image)
    return GSL_ENOMEM;
  const int status = mg_terms_influence(MODEL(name), x, pixel, moved);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t j = 0; j < space->dim; j++) {
    const double influence = gsl_vector_get(moved, j);
    seen += j < pixel && influence > 0;
    gsl_matrix_set(image, 0, j, j == pixel ? 1 : shade(influence));
  }
  return NUMBER(mg_board_join(name, "seen").text, (double)seen, NULL) ||
         grey_panel(lesson, panel, space, image, 1);
}

int mg_lesson_lags(mg_lesson *lesson, const char *table, const char *name,
                   size_t pixel) {
  const gsl_vector *moved = VECTOR(mg_board_join(name, "influence").text);
  for (size_t lag = 1; lag <= pixel; lag++)
    MG_TABLE_LINE(ROWS(table), name, (double)lag,
                  gsl_vector_get(moved, pixel - lag));
  return mg_table_status(ROWS(table));
}

int mg_lesson_weights_panel(mg_lesson *lesson, const char *panel,
                            const char *name) {
  const mg_fvbn *f = MODEL(name)->self;
  const size_t d = f->space.dim;
  gsl_matrix *w = mg_board_matrix(BOARD, panel, d, d, NULL);
  double largest = 1e-300;
  for (size_t i = 0; w && i < d; i++) {
    gsl_vector_view row = gsl_matrix_row(w, i);
    const int status = mg_fvbn_weights(f, i, 1, &row.vector, NULL);
    if (status != GSL_SUCCESS)
      return status;
    for (size_t j = 0; j < d; j++)
      largest = GSL_MAX_DBL(largest, fabs(gsl_matrix_get(w, i, j)));
  }
  if (!w)
    return GSL_ENOMEM;
  mg_table *table =
      mg_images_table(w, f->space.height, f->space.width, 0, -largest, largest);
  return NUMBER("largest", largest, "log odds") ||
         mg_board_take_table(BOARD, panel, table);
}

/* ---- what it draws ---- */

/* The panels behind a line of pixels. */
static int show_state(mg_lesson *lesson, const mg_space *space) {
  return grey_panel(lesson, "states", space, MATRIX("state_images"),
                    space->width) ||
         grey_panel(lesson, "told", space, MATRIX("told_image"), 1) ||
         grey_panel(lesson, "drawn_one", space, MATRIX("image"), 1);
}

static int begin_image(mg_lesson *lesson, const mg_model *model) {
  const size_t d = model->space.dim;
  gsl_matrix *states = mg_board_matrix(BOARD, "state_images", d, d, NULL);
  gsl_matrix *told = mg_board_matrix(BOARD, "told_image", 1, d, NULL);
  gsl_matrix *image = mg_board_matrix(BOARD, "image", 1, d, NULL);
  gsl_matrix *law = mg_board_matrix(BOARD, "next_law", 1, 2, NULL);
  if (!states || !told || !image || !law)
    return GSL_ENOMEM;
  gsl_matrix_set_all(states, pale);
  gsl_matrix_set_all(told, pale);
  return NUMBER("total", 0, "nats") || mg_terms_law(model, image, 0, law);
}

/* What stands before a pixel is drawn. */
static void keep_state(mg_lesson *lesson, size_t pixel, double p_ink) {
  gsl_matrix *states = MATRIX("state_images"), *image = MATRIX("image");
  for (size_t j = 0; j < pixel; j++)
    gsl_matrix_set(states, pixel, j, gsl_matrix_get(image, 0, j));
  gsl_matrix_set(states, pixel, pixel, p_ink);
  gsl_matrix_set(MATRIX("told_image"), 0, pixel, p_ink);
}

/* Throws a pixel and tells of it. */
static int throw_pixel(mg_lesson *lesson, size_t pixel, size_t width) {
  const gsl_matrix *law = MATRIX("next_law");
  const double p_ink = gsl_matrix_get(law, 0, 1);
  const bool ink = gsl_rng_uniform(RNG("pixel")) < p_ink;
  const double nats = log(gsl_matrix_get(law, 0, ink));
  keep_state(lesson, pixel, p_ink);
  gsl_matrix_set(MATRIX("image"), 0, pixel, ink);
  return NUMBER("at", (double)pixel, NULL) || NUMBER("p_ink", p_ink, NULL) ||
         NUMBER("ink", ink, NULL) ||
         NUMBER("total", GIVEN("total") + nats, "nats") ||
         MG_TABLE_LINE(ROWS("pixels"), NULL, (double)(pixel / width),
                       (double)(pixel % width), p_ink, ink, nats);
}

int mg_lesson_pixel(mg_lesson *lesson, const char *name) {
  const mg_model *model = MODEL(name);
  const size_t next = PIECE + 1, width = model->space.width;
  const bool more = next < model->space.dim;
  int status = PIECE ? GSL_SUCCESS : begin_image(lesson, model);
  if (status == GSL_SUCCESS)
    status = throw_pixel(lesson, PIECE, width);
  if (status == GSL_SUCCESS && more)
    status = mg_terms_law(model, MATRIX("image"), next, MATRIX("next_law"));
  if (status == GSL_SUCCESS && next % width == 0) {
    mg_lesson_level(lesson, 1);
    status = show_state(lesson, &model->space);
  }
  if (status == GSL_SUCCESS)
    status =
        NUMBER("next_ink",
               more ? gsl_matrix_get(MATRIX("next_law"), 0, 1) : NAN, NULL);
  if (status != GSL_SUCCESS)
    return status;
  return more ? GSL_CONTINUE : GSL_SUCCESS;
}

int mg_lesson_completed_panel(mg_lesson *lesson, const char *panel,
                              const char *name, mg_rows rows, size_t first) {
  const mg_space *space = &rows.data->space;
  gsl_matrix *x = mg_board_rows(BOARD, "completed_x", &rows, NULL);
  int status = x ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t n = 0; x && !name && n < x->size1; n++)
    for (size_t i = first; i < x->size2; i++)
      gsl_matrix_set(x, n, i, pale);
  if (x && name)
    status = mg_terms_draw(MODEL(name), RNG(panel), first, x);
  return status == GSL_SUCCESS ? grey_panel(lesson, panel, space, x, 0)
                               : status;
}

int mg_lesson_terms_panel(mg_lesson *lesson, const char *panel,
                          const char *name, size_t n) {
  const mg_space *space = &MODEL(name)->space;
  gsl_matrix *x = mg_board_matrix(BOARD, "terms_x", n, space->dim, NULL);
  const int status =
      x ? mg_terms_draw(MODEL(name), RNG(panel), 0, x) : GSL_ENOMEM;
  return status == GSL_SUCCESS ? grey_panel(lesson, panel, space, x, 0)
                               : status;
}

/* ---- its own past ---- */

/* The sum of a row's terms from column `first` on, `count` of them. */
static void sum_terms(const gsl_matrix *each, size_t first, size_t count,
                      gsl_vector *sums) {
  for (size_t n = 0; n < each->size1; n++) {
    double sum = 0;
    for (size_t i = first; i < first + count; i++)
      sum += gsl_matrix_get(each, n, i);
    gsl_vector_set(sums, n, sum);
  }
}

/* Terms a line of pixels, the table's rows; and of whole images. */
static int add_lines(mg_lesson *lesson, const char *name, const char *series,
                     const gsl_matrix *x, mg_tally *whole) {
  const size_t n = x->size1, width = MODEL(name)->space.width;
  gsl_matrix *each = mg_board_matrix(BOARD, "terms", n, x->size2, "nats");
  gsl_vector *sums = mg_board_vector(BOARD, "line_terms", n, "nats");
  if (!each || !sums)
    return GSL_ENOMEM;
  const int status = mg_model_conditionals(MODEL(name), x, each);
  for (size_t u = 0; u < x->size2 / width && status == GSL_SUCCESS; u++) {
    mg_tally t = {0};
    sum_terms(each, u * width, width, sums);
    mg_tally_values(n, sums->data, 1, &t);
    MG_TABLE_LINE(ROWS("exposure"), series, (double)(u + 1), t.mean,
                  t.mean - t.std_error, t.mean + t.std_error);
  }
  if (status != GSL_SUCCESS)
    return status;
  sum_terms(each, 0, x->size2, sums);
  mg_tally_values(n, sums->data, 1, whole);
  return mg_table_status(ROWS("exposure"));
}

int mg_lesson_exposure(mg_lesson *lesson, const char *name, mg_rows rows) {
  const gsl_matrix *x = mg_board_rows(BOARD, "exposure_x", &rows, NULL);
  gsl_matrix *own = mg_board_matrix(BOARD, "exposure_own", rows.n,
                                    rows.data->space.dim, NULL);
  mg_tally data = {0}, draws = {0};
  if (!x || !own)
    return GSL_ENOMEM;
  const int status = mg_model_sample(MODEL(name), RNG("exposure"), own) ||
                     add_lines(lesson, name, "test images", x, &data) ||
                     add_lines(lesson, name, "its own draws", own, &draws);
  return status || NUMBER("on_data", data.mean, "nats") ||
         NUMBER("on_draws", draws.mean, "nats") ||
         NUMBER("exposed", draws.mean - data.mean, "nats") ||
         NUMBER("exposed_error", hypot(data.std_error, draws.std_error),
                "nats");
}
