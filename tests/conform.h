/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law that every family of the zoo keeps, as tests with names.
 *
 * A family promises what models/model.h says and nothing else; so one suite
 * asks it of all of them, on small spaces where the answer can be computed
 * another way: every image of nine bits, an integral, a count.
 *
 *     suite gmm, test normalised_on_plane
 *
 * is the family, the law and the place.  A new family is one word in
 * CONFORM_FAMILIES.  Where a family cannot stand, the test is that it says so.
 *
 * Limits are identities, or false alarms of one in 10^9. */
#ifndef MG_TESTS_CONFORM_H
#define MG_TESTS_CONFORM_H

#include <criterion/criterion.h>
#include <gsl/gsl_math.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/evidence.h"
#include "eval/zoo.h"

#define CONFORM_FAMILIES(X)                                                    \
  X(independent)                                                               \
  X(naive_bayes)                                                               \
  X(mixture)                                                                   \
  X(gmm)                                                                       \
  X(ppca)                                                                      \
  X(vae)                                                                       \
  X(gan)                                                                       \
  X(fvbn)                                                                      \
  X(pixelrnn)                                                                  \
  X(pixelcnn)                                                                  \
  X(autoregressive)                                                            \
  X(histogram)                                                                 \
  X(kde)                                                                       \
  X(knn)

/* One test: a law, of a family, at a place. */
#define CONFORM_TEST(family, law, where)                                       \
  Test(family, law##_##where, .init = conform_enter, .fini = conform_leave) {  \
    law(mg_zoo_find(#family), where);                                          \
  }

/* A law at every place, or one that needs none. */
#define CONFORM_EVERYWHERE(family, law)                                        \
  CONFORM_TEST(family, law, on_line)                                           \
  CONFORM_TEST(family, law, on_plane)                                          \
  CONFORM_TEST(family, law, on_bits)                                           \
  CONFORM_TEST(family, law, on_shades)                                         \
  CONFORM_TEST(family, law, on_grey)

typedef enum {
  on_line,   /* reals, D = 1 */
  on_plane,  /* reals, D = 2 */
  on_bits,   /* images of 3 x 3 bits: 512 */
  on_shades, /* images of 2 x 2 pixels of 3 levels: 81 */
  on_grey,   /* 2 pixels of 3 levels, dequantised: families of reals */
  places
} place;

/* z of a false alarm of one in 10^9, both sides. */
#define CONFORM_Z 6.1

/* Every test runs in a folder of its own, without GSL's error handler. */
void conform_enter(void);
void conform_leave(void);

mg_space place_space(place where);

/* n rows in two classes, all in train. */
mg_dataset *place_data(place where, size_t n, unsigned long seed);

/* Every datum of a finite place, a row each. */
gsl_matrix *place_states(place where);

/* Does the family stand there?  When not, asserts that it refuses to. */
bool conform_stands(const mg_model_type *type, place where);

/* A model and the rows that it was fitted to. */
typedef struct {
  mg_dataset *data;
  mg_recipe *recipe;
  mg_model *model;
} setting;

/* The default recipe for n rows at that place; a model that is not fitted. */
setting conform_set(const mg_model_type *type, place where, size_t n);
void conform_clear(setting *s);

/* Takes the which-th of all choices that the family's options offer, counted
 * from 1, and makes the model anew; 0 is the default.  One that the family
 * refuses there, with a reason, is the default, too.  false: no such choice.
 */
bool conform_choose(setting *s, size_t which);

/* Fits the model; asserts that it works. */
void conform_fit(setting *s, unsigned long seed);

/* Set and fitted to 600 rows. */
setting conform_fitted(const mg_model_type *type, place where);

/* The training rows in the space of self; the caller frees them. */
gsl_matrix *conform_rows(const setting *s);

/* What a model says of rows: log p(x); of a family without a density, which has
 * a latent variable, log p(x | z) at z = 0, a law of x too.  Its numbers are
 * floats inside: see conform_error.  Of a family that says nothing of rows, 0.
 *   log_p  out  N
 * Returns the status. */
int conform_ask(const mg_model *model, const gsl_matrix *x, gsl_vector *log_p);

/* How far such an answer may be from what it should be: `exact` of a density,
 * else what floats allow. */
double conform_error(const mg_model_type *type, double exact);

/* The answer for every row of x; asserts that it works; the caller frees it. */
gsl_vector *conform_log_density(const mg_model *model, const gsl_matrix *x);

/* n draws; asserts that it works; the caller frees them.  A family that cannot
 * sample has to say so: n rows of 0. */
gsl_matrix *conform_sample(const mg_model *model, size_t n, unsigned long seed);

/* Are the tensors of two models the same bytes? */
bool conform_same_tensors(const mg_model *a, const mg_model *b);

#endif
