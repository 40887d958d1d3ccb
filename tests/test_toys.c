/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Toys: what is said to be true of them, checked without them. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "data/toys.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(toys, .init = setup);

static const char *const names[] = {"ring",    "grid",  "checkerboard",
                                    "heights", "moons", "pinwheel",
                                    "spiral",  "swiss"};
enum { NAMES = sizeof names / sizeof *names, TRUE_NAMES = 4 };

static mg_dataset *draw(const char *name, size_t n, unsigned long seed) {
  mg_dataset *data = mg_toys_draw(name, n, seed);
  cr_assert_not_null(data, "%s: %s", name, mg_reason());
  return data;
}

/* log p at one point of a toy. */
static double log_density_at(const mg_dataset *data, const double *point) {
  gsl_matrix_const_view x =
      gsl_matrix_const_view_array(point, 1, data->space.dim);
  double value = NAN;
  gsl_vector_view log_p = gsl_vector_view_array(&value, 1);
  cr_assert_eq(data->truth.log_density(&x.matrix, &log_p.vector), 0,
               "log density: %s", mg_reason());
  return value;
}

/* Numbers from outside: closed forms, and quadrature for heights. */
Test(toys, entropies_are_those_published) {
  const double expected[] = {-4.293022, 0.065288, 3.465736, 3.616526};
  for (int i = 0; i < TRUE_NAMES; i++) {
    mg_dataset *data = draw(names[i], 1, 1);
    cr_assert_float_eq(data->truth.entropy, expected[i], 1e-6, "%s: %.9f",
                       names[i], data->truth.entropy);
    mg_dataset_free(data);
  }
}

/* The mean of -log p over 20000 draws is the entropy, within 6.1 standard
 * errors: it fails when the draws, the density or the entropy are wrong. */
Test(toys, draws_have_the_entropy_of_their_truth) {
  enum { N = 20000 };
  gsl_vector *log_p = gsl_vector_alloc(N);
  for (int i = 0; i < TRUE_NAMES; i++) {
    mg_dataset *data = draw(names[i], N, 11);
    mg_tally tally;
    cr_assert_eq(data->truth.log_density(data->reals, log_p), 0, "%s",
                 mg_reason());
    mg_tally_values(N, log_p->data, log_p->stride, &tally);
    cr_assert_leq(fabs(tally.mean + data->truth.entropy),
                  6.1 * tally.std_error + 1e-12,
                  "%s: mean -log p %.5f +- %.5f, entropy %.5f", names[i],
                  -tally.mean, tally.std_error, data->truth.entropy);
    mg_dataset_free(data);
  }
  gsl_vector_free(log_p);
}

/* exp(log p) over a box around one mode, by a product of trapezoid rules,
 * which for a Gaussian is exact to rounding. */
static double mass_around(const mg_dataset *data, const double *centre,
                          double sd) {
  double mass = 0;
  for (int i = -40; i <= 40; i++)
    for (int j = -40; j <= 40; j++) {
      const double point[] = {centre[0] + i * sd / 5, centre[1] + j * sd / 5};
      mass += exp(log_density_at(data, point)) * sd * sd / 25;
    }
  return mass;
}

static void assert_modes(const char *name, size_t modes, double expected_sd) {
  double sd;
  gsl_matrix *centres = mg_toys_modes(name, &sd);
  cr_assert_not_null(centres, "%s: %s", name, mg_reason());
  cr_assert_eq(centres->size1, modes, "%s: %zu modes", name, centres->size1);
  cr_assert_eq(sd, expected_sd, "%s: sd %g", name, sd);
  mg_dataset *data = draw(name, 2000, 5);
  for (size_t k = 0; k < modes; k++) {
    const double mass = mass_around(data, gsl_matrix_ptr(centres, k, 0), sd);
    cr_assert_float_eq(mass, 1 / (double)modes, 1e-12, "%s mode %zu: %.15f",
                       name, k, mass);
  }
  for (size_t i = 0; i < data->n; i++)
    for (size_t d = 0; d < 2; d++) {
      const double off = gsl_matrix_get(data->reals, i, d) -
                         gsl_matrix_get(centres, data->labels[i], d);
      cr_assert_lt(fabs(off), 6.1 * sd, "%s row %zu is far from its mode", name,
                   i);
    }
  mg_dataset_free(data);
  gsl_matrix_free(centres);
}

