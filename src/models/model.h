/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one interface of all models.
 *
 * A family (Gaussian mixture, kernel density, ...) is a table of functions, an
 * mg_model_type; a model is one object of a family over one space.  The table
 * is small because it says only what is the family's own:
 *
 *   how it starts      init, start        options, then a look at some data
 *   how it learns      gather, update     statistics of the data, then a step
 *                      objective, state   of families that climb a gradient
 *                      gauges             what else is read off on the way
 *   what it can do     sample, log_density, latent     NULL means cannot
 *   what it is made of tensors            named once; saved, loaded and counted
 *                                         by code that knows no family
 *
 * Learning is gather and update.  gather adds a part of the data into a flat
 * vector of statistics (EM's expected sufficient statistics, the gradient of an
 * objective) and changes nothing else; update turns the statistics of all the
 * data into new parameters.  Statistics of two parts are added.  So threads,
 * blocks and data larger than memory are one mechanism, written once in
 * models/fit.  A family without finite statistics (a kernel density is its
 * sample) keeps the rows themselves; it says so by `need`.
 *
 * A family that learns by gradient gets a minibatch as one batch, a row a
 * datum, and works on it with the threads that it is given; update then takes
 * one step.  Its parameters may be mg_real, the number of the networks.  Where
 * several players learn against each other, each has turns of its own: update
 * asks for the same rows again until all have had theirs.
 *
 * Nothing here is an estimator: what is claimed about a model, with a direction
 * and a standard error, is made in eval/ from these few operations.
 *
 * Not here: the loop (models/fit), files (models/save), the list of families
 * (eval/zoo). */
#ifndef MG_MODELS_MODEL_H
#define MG_MODELS_MODEL_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>
#include <stdbool.h>

#include "base/option.h"
#include "data/dataset.h"
#include "nets/real.h"

enum { MG_GAUGES = 8 };

/* What update reports: how good the parameters were that gather saw. */
typedef struct {
  double log_likelihood; /* mean log p(x) over the data, nats; NaN: no density
                          * or not computed on the way */
  double objective;      /* what the updates raise, nats per datum */
  const char *objective_name; /* "log-likelihood", "penalised log-likelihood";
                               * "no bound, ..." of a family without a density
                               * where it is none of log p.  Lives as long as
                               * the object, wherever that is moved */
  bool finished;              /* a further pass would change nothing */
  bool retried; /* a step was taken back: to gain nothing now means nothing */
  bool again;   /* of a family by gradient: another player's turn wants these
                 * rows, before the next */
  double gauge[MG_GAUGES]; /* what the type's gauges name; NaN: not measured in
                            * this turn */
} mg_report;

/* How much room gather needs, a shard or a minibatch. */
typedef struct {
  size_t sums;     /* doubles, added over shards */
  size_t work;     /* doubles of scratch */
  bool rows;       /* the rows themselves are kept: one shard, all rows */
  size_t gradient; /* numbers of a gradient; not 0: whole minibatches */
  size_t tape;     /* mg_reals of scratch, of a family with a gradient */
} mg_need;

/* What gather writes. */
typedef struct {
  gsl_vector *sums;  /* need.sums, zero at the start of a pass; else NULL */
  gsl_vector *work;  /* need.work, any content; else NULL */
  gsl_matrix *rows;  /* room for every row, when need.rows; else NULL */
  mg_real *gradient; /* need.gradient, zero at first: of the sum over the
                      * minibatch of what is to be made large; else NULL */
  mg_real *tape;     /* need.tape, any content; else NULL */
  size_t n;          /* data gathered; counted by the caller of gather */
  size_t step;       /* updates made before in this start, with a gradient */
  size_t passes;     /* whole passes made before in this start */
  size_t threads;    /* that update may use, and gather with a gradient; 0: as
                      * many as OpenMP gives */
} mg_stats;

/* A parameter of a family: a dense array in row-major order, of doubles or of
 * mg_reals: one of value and real is NULL (both, while it holds nothing). */
typedef struct {
  const char *name; /* "weights" */
  size_t rank, shape[4];
  double *value;
  mg_real *real;
  size_t free; /* how many of its numbers are free parameters */
} mg_tensor;

