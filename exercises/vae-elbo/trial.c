/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vae-elbo: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "exercise/exercise.h"
#include "models/vae_objective.h"

/* A parcel is a batch: law N x 2 L, and for N = n data with K draws
 *   of the value     log_p   K x N
 *   of the gradient  noise and dz, both K N x L, row r n + i of draw r. */

/* Numbers as networks have them, in fresh memory; NaN where there are none. */
static mg_real *vae_elbo_reals(const gsl_matrix *m, size_t n) {
  mg_real *reals = malloc(n * sizeof *reals);
  for (size_t i = 0; reals && i < n; i++)
    reals[i] = m ? (mg_real)m->data[i] : (mg_real)NAN;
  return reals;
}

static int vae_elbo_value(mg_function f, const mg_parcel *in, mg_parcel *out) {
  double (*function)(size_t, const mg_real *, size_t, size_t, const double *,
                     double, double *, double *) =
      (double (*)(size_t, const mg_real *, size_t, size_t, const double *,
                  double, double *, double *))f;
  const gsl_matrix *law = mg_parcel_matrix(in, "law");
  const gsl_matrix *log_p = mg_parcel_matrix(in, "log_p");
  const size_t n = law->size1, l = law->size2 / 2;
  gsl_vector *elbo = mg_parcel_add_vector(out, "elbo", n);
  gsl_vector *mean = mg_parcel_add_vector(out, "reconstruction", n);
  gsl_vector *kl = mg_parcel_add_vector(out, "kl", n);
  mg_real *reals = vae_elbo_reals(law, n * 2 * l);
  if (!elbo || !mean || !kl || !reals) {
    free(reals);
    return GSL_ENOMEM;
  }
  for (size_t i = 0; i < n; i++)
    gsl_vector_set(elbo, i,
                   function(l, reals + i * 2 * l, log_p->size1, n,
                            log_p->data + i, mg_parcel_number(in, "beta"),
                            &mean->data[i], &kl->data[i]));
  free(reals);
  return GSL_SUCCESS;
}

static void vae_elbo_slopes(mg_function f, const mg_parcel *in, mg_real *law,
                            mg_real *noise, mg_real *dz, mg_real *d_law) {
  void (*function)(size_t, const mg_real *, size_t, size_t, const mg_real *,
                   const mg_real *, double, mg_real *) =
      (void (*)(size_t, const mg_real *, size_t, size_t, const mg_real *,
                const mg_real *, double, mg_real *))f;
  const gsl_matrix *shape = mg_parcel_matrix(in, "law");
  const size_t n = shape->size1, l = shape->size2 / 2;
  const size_t k = mg_parcel_matrix(in, "dz")->size1 / n;
  for (size_t i = 0; i < n; i++)
    function(l, law + i * 2 * l, k, n, noise + i * l, dz + i * l,
             mg_parcel_number(in, "beta"), d_law + i * 2 * l);
}

static int vae_elbo_gradient(mg_function f, const mg_parcel *in,
                             mg_parcel *out) {
  const gsl_matrix *law = mg_parcel_matrix(in, "law");
  const gsl_matrix *dz = mg_parcel_matrix(in, "dz");
  const size_t numbers = law->size1 * law->size2;
  const size_t rows = dz->size1 * dz->size2;
  gsl_matrix *slopes =
      mg_parcel_add_matrix(out, "d_law", law->size1, law->size2);
  mg_real *reals[] = {
      vae_elbo_reals(law, numbers),
      vae_elbo_reals(mg_parcel_matrix(in, "noise"), rows),
      vae_elbo_reals(dz, rows),
      vae_elbo_reals(NULL, numbers),
  };
  const bool made = slopes && reals[0] && reals[1] && reals[2] && reals[3];
  if (made)
    vae_elbo_slopes(f, in, reals[0], reals[1], reals[2], reals[3]);
  for (size_t i = 0; made && i < numbers; i++)
    slopes->data[i] = (double)reals[3][i];
  for (size_t i = 0; i < 4; i++)
    free(reals[i]);
  return made ? GSL_SUCCESS : GSL_ENOMEM;
}

static int vae_elbo_call(const mg_function *f, const mg_parcel *in,
                         mg_parcel *out) {
  return mg_parcel_find(in, "dz") ? vae_elbo_gradient(f[1], in, out)
                                  : vae_elbo_value(f[0], in, out);
}

/* ---- inputs ---- */

static int vae_elbo_matrix(gsl_rng *rng, const char *name, size_t rows,
                           size_t columns, double mean, double sd,
                           mg_parcel *in) {
  gsl_matrix *m = mg_parcel_add_matrix(in, name, rows, columns);
  for (size_t i = 0; m && i < rows * columns; i++)
    m->data[i] = (double)(float)(mean + gsl_ran_gaussian_ziggurat(rng, sd));
  return m ? GSL_SUCCESS : GSL_ENOMEM;
}

