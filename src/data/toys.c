/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Toys: two-dimensional shapes a reader can see, and what is true of them.
 *
 * ring and grid test whether a sampler finds every mode (Srivastava et al.
 * 2017, VEEGAN; Lin et al. 2018, PacGAN, whose radius, spacing and sd are used
 * here).  Their density is a mixture of K equal round Gaussians [toys.1]:
 *
 *     p(x) = 1/K sum_k N(x; c_k, s^2 I)
 *
 * and their modes are 40 sd apart or more, so that the entropy is that of
 * picking a mode and then a point of it, to far below rounding [toys.2]:
 *
 *     H = log K + D/2 log(2 pi e s^2)
 *
 * checkerboard is uniform on area 32, H = log 32: sharp edges, which mixtures
 * and flows smear.  heights is one-dimensional and from life: stature of 2208
 * women and 1774 men (Gordon et al. 1989, 1988 Anthropometric Survey of U.S.
 * Army Personnel, Natick/TR-89/027), each sex a Gaussian, both as frequent.
 * Two groups, and yet the density has one hump, because the means are less than
 * about the sum of the sds apart (Schilling, Watkins & Watkins 2002, Is human
 * height bimodal?, American Statistician 56, 223-229).  Its entropy has no
 * closed form; the number below is by the trapezoid rule, which for a smooth
 * density is exact to rounding, and the test repeats it by another rule.
 *
 * moons and swiss are scikit-learn's shapes; swiss is Tenenbaum, de Silva &
 * Langford's (2000) roll; pinwheel is that of Johnson et al. (2016, Composing
 * graphical models with neural networks); spiral's arms grow as Archimedes'.
 *
 * Not here: the density of those four.  It is an integral along a curve for
 * each point, and a truth that is itself approximate would be no truth. */
#include "data/toys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"

/* One draw: the coordinates into x, the label back. */
typedef unsigned toy_draw(gsl_rng *rng, double *x);

typedef struct {
  const char *name, *source;
  size_t dim;
  const char *classes[3]; /* names, where the labels have some */
  unsigned n_classes;
  toy_draw *draw;
  mg_truth truth;
} toy;

static int check_shapes(const gsl_matrix *x, const gsl_vector *log_p,
                        size_t dim) {
  if (x->size2 != dim || log_p->size != x->size1)
    return mg_fail(GSL_EBADLEN,
                   "the true density takes N x %zu and N, not %zu x %zu and "
                   "%zu",
                   dim, x->size1, x->size2, log_p->size);
  return GSL_SUCCESS;
}

/* ---- equal round Gaussians: ring and grid ---------------------------- */

enum { MOST_MODES = 25 };

typedef struct {
  const char *name;
  size_t k;
  double sd;
  void (*centre)(size_t k, double c[2]);
} mode_set;

static void ring_centre(size_t k, double c[2]) {
  c[0] = cos(2 * M_PI * (double)k / 8);
  c[1] = sin(2 * M_PI * (double)k / 8);
}

static void grid_centre(size_t k, double c[2]) {
  const size_t row = k / 5, column = k % 5;
  c[0] = 2 * (double)column - 4;
  c[1] = 2 * (double)row - 4;
}

static const mode_set ring = {"ring", 8, 0.01, ring_centre};
static const mode_set grid = {"grid", 25, 0.05, grid_centre};

static unsigned modes_draw(const mode_set *set, gsl_rng *rng, double *x) {
  const size_t k = gsl_rng_uniform_int(rng, set->k);
  set->centre(k, x);
  for (size_t d = 0; d < 2; d++)
    x[d] += gsl_ran_gaussian_ziggurat(rng, set->sd);
  return (unsigned)k;
}

/*                                                                   [toys.1] */
static int modes_log_density(const mode_set *set, const gsl_matrix *x,
                             gsl_vector *log_p) {
  if (check_shapes(x, log_p, 2) != GSL_SUCCESS)
    return GSL_EBADLEN;
  const double log_scale = -log((double)set->k) - MG_LN_2PI - 2 * log(set->sd);
  for (size_t i = 0; i < x->size1; i++) {
    const double *row = gsl_matrix_const_ptr(x, i, 0);
    double terms[MOST_MODES], c[2];
    for (size_t k = 0; k < set->k; k++) {
      set->centre(k, c);
      terms[k] = -0.5 * (gsl_pow_2((row[0] - c[0]) / set->sd) +
                         gsl_pow_2((row[1] - c[1]) / set->sd));
    }
    gsl_vector_set(log_p, i, log_scale + mg_log_sum_exp(set->k, terms));
  }
  return GSL_SUCCESS;
}

static unsigned ring_draw(gsl_rng *rng, double *x) {
  return modes_draw(&ring, rng, x);
}