Test(toys, ring_has_8_equal_modes) {
  assert_modes("ring", 8, 0.01);
}

Test(toys, grid_has_25_equal_modes) {
  assert_modes("grid", 25, 0.05);
}

Test(toys, ring_modes_lie_on_the_unit_circle_and_grid_modes_2_apart) {
  double sd;
  gsl_matrix *ring = mg_toys_modes("ring", &sd);
  gsl_matrix *grid = mg_toys_modes("grid", &sd);
  for (size_t k = 0; k < 8; k++)
    cr_assert_float_eq(
        hypot(gsl_matrix_get(ring, k, 0), gsl_matrix_get(ring, k, 1)), 1, 1e-15,
        "mode %zu", k);
  cr_assert_float_eq(gsl_matrix_get(ring, 1, 0), M_SQRT1_2, 1e-15, "45 deg");
  cr_assert_eq(gsl_matrix_get(grid, 0, 0), -4.0, "first mode");
  cr_assert_eq(gsl_matrix_get(grid, 24, 1), 4.0, "last mode");
  cr_assert_eq(gsl_matrix_get(grid, 8, 0), 2.0, "mode 8 is (2, -2)");
  cr_assert_null(mg_toys_modes("moons", &sd), "moons have modes");
  gsl_matrix_free(ring);
  gsl_matrix_free(grid);
}

Test(toys, checkerboard_is_uniform_on_8_squares) {
  mg_dataset *data = draw("checkerboard", 4000, 3);
  int dark = 0;
  for (int i = -6; i < 6; i++)
    for (int j = -6; j < 6; j++) {
      /* the middles of a lattice of step 1, 2 x 2 of them a square */
      const double point[] = {i + 0.5, j + 0.5};
      const double log_p = log_density_at(data, point);
      cr_assert(log_p == -log(32) || log_p == -INFINITY, "log p is %g", log_p);
      dark += log_p > -INFINITY;
    }
  cr_assert_eq(dark, 32, "the support has area %d", dark);
  double seen[4][4] = {{0}};
  for (size_t n = 0; n < data->n; n++) {
    const double *x = gsl_matrix_const_ptr(data->reals, n, 0);
    cr_assert_gt(log_density_at(data, x), -INFINITY, "row %zu is outside", n);
    seen[(int)floor(x[0] / 2) + 2][(int)floor(x[1] / 2) + 2]++;
  }
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++)
      cr_assert_leq(fabs(seen[i][j] - ((i + j) % 2 == 0 ? 500 : 0)),
                    6.1 * sqrt(4000 * (1 / 8.0) * (7 / 8.0)),
                    "square %d %d has %g rows", i, j, seen[i][j]);
  mg_dataset_free(data);
}

static double heights_density(double x, void *data) {
  return exp(log_density_at(data, &x));
}

static double heights_entropy_density(double x, void *data) {
  const double log_p = log_density_at(data, &x);
  return -exp(log_p) * log_p;
}

static double integrate(double (*f)(double, void *), mg_dataset *data) {
  gsl_integration_workspace *space = gsl_integration_workspace_alloc(200);
  gsl_function function = {f, data};
  double value, error;
  gsl_integration_qag(&function, 80, 260, 1e-11, 1e-11, 200, GSL_INTEG_GAUSS31,
                      space, &value, &error);
  gsl_integration_workspace_free(space);
  return value;
}

Test(toys, heights_integrate_to_one_and_to_their_entropy) {
  mg_dataset *data = draw("heights", 10, 1);
  const double mass = integrate(heights_density, data);
  const double entropy = integrate(heights_entropy_density, data);
  cr_assert_float_eq(mass, 1, 1e-9, "mass %.12f", mass);
  cr_assert_float_eq(entropy, data->truth.entropy, 1e-9, "entropy %.12f",
                     entropy);
  mg_dataset_free(data);
}