enum { MG_TENSORS = 64 };
typedef struct {
  mg_tensor item[MG_TENSORS];
  size_t n;
} mg_tensors;

/* What a latent-variable family tells: enough for every bound on log p(x).  The
 * bounds are made in eval/ (bound, anneal).  x is N x D, z is N x L, a vector
 * has N; dz, N x L, is the gradient in z, NULL where it is not wanted and
 * always where z is discrete.  From log_proposal on all may be NULL: cannot. */
typedef struct {
  bool discrete; /* z takes finitely many values, and nothing has a gradient */
  /* L, the length of z. */
  size_t (*dim)(const void *self);
  /* Draws pairs from p(z, x). */
  int (*sample_joint)(const void *self, gsl_rng *rng, gsl_matrix *z,
                      gsl_matrix *x);
  /* Draws z given x from q and tells log q(z | x); log_q NULL: unwanted. */
  int (*propose)(const void *self, gsl_rng *rng, const gsl_matrix *x,
                 gsl_matrix *z, gsl_vector *log_q);
  /* log p(x, z). */
  int (*log_joint)(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                   gsl_vector *log_pxz, gsl_matrix *dz);
  /* log q(z | x) of propose, at any z. */
  int (*log_proposal)(const void *self, const gsl_matrix *x,
                      const gsl_matrix *z, gsl_vector *log_q, gsl_matrix *dz);
  /* log p(z). */
  int (*log_prior)(const void *self, const gsl_matrix *z, gsl_vector *log_pz,
                   gsl_matrix *dz);
  /* As propose, from p(z | x) itself; the same function where q is exact. */
  int (*posterior)(const void *self, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q);
  /* The mean of q(z | x); of a discrete z its likeliest value. */
  int (*encode)(const void *self, const gsl_matrix *x, gsl_matrix *z);
  /* The mean of p(x | z). */
  int (*decode)(const void *self, const gsl_matrix *z, gsl_matrix *x);
} mg_latent_ops;

/* A map from z ~ N(0, I_L) to data.  z is N x L, x is N x D, in the space of
 * self. */
typedef struct {
  /* L, the length of z. */
  size_t (*dim)(const void *self);
  /* x = G(z). */
  int (*generate)(const void *self, const gsl_matrix *z, gsl_matrix *x);
  /* dz = J(z)^T dx of each row, with J = dG / dz: what a gradient in x is in z.
   *   dx  in  N x D     dz  out  N x L */
  int (*pull_back)(const void *self, const gsl_matrix *z, const gsl_matrix *dx,
                   gsl_matrix *dz);
} mg_generator_ops;

typedef struct mg_model_type mg_model_type;

struct mg_model_type {
  const char *name;   /* "gmm" */
  const char *title;  /* "Gaussian mixture" */
  const char *source; /* the paper the family follows */
  size_t size;        /* of self */
  unsigned measures;  /* spaces it stands on: bits 1u << mg_measure */
  bool labels;        /* it learns from labels and needs them */
  bool baseline;      /* knows columns and no more: marked in figures */
  bool improper;      /* log_density integrates to no 1: it is no claim */
  bool along;         /* one network goes along the columns: a weight is used D
                       * times a datum */
  size_t passes;      /* 1: one pass over the data; 0: until converged */
  size_t batch;       /* rows in a minibatch where nobody sets them, of a family
                       * that learns by gradient; else 0 */

  const mg_option *options; /* describes the struct of options */
  size_t options_size;
  /* The options for a space that nobody set otherwise. */
  void (*options_default)(const mg_space *space, void *options);
  /* Has the option of that name no effect on the space, beside the values of
   * the others?  It is then not printed.  NULL: every option has one. */
  bool (*idle)(const mg_space *space, const void *options, const char *name);