static int ring_log_density(const gsl_matrix *x, gsl_vector *log_p) {
  return modes_log_density(&ring, x, log_p);
}

static unsigned grid_draw(gsl_rng *rng, double *x) {
  return modes_draw(&grid, rng, x);
}

static int grid_log_density(const gsl_matrix *x, gsl_vector *log_p) {
  return modes_log_density(&grid, x, log_p);
}

static const mode_set *set_of(const char *name) {
  return strcmp(name, ring.name) == 0   ? &ring
         : strcmp(name, grid.name) == 0 ? &grid
                                        : NULL;
}

bool mg_toys_has_modes(const char *name) {
  return set_of(name) != NULL;
}

gsl_matrix *mg_toys_modes(const char *name, double *sd) {
  const mode_set *set = set_of(name);
  if (!set) {
    mg_fail(GSL_EINVAL, "%s has no list of modes: ring and grid have", name);
    return NULL;
  }
  gsl_matrix *centres = gsl_matrix_alloc(set->k, 2);
  if (!centres) {
    mg_fail(GSL_ENOMEM, "no memory for %zu modes", set->k);
    return NULL;
  }
  for (size_t k = 0; k < set->k; k++)
    set->centre(k, gsl_matrix_ptr(centres, k, 0));
  *sd = set->sd;
  return centres;
}

/* ---- checkerboard: the squares (i, j) of 4 x 4 with i + j even -------- */

static unsigned checkerboard_draw(gsl_rng *rng, double *x) {
  const unsigned long square = gsl_rng_uniform_int(rng, 8);
  const unsigned long i = square / 2, j = 2 * (square % 2) + i % 2;
  x[0] = 2 * ((double)i + gsl_rng_uniform(rng)) - 4;
  x[1] = 2 * ((double)j + gsl_rng_uniform(rng)) - 4;
  return 0;
}

static int checkerboard_log_density(const gsl_matrix *x, gsl_vector *log_p) {
  if (check_shapes(x, log_p, 2) != GSL_SUCCESS)
    return GSL_EBADLEN;
  for (size_t n = 0; n < x->size1; n++) {
    const double i = floor((gsl_matrix_get(x, n, 0) + 4) / 2);
    const double j = floor((gsl_matrix_get(x, n, 1) + 4) / 2);
    const bool inside = i >= 0 && i < 4 && j >= 0 && j < 4;
    const bool dark = inside && fmod(i + j, 2) == 0;
    gsl_vector_set(log_p, n, dark ? -log(32) : -INFINITY);
  }
  return GSL_SUCCESS;
}

/* ---- heights, centimetres --------------------------------------------- */

static const double height_mean[2] = {162.94, 175.58}; /* woman, man */
static const double height_sd[2] = {6.36, 6.68};

static unsigned heights_draw(gsl_rng *rng, double *x) {
  const unsigned long k = gsl_rng_uniform_int(rng, 2);
  x[0] = height_mean[k] + gsl_ran_gaussian_ziggurat(rng, height_sd[k]);
  return (unsigned)k;
}

static int heights_log_density(const gsl_matrix *x, gsl_vector *log_p) {
  if (check_shapes(x, log_p, 1) != GSL_SUCCESS)
    return GSL_EBADLEN;
  for (size_t i = 0; i < x->size1; i++) {
    double term[2];
    for (size_t k = 0; k < 2; k++) {
      const double u =
          (gsl_matrix_get(x, i, 0) - height_mean[k]) / height_sd[k];
      term[k] = -MG_LN_2 - MG_LN_2PI / 2 - log(height_sd[k]) - u * u / 2;
    }
    gsl_vector_set(log_p, i, mg_log_add_exp(term[0], term[1]));
  }
  return GSL_SUCCESS;
}

/* ---- curves with noise ------------------------------------------------ */

static void add_noise(gsl_rng *rng, double *x, size_t dim, double sd) {
  for (size_t d = 0; d < dim; d++)
    x[d] += gsl_ran_gaussian_ziggurat(rng, sd);
}

static unsigned moons_draw(gsl_rng *rng, double *x) {
  const unsigned long k = gsl_rng_uniform_int(rng, 2);
  const double t = M_PI * gsl_rng_uniform(rng);
  x[0] = k == 0 ? cos(t) : 1 - cos(t);
  x[1] = k == 0 ? sin(t) : 0.5 - sin(t);
  add_noise(rng, x, 2, 0.1);
  return (unsigned)k;
}

