/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thermodynamic integration where the whole curve is known: z ~ N(0, 1),
 * x | z ~ N(z, 1), x = 1.  At b the law of z is N(b / (1 + b), 1 / (1 + b)), so
 *
 *     E_b U = -(m^2 + s + log 2 pi) / 2,   Var_b U = s^2 / 2 + m^2 s
 *
 * with m = s = 1 / (1 + b) the mean and variance of 1 - z. */
#include "eval/thermodynamic.h"

#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "base/status.h"
#include "normal_target.h"

enum { T = 30, WALKERS = 500, MANY = 20000, FEW = 5 };

/* From its prior to a target over as many coordinates. */
static mg_target prior_of(size_t dim) {
  mg_target base = normal_target(dim);
  base.log_density = normal_log_prior;
  return base;
}

static mg_thermodynamic walked_by(size_t walkers, size_t temperatures,
                                  unsigned long seed, size_t threads) {
  const mg_target base = prior_of(1), joint = normal_target(1);
  const mg_path path = {.base = &base, .joint = &joint, .gradient = true};
  mg_thermodynamic t = {.b = NULL};
  cr_assert_eq(mg_thermodynamic_init(&t, temperatures), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_thermodynamic_walk(&t, &path, walkers, 8, 5, seed, threads),
               GSL_SUCCESS, "%s", mg_reason());
  return t;
}

static mg_thermodynamic walked(size_t temperatures, unsigned long seed,
                               size_t threads) {
  return walked_by(WALKERS, temperatures, seed, threads);
}

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(thermodynamic, .init = quiet);

Test(thermodynamic, the_curve_and_its_slope_are_the_known_ones) {
  mg_thermodynamic t = walked_by(MANY, FEW, 1, 0);
  for (size_t i = 0; i <= FEW; i++) {
    const double s = 1 / (1 + t.b[i]);
    const double mean = -(s * s + s + MG_LN_2PI) / 2;
    const double variance = s * s / 2 + s * s * s;
    /* Moves at one b count for no more than a draw a walker. */
    const double error = sqrt(variance / MANY);
    cr_expect(fabs(t.mean[i] - mean) < 6.1 * error, "b %g: %.4f, truth %.4f",
              t.b[i], t.mean[i], mean);
    /* The fourth moment of U about its mean is below 24 of its squares. */
    cr_expect(
        fabs(t.variance[i] - variance) < 6.1 * variance * sqrt(24. / MANY),
        "b %g: variance %.4f, truth %.4f", t.b[i], t.variance[i], variance);
  }
  mg_thermodynamic_clear(&t);
}

Test(thermodynamic, the_area_is_the_evidence) {
  double z = 0;
  for (unsigned long seed = 0; seed < 20; seed++) {
    mg_thermodynamic t = walked(T, seed, 0);
    cr_expect(fabs(t.value - normal_log_evidence(1)) < 6.1 * t.std_error,
              "%.5f +- %.5f, truth %.5f", t.value, t.std_error,
              normal_log_evidence(1));
    cr_expect(t.std_error < 0.08, "+- %g", t.std_error);
    /* Over 200 seeds its sd is 0.0098. */
    cr_expect(fabs(t.rise) < 0.061, "at rest, but rising by %g", t.rise);
    z += gsl_pow_2((t.value - normal_log_evidence(1)) / t.std_error);
    mg_thermodynamic_clear(&t);
  }
  /* Errors with all of the rise and the correction in them are half as large
   * again as they need be: 0.4 times chi squared of 20, which is below 0.4 or
   * above 60 less than once in 1e9. */
  cr_expect(0.4 < z && z < 60, "sum of squares %g", z);
}

Test(thermodynamic, slopes_correct_the_trapezoid) {
  mg_thermodynamic t = walked(3, 3, 0);
  double correction = 0;
  for (size_t i = 2; i <= 3; i++)
    correction -= gsl_pow_2(t.b[i] - t.b[i - 1]) *
                  (t.variance[i] - t.variance[i - 1]) / 12;
  cr_expect(fabs(t.correction - correction) < 1e-12, "%g, %g", t.correction,
            correction);
  cr_expect(t.correction > 0.01, "the slope falls: %g", t.correction);
  cr_expect(t.std_error > t.correction, "+- %g", t.std_error);
  mg_thermodynamic_clear(&t);
}

