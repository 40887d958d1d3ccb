/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model and its data, ready to be pictured.
 *
 * Shown are rows that the model did not learn from, where the data have such.
 * Their codes are found once, for all figures. */
#include "config.h"

#include "command/portrait.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <stdio.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/codes.h"
#include "models/noisy.h"
#include "plot/images.h"

enum {
  ROWS_MOST = 2000, /* data that are encoded */
  IMAGES = 64,      /* of a panel */
  ACROSS = 8,
  TITLE_SIZE = 640
};

static mg_rows shown_rows(const mg_dataset *data, const char **part) {
  static const mg_part_name order[] = {MG_TEST, MG_VALIDATION, MG_TRAIN};
  mg_rows rows = {.n = 0};
  for (size_t i = 0; rows.n == 0 && i < MG_PARTS; i++) {
    rows = mg_dataset_part(data, order[i]);
    *part = mg_part_text(order[i]);
  }
  rows.n = GSL_MIN(rows.n, ROWS_MOST);
  return rows;
}

/* z from the prior, and what decodes them. */
static int draw_codes(struct portrait *p) {
  p->drawn = true;
  p->noisy = mg_noisy_alloc(p->fitted->model, 1);
  const size_t dim = p->noisy ? mg_codes_dim(p->noisy) : 0;
  gsl_rng *rng = portrait_stream(p, "plot/ends");
  p->z = dim ? gsl_matrix_alloc(PORTRAIT_DRAWN, dim) : NULL;
  p->axes[1] = dim > 1;
  for (size_t i = 0; rng && p->z && i < PORTRAIT_DRAWN * dim; i++)
    p->z->data[i] = gsl_ran_gaussian_ziggurat(rng, 1);
  gsl_rng_free(rng);
  return rng && p->z ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for z");
}

int portrait_take(struct portrait *p, const struct fitted *f) {
  const mg_latent_ops *ops = f->model->type->latent;
  *p = (struct portrait){.fitted = f, .seed = settings_seed(&f->settings)};
  p->rows = shown_rows(f->data, &p->part);
  if (!ops && f->model->type->generator)
    return draw_codes(p);
  if (!ops || !ops->encode)
    return GSL_SUCCESS;
  p->z = gsl_matrix_alloc(p->rows.n, mg_codes_dim(f->model));
  if (!p->z)
    return mg_fail(GSL_ENOMEM, "no memory for %zu codes", p->rows.n);
  gsl_rng *rng = portrait_stream(p, "plot/active");
  int status = rng ? mg_codes_encode(f->model, &p->rows, p->z) : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = mg_codes_active(f->model, rng, &p->rows, p->z, p->axes);
  gsl_rng_free(rng);
  return status;
}

void portrait_clear(struct portrait *p) {
  gsl_matrix_free(p->z);
  mg_model_free(p->noisy);
}

const mg_model *portrait_decoder(const struct portrait *p) {
  return p->noisy ? p->noisy : p->fitted->model;
}

const mg_space *portrait_space(const struct portrait *p) {
  return &p->fitted->data->space;
}

/* Rows of x as a panel: images, or points. */
int portrait_panel(const struct portrait *p, mg_figure *figure, size_t i,
                   const char *title, const gsl_matrix *x, size_t across) {
  const mg_space *space = portrait_space(p);
  if (is_image(space))
    return figure_panel(figure, "panel", i, title,
                        mg_images_table(x, space->height, space->width, across,
                                        0, space->levels - 1));
  mg_table *points = mg_table_alloc("x y");
  for (size_t n = 0; points && n < x->size1; n++) {
    mg_table_row(points);
    mg_table_real(points, gsl_matrix_get(x, n, 0));
    mg_table_real(points, gsl_matrix_get(x, n, 1));
  }
  return figure_panel(figure, "samples", i, title, points);
}

/* Room for n data; NULL with the reason. */
gsl_matrix *portrait_room(const struct portrait *p, size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, portrait_space(p)->dim);
  if (!x)
    mg_fail(GSL_ENOMEM, "no memory for %zu data", n);
  return x;
}

/* The first n data that are shown, in fresh memory. */
gsl_matrix *portrait_data(const struct portrait *p, size_t n) {
  gsl_matrix *x = portrait_room(p, n);
  for (size_t i = 0; x && i < n; i++) {
    gsl_matrix_view row = gsl_matrix_submatrix(x, i, 0, 1, x->size2);
    mg_rows_copy(&p->rows, &i, 0, &row.matrix, NULL);
  }
  return x;
}

/* What z decodes to, in fresh memory; NULL with the reason. */
gsl_matrix *portrait_decode(const struct portrait *p, const gsl_matrix *z) {
  gsl_matrix *x = z ? portrait_room(p, z->size1) : NULL;
  if (x && mg_codes_decode(portrait_decoder(p), z, x) != GSL_SUCCESS) {
    gsl_matrix_free(x);
    return NULL;
  }
  return x;
}

int portrait_title(const struct portrait *p, mg_figure *figure,
                   const char *text) {
  char title[TITLE_SIZE];
  snprintf(title, sizeof title, "%s, %s: %s", p->fitted->model->type->name,
           p->fitted->data->name, text);
  return mg_figure_text(figure, "title", title);
}

/* Two panels: data, and something else of as many. */
int portrait_beside(const struct portrait *p, mg_figure *figure,
                    const char *title, const char *caption,
                    const gsl_matrix *other) {
  gsl_matrix *x = other ? portrait_data(p, other->size1) : NULL;
  int status = x ? portrait_title(p, figure, title) : GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = portrait_panel(p, figure, 0, p->part, x, ACROSS);
  if (status == GSL_SUCCESS)
    status = portrait_panel(p, figure, 1, caption, other, ACROSS);
  gsl_matrix_free(x);
  return status == GSL_SUCCESS ? mg_figure_number(figure, "panels", 2) : status;
}

size_t portrait_count(const struct portrait *p) {
  return GSL_MIN(p->rows.n,
                 is_image(portrait_space(p)) ? IMAGES : PORTRAIT_POINTS);
}

gsl_rng *portrait_stream(const struct portrait *p, const char *name) {
  gsl_rng *rng = mg_stream_alloc(p->seed, name, 0);
  if (!rng)
    mg_fail(GSL_ENOMEM, "no memory for a generator");
  return rng;
}