static int vae_elbo_some(gsl_rng *rng, size_t n, size_t k, size_t l,
                         double beta, mg_parcel *in) {
  return mg_parcel_add_number(in, "beta", beta) ||
         vae_elbo_matrix(rng, "law", n, 2 * l, 0.3, 1, in) ||
         vae_elbo_matrix(rng, "log_p", k, n, -20, 5, in);
}

static int vae_elbo_slope(gsl_rng *rng, size_t n, size_t k, size_t l,
                          double beta, double sd, mg_parcel *in) {
  return mg_parcel_add_number(in, "beta", beta) ||
         vae_elbo_matrix(rng, "law", n, 2 * l, 0.3, 1, in) ||
         vae_elbo_matrix(rng, "noise", k * n, l, 0, 1, in) ||
         vae_elbo_matrix(rng, "dz", k * n, l, 0.5 * sd, sd, in);
}

static int vae_elbo_batch(gsl_rng *rng, size_t i, mg_parcel *in) {
  return vae_elbo_some(rng, 1 + i / 2, 1 + i % 4, 1 + i % 3, 1, in);
}

static int vae_elbo_weighed(gsl_rng *rng, size_t i, mg_parcel *in) {
  return vae_elbo_some(rng, 2, 1 + i, 3, 0.25 + 0.5 * (double)i, in);
}

/* A decoder that says nothing: what is left is the pull of the KL. */
static int vae_elbo_pull(gsl_rng *rng, size_t i, mg_parcel *in) {
  return vae_elbo_slope(rng, 1 + i % 2, 1 + i % 3, 1 + i, 1, 0, in);
}

static int vae_elbo_one_draw(gsl_rng *rng, size_t i, mg_parcel *in) {
  return vae_elbo_slope(rng, 1 + i, 1, 1 + i % 3, 1, 1, in);
}

static int vae_elbo_draws(gsl_rng *rng, size_t i, mg_parcel *in) {
  return vae_elbo_slope(rng, 1 + i, 2 + i, 1 + i % 2, 1, 1, in);
}

static int vae_elbo_beta(gsl_rng *rng, size_t i, mg_parcel *in) {
  return vae_elbo_slope(rng, 3, 1 + i, 1 + i, 0.25 + 0.5 * (double)i, 1, in);
}

/* ---- judges ---- */

/* Networks are in float: five digits. */
#define VAE_ELBO_CLOSE 1e-5, 1e-5

static bool vae_elbo_judge_mean(mg_judgement *j, const mg_parcel *in,
                                const mg_parcel *expected,
                                const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "reconstruction"), out,
                       VAE_ELBO_CLOSE);
}

static bool vae_elbo_judge_kl(mg_judgement *j, const mg_parcel *in,
                              const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "kl"), out, VAE_ELBO_CLOSE);
}

static const mg_exercise_test vae_elbo_tests[] = {
    {.expects = "has for reconstruction the mean of log p(x | z) over the "
                "draws of this datum",
     .points = 2,
     .cases = 8,
     .make = vae_elbo_batch,
     .judge = vae_elbo_judge_mean},
    {.expects = "has the KL of q(z | x) from the standard Gaussian, in closed "
                "form, summed over z",
     .points = 2,
     .cases = 8,
     .make = vae_elbo_batch,
     .judge = vae_elbo_judge_kl},
    {.expects = "is reconstruction less beta times KL, which itself is told "
                "without its weight",
     .points = 2,
     .cases = 4,
     .make = vae_elbo_weighed,
     .relative = 1e-5,
     .absolute = 1e-5},
    {.expects = "has a gradient that pulls the code to the prior, where log "
                "p(x | z) does not depend on z",
     .points = 2,
     .cases = 4,
     .make = vae_elbo_pull,
     .relative = 1e-5,
     .absolute = 1e-5},
    {.expects =
         "has a gradient that goes through z = mu + sigma e, of one draw",
     .points = 2,
     .cases = 4,
     .make = vae_elbo_one_draw,
     .relative = 1e-5,
     .absolute = 1e-5},
    {.expects = "has a gradient that adds up the draws of this datum, whose dz "
                "have the 1/K in them",
     .points = 2,
     .cases = 4,
     .make = vae_elbo_draws,
     .relative = 1e-5,
     .absolute = 1e-5},
    {.expects = "has a gradient in which the KL has its weight",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = vae_elbo_beta,
     .relative = 1e-5,
     .absolute = 1e-5},
    {.expects = NULL}};

static const mg_exercise vae_elbo_exercise = {
    .functions =
        (const char *const[]){"mg_vae_elbo", "mg_vae_elbo_gradient", NULL},
    .reference = (const mg_function[]){(mg_function)mg_vae_elbo,
                                       (mg_function)mg_vae_elbo_gradient},
    .call = vae_elbo_call,
    .tests = vae_elbo_tests};