/* An arm is a flat Gaussian at radius 1, turned the more the farther out. */
static unsigned pinwheel_draw(gsl_rng *rng, double *x) {
  const unsigned long k = gsl_rng_uniform_int(rng, 5);
  const double out = 1 + gsl_ran_gaussian_ziggurat(rng, 0.3);
  const double side = gsl_ran_gaussian_ziggurat(rng, 0.1);
  const double angle = 2 * M_PI * (double)k / 5 + 0.25 * exp(out);
  x[0] = 2 * (out * cos(angle) - side * sin(angle));
  x[1] = 2 * (out * sin(angle) + side * cos(angle));
  return (unsigned)k;
}

/* The root spreads the points evenly over the length of an arm. */
static unsigned spiral_draw(gsl_rng *rng, double *x) {
  const unsigned long k = gsl_rng_uniform_int(rng, 2);
  const double t = 3 * M_PI * sqrt(gsl_rng_uniform(rng));
  const double radius = (k == 0 ? t : -t) / 3;
  x[0] = radius * cos(t);
  x[1] = radius * sin(t);
  add_noise(rng, x, 2, 0.1);
  return (unsigned)k;
}

static unsigned swiss_draw(gsl_rng *rng, double *x) {
  const double t = 1.5 * M_PI * (1 + 2 * gsl_rng_uniform(rng));
  x[0] = t * cos(t);
  x[1] = 21 * gsl_rng_uniform(rng);
  x[2] = t * sin(t);
  add_noise(rng, x, 3, 0.1);
  return 0;
}

/* ---- the table --------------------------------------------------------- */

/* Entropies in nats: [toys.2] with log 8, log 25 and 1 + log(2 pi), then
 * log 32, then the quadrature. */
static const toy toys[] = {
    {"ring",
     "drawn: 8 Gaussians (PacGAN's ring)",
     2,
     {0},
     8,
     ring_draw,
     {ring_log_density, -4.293021763887}},
    {"grid",
     "drawn: 25 Gaussians (PacGAN's grid)",
     2,
     {0},
     25,
     grid_draw,
     {grid_log_density, 0.065288344170}},
    {"checkerboard",
     "drawn: uniform on 8 squares",
     2,
     {0},
     0,
     checkerboard_draw,
     {checkerboard_log_density, 3.465735902800}},
    {"heights",
     "drawn: stature in cm, after Gordon et al. (1989)",
     1,
     {"woman", "man"},
     2,
     heights_draw,
     {heights_log_density, 3.616525738349}},
    {"moons",
     "drawn: two half circles (scikit-learn's moons)",
     2,
     {0},
     2,
     moons_draw,
     {NULL, NAN}},
    {"pinwheel",
     "drawn: 5 bent arms (Johnson et al. 2016)",
     2,
     {0},
     5,
     pinwheel_draw,
     {NULL, NAN}},
    {"spiral",
     "drawn: two arms of Archimedes' spiral",
     2,
     {0},
     2,
     spiral_draw,
     {NULL, NAN}},
    {"swiss",
     "drawn: a rolled sheet (Tenenbaum et al. 2000)",
     3,
     {0},
     0,
     swiss_draw,
     {NULL, NAN}},
};

static const toy *toy_find(const char *name) {
  for (size_t i = 0; i < sizeof toys / sizeof *toys; i++)
    if (strcmp(name, toys[i].name) == 0)
      return &toys[i];
  mg_fail(GSL_EINVAL, "no toy is called '%s'", name);
  return NULL;
}

/* Draws all rows; the stream's name holds the toy's. */
static int toy_fill(const toy *which, mg_dataset *data, unsigned long seed) {
  char stream[32];
  snprintf(stream, sizeof stream, "toys/%s", which->name);
  gsl_rng *rng = mg_stream_alloc(seed, stream, 0);
  if (!rng)
    return mg_fail(GSL_ENOMEM, "no memory for a random generator");
  for (size_t i = 0; i < data->n; i++) {
    const unsigned label = which->draw(rng, gsl_matrix_ptr(data->reals, i, 0));
    if (data->labels)
      data->labels[i] = label;
  }
  gsl_rng_free(rng);
  return GSL_SUCCESS;
}

mg_dataset *mg_toys_draw(const char *name, size_t n, unsigned long seed) {
  const toy *which = toy_find(name);
  if (!which)
    return NULL;
  const mg_space space = {
      .dim = which->dim, .measure = MG_REALS, .classes = which->n_classes};
  mg_dataset *data = mg_dataset_alloc(name, &space, n);
  if (!data)
    return NULL;
  data->truth = which->truth;
  const bool named = which->classes[0] != NULL;
  if (mg_dataset_describe(data, name, which->source) ||
      (named && mg_dataset_set_class_names(data, which->classes)) ||
      toy_fill(which, data, seed) || mg_dataset_split(data, "0.5/0.25/0.25")) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}