  /* Makes a zeroed self ready for start, or for its tensors to be filled.
   * Returns GSL_EINVAL for options or spaces it refuses; GSL_ENOMEM. */
  int (*init)(void *self, const mg_space *space, const void *options);
  /* Frees what self holds; safe on a zeroed or half-built one. */
  void (*clear)(void *self);
  /* First parameters from a sample of the data, a row a datum.
   * NULL: the family starts from nothing. */
  int (*start)(void *self, gsl_rng *rng, const mg_batch *sample);
  /* What gather needs, for n data in all; of a family that learns by gradient,
   * for n data in a minibatch. */
  mg_need (*need)(const void *self, size_t n);
  /* Adds a batch to the statistics.  Changes nothing else.  A number that is
   * not finite is an error that says where it arose. */
  int (*gather)(const void *self, gsl_rng *rng, const mg_batch *batch,
                mg_stats *stats);
  /* New parameters from the statistics of all the data; may take stats->rows
   * and leave NULL there.  After an error self is only fit for clear. */
  int (*update)(void *self, mg_stats *stats, mg_report *report);
  /* Names every parameter: fills list with the arrays of self. */
  void (*tensors)(void *self, mg_tensors *list);
  /* Room for `rows` kept rows before a file's tensors are read; NULL: the
   * shapes follow from space and options. */
  int (*reserve)(void *self, size_t rows);
  /* After tensors were filled from outside: checks them, derives the rest.
   * Returns GSL_EDOM, with the reason, for values that make no model. */
  int (*refresh)(void *self);

  /* Optional from here: NULL means cannot. */

  /* Draws as many data as x has rows: x  N x D. */
  int (*sample)(const void *self, gsl_rng *rng, gsl_matrix *x);
  /* Exact log p(x), nats: x  N x D, log_p  N; of an improper family the log of
   * what it has in place of a density. */
  int (*log_density)(const void *self, const gsl_matrix *x, gsl_vector *log_p);
  const mg_latent_ops *latent;
  /* The terms of the chain rule, exact, nats: column i of each is
   * log p(x_i | x_1 .. x_(i-1)), so that a row sums to log_density.    [ar.1]
   * The order is that of the columns.  No term may depend on a later column,
   * not in its last bit: eval/audit changes them and looks.
   * x  N x D     each  N x D, of any content */
  int (*conditionals)(const void *self, const gsl_matrix *x, gsl_matrix *each);
  /* What the updates raise, a datum, without gradients; NULL: log_density.
   * each  N, nats.  Called by several threads at once. */
  int (*objective)(const void *self, gsl_rng *rng, const mg_batch *batch,
                   double *each);
  /* Names what a continued fit needs beside the parameters (moments of an
   * optimizer, counts), as tensors does; refresh follows once both are filled.
   * NULL: nothing. */
  void (*state)(void *self, mg_tensors *list);
  /* How many numbers the tensors of a model of these sizes hold, SIZE_MAX when
   * uncountable: what a file must have before such a model is made.  NULL: no
   * size among options and space is larger than that. */
  size_t (*numbers)(const mg_space *space, const void *options);
  /* About how many products a datum takes in a pass of a family that learns by
   * gradient, HUGE_VAL when uncountable.  NULL: three a number, one forward and
   * two back, and D times as many where it goes along. */
  double (*products)(const mg_space *space, const void *options);
  /* Names of what update measures beside the objective, NULL behind the last,
   * at most MG_GAUGES.  NULL: nothing. */
  const char *const *gauges;
  /* Of a family whose x follows from z, and so has no density: what
   * models/noisy makes a model with one of.  NULL: x does not follow. */
  const mg_generator_ops *generator;
};

/* A model: an object of a family over the space of some data.  A family of
 * reals stands on levels, of which bits are two, by uniform dequantisation
 * (Theis, van den Oord & Bethge 2016), which is part of the model and never
 * chosen silently: it is the density of x + u, u ~ U(0,1)^D, and bounds the log
 * mass of x from below
 *     log P(x) >= E_u log p(x + u)                               [deq.1] */
typedef struct {
  const mg_model_type *type;
  void *self;
  void *options;   /* as it was made */
  mg_space space;  /* of the data */
  bool dequantise; /* self stands on reals, the data do not */
} mg_model;

/* Can this family stand on that space, as it is or by dequantisation?
 *   dequantise  in  allow it
 * Returns GSL_SUCCESS, or GSL_EINVAL with the reason. */
int mg_model_can(const mg_model_type *type, const mg_space *space,
                 bool dequantise);

/* Can it say anything of log p, or judge data at all?  A family with neither
 * density, latent variable nor objective cannot.  Where such a one learns by
 * gradient, no start of a fit can be chosen over another, and none is stopped
 * early. */
