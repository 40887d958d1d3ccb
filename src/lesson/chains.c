/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapters about chains of conditionals: what a model is told and
 * tells.
 *
 * All goes through the terms of the chain rule (mg_model_conditionals), so the
 * same words serve regressions, recurrent and convolutional networks.  What is
 * drawn and shown stands in chains_draw.c. */
#include "config.h"

#include "lesson/chains.h"

#include <gsl/gsl_blas.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/tally.h"
#include "eval/audit.h"
#include "lesson/library.h"

enum { CURVE = 401, GRID = 81, LOOKS = 10 };

/* ---- a chain that is no network ---- */

int mg_lesson_chain(mg_lesson *lesson, mg_rows rows, const size_t column[3]) {
  const gsl_matrix *x = mg_board_rows(BOARD, "three_x", &rows, NULL);
  double n[8] = {0}, a[2] = {0}, c[2] = {0}, ab[4] = {0}, bc[4] = {0};
  if (!x)
    return GSL_ENOMEM;
  for (size_t i = 0; i < rows.n; i++) {
    size_t s = 0;
    for (size_t j = 0; j < 3; j++)
      s = 2 * s + (gsl_matrix_get(x, i, column[j]) > 0);
    n[s]++;
    a[s / 4]++;
    ab[s / 2]++;
    bc[s % 4]++;
    c[s % 2]++;
  }
  const double all = (double)rows.n;
  for (size_t s = 0; s < 8; s++) {
    const char text[] = {(char)('0' + s / 4), (char)('0' + s / 2 % 2),
                         (char)('0' + s % 2), '\0'};
    const double on = a[s / 4] / all * (ab[s / 2] / a[s / 4]);
    const double back = c[s % 2] / all * (bc[s % 4] / c[s % 2]);
    if (MG_TABLE_LINE(ROWS("chain"), text, n[s] / all,
                      ab[s / 2] > 0 ? on * (n[s] / ab[s / 2]) : 0,
                      bc[s % 4] > 0 ? back * (n[s] / bc[s % 4]) : 0))
      return GSL_ENOMEM;
  }
  return GSL_SUCCESS;
}

/* ---- order ---- */

static int pick(mg_lesson *lesson, const char *data, const mg_dataset *from,
                const size_t *column, size_t n, size_t side) {
  mg_dataset *picked = mg_order_pick(from, column, n, side, side);
  return picked ? mg_board_take_data(BOARD, data, picked) : GSL_EFAILED;
}

int mg_lesson_square(mg_lesson *lesson, const char *data,
                     const mg_dataset *from, size_t first, size_t side) {
  size_t column[64];
  for (size_t i = 0; i < side * side && i < 64; i++)
    column[i] = first + i / side * from->space.width + i % side;
  return pick(lesson, data, from, column, side * side, side);
}

/* The test rows' log p under the order's model, minus the first order's. */
static int judge_order(mg_lesson *lesson, mg_order order) {
  const mg_rows test = mg_dataset_part(DATA("ordered"), MG_TEST);
  const gsl_matrix *x = mg_board_rows(BOARD, "ordered_x", &test, NULL);
  gsl_vector *log_p = mg_board_vector(
      BOARD, order == 0 ? "raster_log_p" : "order_log_p", test.n, "nats");
  mg_tally own = {0}, gain = {0};
  if (!x || !log_p ||
      mg_model_log_density(MODEL("order"), x, log_p) != GSL_SUCCESS)
    return GSL_EFAILED;
  mg_tally_values(test.n, log_p->data, 1, &own);
  if (order > 0)
    gsl_blas_daxpy(-1, VECTOR("raster_log_p"), log_p);
  mg_tally_values(test.n, log_p->data, 1, &gain);
  mg_table *orders = ROWS("orders"), *axis = ROWS("order_axis");
  mg_table_row(orders);
  mg_table_text(orders, mg_order_name(order));
  mg_table_text(orders, "=");
  mg_table_real(orders, own.mean);
  mg_table_real(orders, own.std_error);
  mg_table_real(orders, order ? gain.mean : 0);
  mg_table_real(orders, order ? gain.std_error : 0);
  mg_table_row(axis);
  mg_table_text(axis, mg_order_name(order));
  mg_table_text(axis, "test");
  mg_table_real(axis, order ? gain.mean : 0);
  mg_table_real(axis, order ? gain.std_error : 0);
  mg_table_text(axis, "=");
  mg_table_text(axis, "model");
  return mg_table_status(orders) || mg_table_status(axis);
}

