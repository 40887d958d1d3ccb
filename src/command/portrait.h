/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fitted model beside its data, and what its figures are put together from.
 * Fresh memory is the caller's to free. */
#ifndef MG_COMMAND_PORTRAIT_H
#define MG_COMMAND_PORTRAIT_H

#include "command/figures.h"
#include "command/fitted.h"

enum {
  PORTRAIT_POINTS = 1000, /* of a panel, at most */
  PORTRAIT_DRAWN = 16     /* z of a generator */
};

/* A model and what its figures are made of. */
struct portrait {
  const struct fitted *fitted;
  mg_rows rows;       /* to show: of test, else validation, else train */
  const char *part;   /* what they are called: "test" */
  /* n x L, their codes; of a generator, which has none, PORTRAIT_DRAWN draws of
   * the prior; NULL where there is neither. */
  gsl_matrix *z;
  bool drawn;
  mg_model *noisy; /* a generator as what decodes; else NULL */
  size_t axes[2];  /* the two dimensions of z that say most of x; if drawn the
                    * first two */
  unsigned long seed; /* of the draws */
};

/* Looks at a model and its data.
 *   portrait  out  portrait_clear frees it, also after an error
 * Returns GSL_SUCCESS; GSL_ENOMEM; the family's errors. */
int portrait_take(struct portrait *portrait, const struct fitted *fitted);

/* Frees what it holds. */
void portrait_clear(struct portrait *portrait);

/* The model that decodes z. */
const mg_model *portrait_decoder(const struct portrait *portrait);

/* The space of the data. */
const mg_space *portrait_space(const struct portrait *portrait);

/* How many data a panel shows. */
size_t portrait_count(const struct portrait *portrait);

/* Room for n data; NULL with the reason. */
gsl_matrix *portrait_room(const struct portrait *portrait, size_t n);

/* The first n of the rows; NULL with the reason. */
gsl_matrix *portrait_data(const struct portrait *portrait, size_t n);

/* What z decodes to.
 *   z  in  N x L, or NULL
 * Returns N x D; NULL with the reason. */
gsl_matrix *portrait_decode(const struct portrait *portrait,
                            const gsl_matrix *z);

/* A generator of that name; NULL with the reason. */
gsl_rng *portrait_stream(const struct portrait *portrait, const char *name);

/* Gives a figure its title: the model, the data, and text.
 * Returns as mg_figure_text. */
int portrait_title(const struct portrait *portrait, mg_figure *figure,
                   const char *text);

/* Gives panel i of the templates "images" and "scatter" rows of x.
 *   across  in  images in a line
 * Returns as figure_panel. */
int portrait_panel(const struct portrait *portrait, mg_figure *figure, size_t i,
                   const char *title, const gsl_matrix *x, size_t across);

/* Two panels: data, and as many of something else.
 *   other  in  N x D, or NULL: an earlier failure
 * Returns as portrait_panel. */
int portrait_beside(const struct portrait *portrait, mg_figure *figure,
                    const char *title, const char *caption,
                    const gsl_matrix *other);

#endif
