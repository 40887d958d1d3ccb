/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a PixelCNN learns; built with the library and, with its sources and the
 * networks' in double, where the gradient is held against differences. */
#include "pixelcnn.h"

#include "nets/gradcheck.h"

#ifdef MG_REAL_DOUBLE

/* The objective with the walker moved along v by k h. */
static double moved(mg_pixelcnn *p, const gsl_matrix *x, const double *at,
                    const double *v, size_t k, double h, mg_stats *stats) {
  mg_gradcheck_move(p->numbers, at, k, h, v, p->ascent.theta);
  cr_assert_eq(image_gathered(p, x, 3, stats), GSL_SUCCESS, "%s", mg_reason());
  return gsl_vector_get(stats->sums, 0);
}

/* A relu that bends between two points of a difference spoils that direction: a
 * few may be; with a wrong gradient all are. */
static void expect_gradient(const mg_space *space,
                            const mg_pixelcnn_options *o) {
  gsl_matrix *x = image_rows(space, 3);
  mg_pixelcnn *p = image_begun(space, o, x);
  mg_stats stats = image_stats(p, 3), other = image_stats(p, 3);
  double *v = calloc(p->numbers, sizeof *v);
  double *at = malloc(p->numbers * sizeof *at);
  gsl_rng *rng = mg_stream_alloc(2, "test/pixelcnn/gradient", 0);
  memcpy(at, p->ascent.theta, p->numbers * sizeof *at);
  cr_assert_eq(image_gathered(p, x, 3, &stats), GSL_SUCCESS, "%s", mg_reason());
  int spoilt = 0;
  for (int repeat = 0; repeat < 12; repeat++) {
    double f[MG_GRADCHECK_POINTS];
    mg_gradcheck_direction(rng, p->numbers, v);
    for (size_t k = 0; k < MG_GRADCHECK_POINTS; k++)
      f[k] = moved(p, x, at, v, k, 1e-5, &other);
    const double error =
        mg_gradcheck_error(p->numbers, stats.gradient, v, 1e-5, f);
    spoilt += !(error <= 1e-8);
  }
  cr_expect_leq(spoilt, 3, "%s, dropout %g: %d of 12 directions are wrong",
                kind_name[o->kind], o->dropout, spoilt);
  gsl_rng_free(rng);
  free(v);
  free(at);
  image_stats_free(&stats);
  image_stats_free(&other);
  image_free(p);
  gsl_matrix_free(x);
}

Test(pixelcnn_fit, gradients_are_the_differences) {
  const mg_space bits = image_space(2, 5, 4), shades = image_space(4, 4, 4);
  for (int kind = 0; kind < 3; kind++) {
    mg_pixelcnn_options o = image_options(&bits, (mg_pixelcnn_kind)kind);
    expect_gradient(&bits, &o);
    o.dropout = 0.3;
    o.climb.averaging = 0.9;
    o.shifts = 0.5;
    expect_gradient(&shades, &o);
  }
}

#endif

/* Sum, gradient and step are the same bytes for any number of threads. */
Test(pixelcnn_fit, threads) {
  const mg_space space = image_space(2, 12, 12);
  gsl_matrix *x = image_rows(&space, 40);
  for (int kind = 0; kind < 3; kind++) {
    mg_pixelcnn_options o = image_options(&space, (mg_pixelcnn_kind)kind);
    o.dropout = 0.2;
    mg_pixelcnn *p = image_begun(&space, &o, x);
    mg_stats one = image_stats(p, 40), more = image_stats(p, 40);
    image_gathered(p, x, 1, &one);
    for (size_t threads = 2; threads <= 4; threads += 2) {
      more.threads = threads;
      image_gathered(p, x, 1, &more);
      cr_expect_eq(one.sums->data[0], more.sums->data[0],
                   "%s, %zu threads: another sum", kind_name[kind], threads);
      cr_expect_eq(memcmp(one.gradient, more.gradient,
                          p->numbers * sizeof *one.gradient),
                   0, "%s, %zu threads: another gradient", kind_name[kind],
                   threads);
    }
    image_stats_free(&one);
    image_stats_free(&more);
    image_free(p);
  }
  gsl_matrix_free(x);
}

/* What is climbed is log p. */
Test(pixelcnn_fit, objective) {
  const mg_space space = image_space(4, 5, 5);
  gsl_matrix *x = image_rows(&space, 50);
  gsl_vector *log_p = gsl_vector_alloc(50);
  const mg_pixelcnn_options o = image_options(&space, MG_PIXELCNN_RESIDUAL);
  mg_pixelcnn *p = image_begun(&space, &o, x);
  mg_stats stats = image_stats(p, 50);
  double sum = 0;
  image_gathered(p, x, 1, &stats);
  mg_pixelcnn_log_density(p, x, log_p);
  for (size_t i = 0; i < 50; i++)
    sum += gsl_vector_get(log_p, i);
  cr_expect_float_eq(stats.sums->data[0], sum, 1e-5 * fabs(sum), "%g, not %g",
                     stats.sums->data[0], sum);
  image_stats_free(&stats);
  image_free(p);
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
}