int mg_lesson_order(mg_lesson *lesson, const mg_dataset *images) {
  const mg_space *s = &images->space;
  const mg_order order = (mg_order)PIECE;
  size_t pixel[64];
  if (s->dim > 64)
    return mg_fail(GSL_EINVAL, "images of more than 64 pixels");
  int status =
      mg_order_pixels(order, s->height, s->width, RNG("scattered"), pixel);
  if (status == GSL_SUCCESS)
    status = pick(lesson, "ordered", images, pixel, s->dim, s->height);
  if (status != GSL_SUCCESS)
    return status;
  const mg_rows train = mg_dataset_part(DATA("ordered"), MG_TRAIN);
  if (!mg_lesson_fit(lesson, "order", &mg_fvbn_type, NULL, &train) ||
      judge_order(lesson, order) != GSL_SUCCESS)
    return GSL_EFAILED;
  return order + 1 < MG_ORDERS ? GSL_CONTINUE : GSL_SUCCESS;
}

/* ---- learning ---- */

static int leak_init(void *self, const mg_space *space, const void *options) {
  ((mg_pixelcnn *)self)->unmasked = true;
  return mg_pixelcnn_type.init(self, space, options);
}

const mg_model_type *mg_lesson_leak(void) {
  static mg_model_type leak;
  leak = mg_pixelcnn_type;
  leak.name = "leak";
  leak.title = "PixelCNN without its first mask, which is no law";
  leak.init = leak_init;
  leak.sample = NULL;
  return &leak;
}

int mg_lesson_chain_epoch(mg_lesson *lesson, const char *name,
                          const mg_model_type *type, const void *options,
                          mg_rows rows, mg_rows rest,
                          const mg_fit_options *fit) {
  const mg_evidence_options usual = mg_evidence_options_default();
  mg_report report;
  mg_evidence e;
  const mg_model *model =
      mg_lesson_learn(lesson, name, type, options, &rows, fit, &report);
  if (!model || mg_evidence_of(model, &rest, &usual, SEED, &e) != GSL_SUCCESS)
    return GSL_EFAILED;
  mg_table *epochs = mg_lesson_table(lesson, mg_board_join(name, "epochs").text,
                                     "epoch learnt held_out");
  return MG_TABLE_LINE(epochs, NULL, (double)(PIECE + 1), report.objective,
                       e.value)
             ? GSL_ENOMEM
             : mg_lesson_learnt(lesson, name, "learnt held_out", fit->passes);
}

/* ---- the plane ---- */

/* What a column of the data spans, and a tenth beyond. */
typedef struct {
  double low, high;
} span;

static span span_of(const gsl_matrix *x, size_t column) {
  const gsl_vector_const_view y = gsl_matrix_const_column(x, column);
  double low, high;
  gsl_vector_minmax(&y.vector, &low, &high);
  const double edge = high > low ? 0.1 * (high - low) : 1;
  return (span){low - edge, high + edge};
}

static double at(span s, size_t i, size_t n) {
  return s.low + (s.high - s.low) * (double)i / (double)(n - 1);
}

/* p(x1), or of a given x1 p(x2 | x1), over a span. */
static int add_curve(mg_lesson *lesson, const char *name, mg_table *table,
                     const char *series, span s, const double *x1) {
  gsl_matrix *x = mg_board_matrix(BOARD, "curve_x", CURVE, 2, NULL);
  gsl_matrix *each = mg_board_matrix(BOARD, "curve_terms", CURVE, 2, "nats");
  if (!x || !each || !table)
    return GSL_ENOMEM;
  for (size_t i = 0; i < CURVE; i++) {
    gsl_matrix_set(x, i, 0, x1 ? *x1 : at(s, i, CURVE));
    gsl_matrix_set(x, i, 1, at(s, i, CURVE));
  }
  const int status = mg_model_conditionals(MODEL(name), x, each);
  for (size_t i = 0; i < CURVE && status == GSL_SUCCESS; i++)
    MG_TABLE_LINE(table, series, at(s, i, CURVE),
                  exp(gsl_matrix_get(each, i, x1 != NULL)));
  return status == GSL_SUCCESS ? mg_table_status(table) : status;
}