/* One step from base to end is importance sampling, without any slope. */
Test(thermodynamic, one_step_is_naive_monte_carlo) {
  mg_thermodynamic t = walked(1, 3, 0);
  /* E w^2 = N(1; 0, 3/2) / (2 sqrt pi). */
  const double square = exp(-1 / 3.) / sqrt(3 * M_PI) / (2 * sqrt(M_PI));
  const double error =
      sqrt((square / exp(2 * normal_log_evidence(1)) - 1) / WALKERS);
  cr_expect_eq(t.correction, 0, "%g", t.correction);
  cr_expect(fabs(t.value - normal_log_evidence(1)) < 6.1 * t.std_error,
            "%.5f +- %.5f, truth %.5f", t.value, t.std_error,
            normal_log_evidence(1));
  cr_expect(fabs(t.std_error / error - 1) < 0.1, "+- %g, known %g", t.std_error,
            error);
  mg_thermodynamic_clear(&t);
}

/* Moves of one leap from a base ten times as wide: the walkers lag, the value
 * is too low, and its error says so. */
static int narrow(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                  gsl_matrix *dz) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0;
    for (size_t i = 0; i < z->size2; i++) {
      const double precision = i ? 1000 : 30;
      const double at = gsl_matrix_get(z, s, i);
      sum += 0.5 * (log(precision) - MG_LN_2PI - precision * at * at);
      if (dz)
        gsl_matrix_set(dz, s, i, -precision * at);
    }
    gsl_vector_set(log_p, s, sum);
  }
  return GSL_SUCCESS;
}

Test(thermodynamic, walkers_that_lag_are_told) {
  enum { DIM = 10 };
  const mg_target from = prior_of(DIM), to = {.name = "narrow",
                                              .dim = DIM,
                                              .log_density = narrow,
                                              .gradient = true};
  const mg_path far = {.base = &from, .joint = &to, .gradient = true};
  mg_thermodynamic t = {.b = NULL};
  cr_assert_eq(mg_thermodynamic_init(&t, T), GSL_SUCCESS);
  cr_assert_eq(mg_thermodynamic_walk(&t, &far, 100, 8, 2, 1, 0), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect(t.value < -1 && t.rise > 0.3, "%g, still rising by %g", t.value,
            t.rise);
  cr_expect(fabs(t.value) < 6.1 * t.std_error, "%g +- %g, truth 0", t.value,
            t.std_error);
  cr_expect(t.std_error > gsl_hypot(t.rise, t.correction), "+- %g",
            t.std_error);
  mg_thermodynamic_clear(&t);
}

Test(thermodynamic, threads_leave_every_number) {
  mg_thermodynamic a = walked(5, 1, 1), b = walked(5, 1, 2);
  cr_expect(a.value == b.value && a.std_error == b.std_error, "%.15g, %.15g",
            a.value, b.value);
  for (size_t i = 0; i <= 5; i++)
    cr_expect(a.mean[i] == b.mean[i] && a.variance[i] == b.variance[i],
              "temperature %zu", i);
  mg_thermodynamic_clear(&a);
  mg_thermodynamic_clear(&b);
}

Test(thermodynamic, the_schedule_is_closest_at_the_base) {
  mg_thermodynamic t = {.b = NULL};
  cr_assert_eq(mg_thermodynamic_init(&t, 10), GSL_SUCCESS);
  cr_expect(t.b[0] == 0 && t.b[10] == 1 && fabs(t.b[5] - 1 / 32.) < 1e-15,
            "ends %g, %g, middle %g", t.b[0], t.b[10], t.b[5]);
  for (size_t i = 2; i <= 10; i++)
    cr_expect(t.b[i] - t.b[i - 1] > t.b[i - 1] - t.b[i - 2], "step %zu", i);
  mg_thermodynamic_clear(&t);
  cr_expect_eq(mg_thermodynamic_init(&t, 0), GSL_EINVAL);
}

Test(thermodynamic, counts_that_make_no_error_are_refused) {
  const mg_target base = prior_of(1), joint = normal_target(1);
  const mg_path path = {.base = &base, .joint = &joint, .gradient = true};
  mg_thermodynamic t = {.b = NULL};
  cr_assert_eq(mg_thermodynamic_init(&t, 2), GSL_SUCCESS);
  cr_expect_eq(mg_thermodynamic_walk(&t, &path, 1, 8, 5, 1, 0), GSL_EINVAL);
  cr_expect_eq(mg_thermodynamic_walk(&t, &path, 8, 3, 5, 1, 0), GSL_EINVAL);
  cr_expect_eq(mg_thermodynamic_walk(&t, &path, 8, 8, 0, 1, 0), GSL_EINVAL);
  mg_thermodynamic_clear(&t);
}