bool mg_model_judges(const mg_model_type *type);

/* The space that a family stands on for data of a space. */
mg_space mg_model_inner_space(const mg_space *space, bool dequantise);

/* A model ready to be fitted.
 *   space       in  of the data
 *   options     in  the family's struct of options; NULL: its default
 *   dequantise  in  make a family of reals stand on levels or bits
 * Returns NULL with the reason: a space or options the family refuses, memory.
 */
mg_model *mg_model_alloc(const mg_model_type *type, const mg_space *space,
                         const void *options, bool dequantise);

/* Frees a model; NULL is allowed. */
void mg_model_free(mg_model *model);

/* A model of its own with the same parameters, and what a continued fit needs;
 * NULL with the reason: memory, or parameters that make no model. */
mg_model *mg_model_copy(const mg_model *model);

/* Have two models the same family, options and parameters, bit by bit? */
bool mg_model_equal(const mg_model *a, const mg_model *b);

/* Numbers in a tensor: the product of its shape. */
size_t mg_tensor_size(const mg_tensor *tensor);

/* Where its numbers are, and how many bytes they take. */
void *mg_tensor_data(const mg_tensor *tensor);
size_t mg_tensor_bytes(const mg_tensor *tensor);

/* Number i < mg_tensor_size, whatever its type; setting rounds to it. */
double mg_tensor_get(const mg_tensor *tensor, size_t i);
void mg_tensor_set(const mg_tensor *tensor, size_t i, double number);

/* Copies the numbers of one list to another of the same shapes. */
void mg_tensors_copy(const mg_tensors *to, const mg_tensors *from);

/* Free parameters, from the family's tensors. */
size_t mg_model_parameters(const mg_model *model);

/* Adds u ~ U(0,1) to every value: data on levels become reals.       [deq.1]
 *   x  in/out  N x D */
void mg_dequantise(gsl_rng *rng, gsl_matrix *x);

/* Draws data in the space of the data.  A dequantised model's draw is rounded
 * down; what falls outside 0 .. levels-1 takes the nearest level.
 *   x  out  N x D
 * Returns GSL_EUNSUP when the family cannot sample; the family's errors. */
int mg_model_sample(const mg_model *model, gsl_rng *rng, gsl_matrix *x);

/* Exact log p(x) of data in the space of self: for a dequantised model x is
 * already real.
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_EUNSUP when the family has no density; GSL_EBADLEN for shapes
 * that do not fit; the family's errors. */
int mg_model_log_density(const mg_model *model, const gsl_matrix *x,
                         gsl_vector *log_p);

/* The terms of the chain rule, in the space of self.                   [ar.1]
 *   x  in  N x D     each  out  N x D, log p(x_i | x_1 .. x_(i-1)), nats
 * Returns GSL_EUNSUP when the family has none; GSL_EBADLEN for shapes that do
 * not fit; the family's errors. */
int mg_model_conditionals(const mg_model *model, const gsl_matrix *x,
                          gsl_matrix *each);

/* Checks shapes for a family's log_density: x is N x dim and log_p is N.
 * Returns GSL_SUCCESS; GSL_EBADLEN with the reason. */
int mg_shape_check(size_t dim, const gsl_matrix *x, const gsl_vector *log_p);

/* Checks rows that are to be learnt from: every value is finite.
 * Returns GSL_SUCCESS; GSL_EDOM with the reason. */
int mg_finite_check(const gsl_matrix *rows);

/* gather of a family that keeps the rows: copies x behind those in stats->rows.
 *   x  in  N x dim
 * Returns GSL_SUCCESS; GSL_EBADLEN with the reason. */
int mg_stats_keep(mg_stats *stats, size_t dim, const gsl_matrix *x);

/* Adds a parameter of doubles to a family's list.
 *   free   in  how many of its numbers are free parameters
 *   shape  in  rank numbers, rank 0 .. 4 */
void mg_tensors_add(mg_tensors *list, const char *name, double *value,
                    size_t free, size_t rank, const size_t *shape);

/* The same of mg_reals. */
void mg_tensors_add_real(mg_tensors *list, const char *name, mg_real *real,
                         size_t free, size_t rank, const size_t *shape);

#endif