static int add_factors(mg_lesson *lesson, const char *name,
                       const gsl_matrix *x) {
  static const double away[] = {0, 1, 1.4};
  const double mean = gsl_stats_mean(x->data, x->tda, x->size1);
  const double sd = gsl_stats_sd(x->data, x->tda, x->size1);
  mg_table *first = mg_board_table(BOARD, "first", "series x y");
  mg_table *second = mg_board_table(BOARD, "second", "series x y");
  int status = add_curve(lesson, name, first, "p(x1)", span_of(x, 0), NULL);
  for (size_t i = 0; i < 3 && status == GSL_SUCCESS; i++) {
    const double x1 = mean + away[i] * sd;
    char text[32];
    snprintf(text, sizeof text, "p(x2 | x1 = %.2g)", x1);
    status = add_curve(lesson, name, second, text, span_of(x, 1), &x1);
  }
  return status;
}

static int add_density(mg_lesson *lesson, const char *name,
                       const gsl_matrix *data) {
  const span across = span_of(data, 0), up = span_of(data, 1);
  gsl_matrix *x = mg_board_matrix(BOARD, "grid", (size_t)GRID * GRID, 2, NULL);
  gsl_vector *y =
      mg_board_vector(BOARD, "grid_log_p", (size_t)GRID * GRID, "nats");
  mg_table *rows = mg_board_table(BOARD, "density", "x y log_p");
  if (!x || !y || !rows)
    return GSL_ENOMEM;
  for (size_t i = 0; i < y->size; i++) {
    gsl_matrix_set(x, i, 0, at(across, i % GRID, GRID));
    gsl_matrix_set(x, i, 1, at(up, i / GRID, GRID));
  }
  const int status = mg_model_log_density(MODEL(name), x, y);
  for (size_t i = 0; i < y->size && status == GSL_SUCCESS; i++)
    MG_TABLE_LINE(rows, NULL, gsl_matrix_get(x, i, 0), gsl_matrix_get(x, i, 1),
                  gsl_vector_get(y, i));
  return status == GSL_SUCCESS ? mg_table_status(rows) : status;
}

int mg_lesson_plane(mg_lesson *lesson, const char *name, const mg_dataset *data,
                    size_t n) {
  const mg_rows all = mg_dataset_all(data);
  const mg_rows few = {data, 0, n < all.n ? n : all.n};
  const gsl_matrix *x = mg_board_rows(BOARD, "plane_x", &all, NULL);
  if (!x)
    return GSL_ENOMEM;
  return add_factors(lesson, name, x) || add_density(lesson, name, x) ||
         mg_lesson_data_scatter(lesson, "points_data", few) ||
         mg_lesson_scatter(lesson, "points_drawn", name, few.n);
}

/* ---- audits ---- */

static int add_audit(mg_lesson *lesson, const char *name, const mg_audit *a) {
  mg_table *audits = ROWS("audits");
  mg_table_row(audits);
  mg_table_text(audits, name);
  mg_table_text(audits, a->name);
  mg_table_real(audits, a->value);
  mg_table_real(audits, a->bound);
  mg_table_text(audits, a->passed ? "yes" : "no");
  return mg_table_status(audits);
}

int mg_lesson_audits(mg_lesson *lesson, const char *name, mg_rows rows) {
  const mg_rows few = {rows.data, rows.first,
                       rows.n < LOOKS ? rows.n : (size_t)LOOKS};
  const gsl_matrix *x = mg_board_rows(BOARD, "audit_x", &few, NULL);
  mg_audit chain, causality, columns;
  if (!x)
    return GSL_ENOMEM;
  return mg_audit_chain(MODEL(name), x, &chain) ||
         mg_audit_causality(MODEL(name), RNG("causality"), x, &causality) ||
         mg_audit_columns(MODEL(name), RNG("columns"), x, &columns) ||
         add_audit(lesson, name, &chain) ||
         add_audit(lesson, name, &causality) ||
         add_audit(lesson, name, &columns);
}

int mg_lesson_cost(mg_lesson *lesson, double pixels, double parameters,
                   double layers) {
  const double pass = 2 * parameters * pixels;
  return MG_TABLE_LINE(ROWS("costs"), NULL, pixels, 2 * layers, pixels * layers,
                       3 * pass, pass, pass * pixels);
}