/* One hump, though there are two groups. */
Test(toys, heights_have_one_hump) {
  mg_dataset *data = draw("heights", 10, 1);
  int humps = 0;
  for (double x = 120.05; x < 220; x += 0.1) {
    const double left = heights_density(x - 0.1, data);
    const double here = heights_density(x, data);
    humps += here > left && here > heights_density(x + 0.1, data);
  }
  cr_assert_eq(humps, 1, "%d humps", humps);
  mg_dataset_free(data);
}

/* Gordon et al. (1989): women 162.94 sd 6.36, men 175.58 sd 6.68. */
Test(toys, heights_have_their_groups_means) {
  const double mean[] = {162.94, 175.58}, sd[] = {6.36, 6.68};
  mg_dataset *data = draw("heights", 20000, 2);
  double sum[2] = {0}, count[2] = {0};
  for (size_t i = 0; i < data->n; i++) {
    sum[data->labels[i]] += gsl_matrix_get(data->reals, i, 0);
    count[data->labels[i]]++;
  }
  for (int k = 0; k < 2; k++)
    cr_assert_leq(fabs(sum[k] / count[k] - mean[k]),
                  6.1 * sd[k] / sqrt(count[k]), "%s: mean %g",
                  data->class_names[k], sum[k] / count[k]);
  cr_assert_leq(fabs(count[0] - 10000), 6.1 * sqrt(5000.0), "%g women",
                count[0]);
  cr_assert_str_eq(data->class_names[0], "woman", "class 0");
  cr_assert_str_eq(data->class_names[1], "man", "class 1");
  mg_dataset_free(data);
}

/* Distance from the curve a row was drawn around, by a fine walk along it. */
static double distance_to_moon(const double *x, unsigned k) {
  double best = INFINITY;
  for (int i = 0; i <= 3000; i++) {
    const double t = M_PI * i / 3000;
    const double c[] = {k ? 1 - cos(t) : cos(t), k ? 0.5 - sin(t) : sin(t)};
    best = fmin(best, hypot(x[0] - c[0], x[1] - c[1]));
  }
  return best;
}

Test(toys, moons_lie_around_their_half_circles) {
  mg_dataset *data = draw("moons", 500, 4);
  for (size_t i = 0; i < data->n; i++) {
    const double off = distance_to_moon(gsl_matrix_const_ptr(data->reals, i, 0),
                                        data->labels[i]);
    cr_assert_lt(off, 0.1 * 6.1 * M_SQRT2, "row %zu is %g off", i, off);
  }
  mg_dataset_free(data);
}

/* x -> -x carries one arm of the spiral into the other, and an angle of 72
 * degrees an arm of the pinwheel into the next: so the means of the arms are
 * those of arm 0, turned. */
static void assert_arms_turn(const char *name, size_t arms) {
  mg_dataset *data = draw(name, 20000, 6);
  double mean[5][2] = {{0}}, count[5] = {0}, spread = 0;
  for (size_t i = 0; i < data->n; i++) {
    const double *x = gsl_matrix_const_ptr(data->reals, i, 0);
    const double turn = 2 * M_PI * data->labels[i] / (double)arms;
    mean[data->labels[i]][0] += x[0] * cos(turn) + x[1] * sin(turn);
    mean[data->labels[i]][1] += x[1] * cos(turn) - x[0] * sin(turn);
    count[data->labels[i]]++;
    spread += x[0] * x[0] + x[1] * x[1];
  }
  spread = sqrt(spread / (double)data->n); /* at least the sd of an arm */
  for (size_t k = 1; k < arms; k++)
    for (int d = 0; d < 2; d++)
      cr_assert_leq(fabs(mean[k][d] / count[k] - mean[0][d] / count[0]),
                    6.1 * spread * sqrt(1 / count[k] + 1 / count[0]),
                    "%s: arm %zu, coordinate %d", name, k, d);
  mg_dataset_free(data);
}

Test(toys, spiral_and_pinwheel_turn_into_themselves) {
  assert_arms_turn("spiral", 2);
  assert_arms_turn("pinwheel", 5);
}

