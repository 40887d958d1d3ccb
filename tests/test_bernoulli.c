/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Bernoulli law by p and by its logit; tests/laws.h has the checks. */
#include "laws.h"

#include "base/logmath.h"
#include "dist/bernoulli.h"

LAW_FUNCTIONS_1(bernoulli)
LAW_FUNCTIONS_1(bernoulli_logit)

LAW_TABLE(bernoulli, "1", LAW_LEVELS, .levels = 2);
LAW_TABLE(bernoulli_logit, "r", LAW_LEVELS, .levels = 2);

static const double cases[][LAW_PARAMETERS] = {{0.3}, {0.5}, {0.99}, {0.001}};

LAW_TESTS(bernoulli, 0.5)
LAW_SCORE_TESTS(bernoulli)

/* The same checks at logits, which these are as well. */
LAW_TESTS(bernoulli_logit, 2)
LAW_SCORE_TESTS(bernoulli_logit)

Test(bernoulli, certain) {
  double log_p, h, kl, x;
  gsl_rng *rng = law_rng();
  for (int p = 0; p <= 1; p++) {
    mg_bernoulli_log_density(p, p, &log_p);
    mg_bernoulli_entropy(p, &h);
    cr_assert(log_p == 0 && h == 0, "p = %d: %g %g", p, log_p, h);
    mg_bernoulli_log_density(1 - p, p, &log_p);
    cr_assert(log_p == -INFINITY, "p = %d: %g", p, log_p);
    for (int i = 0; i < 1000; i++) {
      mg_bernoulli_sample(rng, p, &x);
      cr_assert(x == p, "drew %g at p = %d", x, p);
    }
    mg_bernoulli_kl(p, p, &kl);
    cr_assert(kl == 0, "KL of %d to itself: %g", p, kl);
    mg_bernoulli_kl(0.5, p, &kl);
    cr_assert(kl == INFINITY, "KL to p = %d: %g", p, kl);
  }
  gsl_rng_free(rng);
}

Test(bernoulli_logit, is_the_law_of_its_sigmoid) {
  for (double a = -30; a <= 30; a += 1.5) {
    double one, two, h_one, h_two;
    mg_bernoulli_logit_log_density(0, a, &one);
    mg_bernoulli_log_density(1, mg_sigmoid(-a), &two);
    mg_bernoulli_logit_entropy(a, &h_one);
    mg_bernoulli_entropy(mg_sigmoid(-fabs(a)), &h_two);
    cr_assert(fabs(one - two) < 1e-14 * (1 + fabs(one)), "log mass at %g", a);
    cr_assert(fabs(h_one - h_two) < 1e-14 * h_two, "entropy at %g", a);
  }
}

/* Logits past where the probability is 1: slopes and masses stay. */
Test(bernoulli_logit, saturated) {
  const double a[] = {40, 800, 1e308};
  for (int i = 0; i < 3; i++) {
    double log_p, d, h, kl;
    mg_bernoulli_logit_log_density(0, a[i], &log_p);
    mg_bernoulli_logit_score(0, a[i], &d);
    cr_assert(log_p == -a[i] && d == -1, "%g: %g, score %g", a[i], log_p, d);
    mg_bernoulli_logit_entropy(a[i], &h);
    cr_assert(h >= 0 && h < 1e-15, "entropy %g", h);
    mg_bernoulli_logit_kl(a[i], -a[i], &kl);
    cr_assert(fabs(kl / a[i] - 1) < 1e-15, "KL %g", kl);
  }
}