/* With shifts 1 a datum is one of its eight neighbours, and each comes up. */
Test(pixelcnn_fit, shifts) {
  const mg_space space = image_space(2, 4, 4);
  gsl_matrix *x = gsl_matrix_calloc(1, 16), *all = gsl_matrix_calloc(9, 16);
  gsl_vector *log_p = gsl_vector_alloc(9);
  const size_t lit[] = {5, 6, 9};
  for (size_t i = 0; i < 3; i++) {
    gsl_matrix_set(x, 0, lit[i], 1);
    for (size_t m = 0; m < 9; m++)
      gsl_matrix_set(all, m, lit[i] + 4 * (m / 3) + m % 3 - 5, 1);
  }
  mg_pixelcnn_options o = image_options(&space, MG_PIXELCNN_RESIDUAL);
  o.shifts = 1;
  mg_pixelcnn *p = image_begun(&space, &o, all);
  mg_stats stats = image_stats(p, 1);
  mg_pixelcnn_log_density(p, all, log_p);
  unsigned seen = 0;
  for (unsigned long seed = 0; seed < 200; seed++) {
    unsigned is = 0;
    image_gathered(p, x, seed, &stats);
    for (size_t m = 0; m < 9; m++)
      if (fabs(stats.sums->data[0] - gsl_vector_get(log_p, m)) < 1e-5)
        is |= 1u << m;
    cr_assert(is, "seed %lu: %g is no neighbour's", seed, stats.sums->data[0]);
    seen |= is;
  }
  cr_expect_eq(seen, 0x1efu, "moves %x were seen", seen);
  image_stats_free(&stats);
  image_free(p);
  gsl_matrix_free(x);
  gsl_matrix_free(all);
  gsl_vector_free(log_p);
}

/* The model is the mean of where the steps were; the first keeps 2/11 of where
 * it began. */
Test(pixelcnn_fit, averaging) {
  const mg_space space = image_space(2, 4, 4);
  gsl_matrix *x = image_rows(&space, 8);
  mg_pixelcnn_options o = image_options(&space, MG_PIXELCNN_PLAIN);
  o.climb.averaging = 0.5;
  mg_pixelcnn *p = image_begun(&space, &o, x);
  mg_stats stats = image_stats(p, 8);
  mg_real *old = malloc(p->numbers * sizeof *old);
  mg_report report;
  double keep = 2.0 / 11;
  for (int step = 0; step < 12;
       step++, keep = fmin(0.5, (step + 2.0) / (11.0 + step))) {
    memcpy(old, p->ascent.model, p->numbers * sizeof *old);
    image_gathered(p, x, 1, &stats);
    cr_assert_eq(mg_pixelcnn_type.update(p, &stats, &report), GSL_SUCCESS, "%s",
                 mg_reason());
    cr_expect(isnan(report.log_likelihood), "it is not the model's");
    for (size_t i = 0; i < p->numbers; i += 17) {
      const double due =
          keep * (double)old[i] + (1 - keep) * (double)p->ascent.theta[i];
      cr_assert_float_eq((double)p->ascent.model[i], due,
                         1e-6 * (1 + fabs(due)),
                         "step %d, number %zu: %g not %g", step, i,
                         (double)p->ascent.model[i], due);
    }
  }
  free(old);
  image_stats_free(&stats);
  image_free(p);
  gsl_matrix_free(x);
}

/* A weight decay shrinks before the step. */
Test(pixelcnn_fit, weight_decay) {
  const mg_space space = image_space(2, 4, 4);
  gsl_matrix *x = image_rows(&space, 8);
  mg_pixelcnn_options o = image_options(&space, MG_PIXELCNN_PLAIN);
  mg_pixelcnn *p = image_begun(&space, &o, x);
  o.climb.weight_decay = 10;
  mg_pixelcnn *q = image_begun(&space, &o, x);
  mg_stats stats = image_stats(p, 8);
  mg_report report;
  const double before = (double)p->ascent.model[5];
  image_gathered(p, x, 1, &stats);
  mg_pixelcnn_type.update(p, &stats, &report);
  mg_pixelcnn_type.update(q, &stats, &report);
  cr_expect_float_eq((double)q->ascent.model[5],
                     (double)p->ascent.model[5] - 10 * o.climb.rate * before,
                     1e-6, "%g after %g", (double)q->ascent.model[5],
                     (double)p->ascent.model[5]);
  image_stats_free(&stats);
  image_free(p);
  image_free(q);
  gsl_matrix_free(x);
}

/* ---- what is not finite ---- */

Test(pixelcnn_fit, the_layer_of_a_nan_is_named) {
  const mg_space space = image_space(2, 4, 4);
  gsl_matrix *x = image_rows(&space, 8);
  const mg_pixelcnn_options o = image_options(&space, MG_PIXELCNN_PLAIN);
  mg_pixelcnn *p = image_begun(&space, &o, x);
  mg_stats stats = image_stats(p, 8);
  const mg_layer *third = mg_net_layer(p->net, 2);
  p->ascent.theta[third->theta + 1] = (mg_real)NAN;
  cr_expect_eq(image_gathered(p, x, 1, &stats), GSL_EDOM, "a NaN passed");
  cr_expect(strstr(mg_reason(), "pixelcnn, layer 3 (masked): parameter 2 is"),
            "%s", mg_reason());
  const mg_layer *last = mg_net_layer(p->net, mg_net_layers(p->net) - 1);
  p->ascent.theta[third->theta + 1] = 0;
  for (size_t i = 0; i + 1 < last->parameters; i++)
    p->ascent.theta[last->theta + i] =
        (mg_real)((i % 2 ? -1 : 1) * (sizeof(mg_real) == 8 ? 1e307 : 2e37));
  const int status = image_gathered(p, x, 1, &stats);
  cr_expect_eq(status, GSL_EDOM, "a wild net passed");
  cr_expect(strstr(mg_reason(), "pixelcnn, layer"), "%s", mg_reason());
  image_stats_free(&stats);
  image_free(p);
  gsl_matrix_free(x);
}