/* Radius is t / 3 = angle / 3 up to noise: the arm is Archimedes'. */
Test(toys, spiral_arms_grow_with_their_angle) {
  mg_dataset *data = draw("spiral", 2000, 8);
  for (size_t i = 0; i < data->n; i++) {
    const double *x = gsl_matrix_const_ptr(data->reals, i, 0);
    double best = INFINITY;
    const double sign = data->labels[i] ? -1 : 1;
    for (double t = 0; t <= 3 * M_PI; t += 0.005)
      best = fmin(best, hypot(x[0] - sign * t / 3 * cos(t),
                              x[1] - sign * t / 3 * sin(t)));
    cr_assert_lt(best, 0.1 * 6.1 * M_SQRT2 + 0.01, "row %zu is %g off", i,
                 best);
  }
  mg_dataset_free(data);
}

Test(toys, swiss_lies_on_its_roll) {
  mg_dataset *data = draw("swiss", 2000, 9);
  for (size_t i = 0; i < data->n; i++) {
    const double *x = gsl_matrix_const_ptr(data->reals, i, 0);
    double best = INFINITY;
    for (double t = 1.5 * M_PI; t <= 4.5 * M_PI; t += 0.005)
      best = fmin(best, hypot(x[0] - t * cos(t), x[2] - t * sin(t)));
    cr_assert_lt(best, 0.1 * 6.1 * M_SQRT2 + 0.05, "row %zu is %g off", i,
                 best);
    cr_assert(x[1] > -0.61 && x[1] < 21.61, "row %zu: height %g", i, x[1]);
  }
  mg_dataset_free(data);
}

Test(toys, seeds_streams_and_sizes) {
  for (int i = 0; i < NAMES; i++) {
    mg_dataset *a = draw(names[i], 40, 1), *b = draw(names[i], 400, 1);
    mg_dataset *c = draw(names[i], 40, 2);
    const size_t bytes = 40 * a->space.dim * sizeof(double);
    cr_assert_eq(memcmp(a->reals->data, b->reals->data, bytes), 0,
                 "%s: a larger draw begins otherwise", names[i]);
    cr_assert_neq(memcmp(a->reals->data, c->reals->data, bytes), 0,
                  "%s: the seed does not matter", names[i]);
    cr_assert_eq(mg_dataset_part(b, MG_TRAIN).n, 200, "%s: train", names[i]);
    cr_assert_eq(mg_dataset_part(b, MG_TEST).n, 100, "%s: test", names[i]);
    cr_assert_eq(i < TRUE_NAMES, b->truth.log_density != NULL, "%s: truth",
                 names[i]);
    cr_assert_eq(i < TRUE_NAMES, !isnan(b->truth.entropy), "%s: entropy",
                 names[i]);
    mg_dataset_free(a);
    mg_dataset_free(b);
    mg_dataset_free(c);
  }
}

Test(toys, draws_come_from_the_stream_of_the_toy) {
  mg_dataset *data = draw("checkerboard", 20, 7);
  gsl_rng *rng = mg_stream_alloc(7, "toys/checkerboard", 0);
  for (size_t i = 0; i < data->n; i++) {
    const double column = (double)(gsl_rng_uniform_int(rng, 8) / 2);
    const double x = 2 * (column + gsl_rng_uniform(rng)) - 4;
    gsl_rng_uniform(rng);
    cr_assert_eq(gsl_matrix_get(data->reals, i, 0), x, "row %zu", i);
  }
  gsl_rng_free(rng);
  mg_dataset_free(data);
}

Test(toys, refusals) {
  cr_assert_null(mg_toys_draw("rings", 5, 1), "no toy is called rings");
  cr_assert(strstr(mg_reason(), "rings"), "reason: %s", mg_reason());
  cr_assert_null(mg_toys_draw("ring", 0, 1), "no rows");
  mg_dataset *data = draw("ring", 3, 1);
  gsl_vector *short_one = gsl_vector_alloc(2);
  cr_assert_eq(data->truth.log_density(data->reals, short_one), GSL_EBADLEN,
               "a short vector passed");
  mg_dataset_free(data);
  data = draw("heights", 2, 1);
  gsl_matrix *wide = gsl_matrix_calloc(2, 2);
  cr_assert_eq(data->truth.log_density(wide, short_one), GSL_EBADLEN,
               "a wide matrix passed");
  gsl_matrix_free(wide);
  gsl_vector_free(short_one);
  mg_dataset_free(data);
}
