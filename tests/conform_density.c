/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Densities and samples, each held against the other.
 *
 * A density that does not sum to 1 makes every number after it worthless, and
 * nothing else would notice.  So it is summed: over every image of a finite
 * place, by quadrature on the reals, over the unit cubes of a dequantised one.
 * What the sampler draws is then counted against the same density. */
#include "conform.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sort.h>

#include "base/tally.h"
#include "conform_grid.h"

static const double false_alarm = 1e-9;

/* ---- quadrature ---- */

static grid grid_at(const mg_model *model, place where) {
  return where == on_line ? grid_of(model, -16, 16, 0.005)
                          : grid_of(model, -10, 10, 0.05);
}

static double density_at(double x, void *params) {
  const gsl_matrix_view row = gsl_matrix_view_array(&x, 1, 1);
  gsl_vector *log_p = conform_log_density(params, &row.matrix);
  const double p = exp(gsl_vector_get(log_p, 0));
  gsl_vector_free(log_p);
  return p;
}

/* By quadrature; of steps and of floats, which it does not like, by the grid.
 */
static double integral(mg_model *model) {
  double mass, entropy, unused;
  if (!model->type->log_density ||
      count_jumps(model, 0, &unused, &unused) > 0) {
    grid g = grid_at(model, on_line);
    grid_sums(&g, &mass, &entropy);
    grid_free(&g);
    return mass;
  }
  gsl_integration_workspace *w = gsl_integration_workspace_alloc(2000);
  gsl_function f = {.function = density_at, .params = model};
  double value = 0, error = 0;
  int status = gsl_integration_qagi(&f, 1e-9, 1e-9, 2000, w, &value, &error);
  cr_assert(status == GSL_SUCCESS, "quadrature: %s", gsl_strerror(status));
  gsl_integration_workspace_free(w);
  return value;
}

/* ---- the unit cubes of a dequantised place ---- */

enum { LEVELS = 3, CUBES = LEVELS * LEVELS, MARGIN = 4 };

typedef struct {
  double inside[CUBES]; /* integral of p over the cube */
  double drawn[CUBES];  /* and what a draw rounded to the level adds */
  double mean[CUBES];   /* E_u log p(x + u) */
  double spread[CUBES]; /* its variance over u */
} cubes;

static cubes cubes_of(const mg_model *model) {
  cubes c = {.inside = {0}};
  grid g = grid_of(model, -MARGIN, LEVELS + MARGIN, 1.0 / 32);
  for (size_t i = 0; i < g.log_p->size; i++) {
    const double log_p = gsl_vector_get(g.log_p, i);
    const double share = gsl_vector_get(g.volume, i);
    size_t cube = 0;
    bool inside = true;
    for (size_t j = 2; j-- > 0;) {
      const double level = floor(gsl_matrix_get(g.x, i, j));
      inside = inside && level >= 0 && level < LEVELS;
      cube = cube * LEVELS + (size_t)fmin(fmax(level, 0), LEVELS - 1);
    }
    c.drawn[cube] += grid_mass(&g, i);
    c.inside[cube] += inside ? grid_mass(&g, i) : 0;
    c.mean[cube] += inside ? log_p * share : 0;
    c.spread[cube] += inside ? log_p * log_p * share : 0;
  }
  for (size_t i = 0; i < CUBES; i++)
    c.spread[i] -= c.mean[i] * c.mean[i];
  grid_free(&g);
  return c;
}

static size_t cube_of(const unsigned char *row) {
  return row[0] + LEVELS * (size_t)row[1];
}

/* ---- normalised ---- */

static double total_mass(mg_model *model, place where) {
  double mass = 0, entropy;
  if (where == on_line)
    return integral(model);
  if (where == on_plane) {
    grid g = grid_at(model, where);
    grid_sums(&g, &mass, &entropy);
    grid_free(&g);
    return mass;
  }
  if (where == on_grey) {
    const cubes c = cubes_of(model);
    for (size_t i = 0; i < CUBES; i++)
      mass += c.drawn[i];
    return mass;
  }
  gsl_matrix *x = place_states(where);
  gsl_vector *log_p = conform_log_density(model, x);
  for (size_t i = 0; i < x->size1; i++)
    mass += exp(gsl_vector_get(log_p, i));
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  return mass;
}

static void makes_no_claim(const mg_model_type *type, place where) {
  setting s = conform_fitted(type, where);
  const mg_rows rows = mg_dataset_all(s.data);
  const mg_evidence_options options = {.draws = 2, .threads = 1};
  mg_evidence evidence;
  int status = mg_evidence_of(s.model, &rows, &options, 5, &evidence);
  cr_assert(status == GSL_SUCCESS, "evidence: %s", mg_reason());
  cr_expect(evidence.claim == MG_NO_CLAIM, "the claim is %s",
            mg_claim_sign(evidence.claim));
  cr_expect_null(type->sample, "samples of no distribution");
  conform_clear(&s);
}

/* A family without any density has no evidence, and says so. */
static void has_no_evidence(const mg_model_type *type, place where) {
  setting s = conform_fitted(type, where);
  const mg_rows rows = mg_dataset_all(s.data);
  const mg_evidence_options options = {.draws = 2, .threads = 1};
  mg_evidence evidence;
  cr_expect(mg_evidence_of(s.model, &rows, &options, 5, &evidence) ==
                GSL_EUNSUP,
            "evidence: %s", mg_reason());
  cr_expect(*mg_reason(), "without a reason");
  cr_expect_not_null(type->sample, "nothing can be done with it");
  conform_clear(&s);
}

/* What does not integrate to 1 says so, and makes no claim. */
static void normalised(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  if (type->improper || !mg_model_judges(type)) {
    (type->improper ? makes_no_claim : has_no_evidence)(type, where);
    return;
  }
  setting s = conform_fitted(type, where);
  const bool finite = where == on_bits || where == on_shades;
  const double mass = total_mass(s.model, where);
  cr_expect(fabs(mass - 1) <= conform_error(type, finite ? 1e-10 : 1e-6),
            "the mass is 1 %+g", mass - 1);
  conform_clear(&s);
}

/* log P(x) >= E_u log p(x + u) [deq.1], and the evidence is that mean. */
static void bounded(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || type->improper || !mg_model_judges(type))
    return;
  setting s = conform_fitted(type, where);
  const cubes c = cubes_of(s.model);
  const mg_rows rows = mg_dataset_all(s.data);
  const mg_evidence_options options = {.draws = 64, .threads = 1};
  const double n = (double)rows.n;
  mg_evidence evidence;
  int status = mg_evidence_of(s.model, &rows, &options, 5, &evidence);
  cr_assert(status == GSL_SUCCESS, "evidence: %s", mg_reason());
  double total = 0, mass = 0, mean = 0, variance = 0;
  for (size_t i = 0; i < CUBES; i++)
    total += c.inside[i];
  for (size_t i = 0; i < rows.n; i++) {
    const size_t cube = cube_of(s.data->bytes + 2 * i);
    mass += log(c.inside[cube]) / n;
    mean += c.mean[cube] / n;
    variance += c.spread[cube] / (n * n * 64);
  }
  cr_expect(total <= 1 + 1e-6, "the levels have mass 1 %+g", total - 1);
  cr_expect(evidence.claim == MG_LOWER && evidence.draws == 64,
            "the claim is %s", mg_claim_sign(evidence.claim));
  cr_expect(fabs(evidence.value - mean) <= CONFORM_Z * sqrt(variance),
            "evidence %g, by quadrature %g +- %g", evidence.value, mean,
            sqrt(variance));
  cr_expect(evidence.value < mass, "evidence %g, log mass %g", evidence.value,
            mass);
  conform_clear(&s);
}

/* ---- samples against the density ---- */

/* Counts against expectations; rare states are counted as one. */
static void expect_counts(size_t cells, const double *count, const double *mass,
                          double n) {
  double statistic = 0, rare = 0, rare_mass = 0;
  size_t used = 0;
  for (size_t i = 0; i <= cells; i++) {
    double seen = i < cells ? count[i] : rare;
    double expected = n * (i < cells ? mass[i] : rare_mass);
    if (i < cells && expected < 10) {
      rare += seen;
      rare_mass += mass[i];
    } else if (expected > 0) {
      statistic += (seen - expected) * (seen - expected) / expected;
      used++;
    }
  }
  cr_assert(used > 4, "only %zu states are likely enough to count", used);
  cr_expect(gsl_cdf_chisq_Q(statistic, (double)used - 1) >= false_alarm,
            "chi-square %g for %zu states", statistic, used);
}

static void count_states(const mg_model *model, place where) {
  enum { DRAWS = 40000, MOST = 512 };
  const size_t levels = place_space(where).levels;
  double mass[MOST], count[MOST] = {0};
  gsl_matrix *states = place_states(where);
  const size_t n = states->size1;
  if (where == on_grey) {
    const cubes c = cubes_of(model);
    for (size_t i = 0; i < n; i++)
      mass[i] = c.drawn[i];
  } else {
    gsl_vector *log_p = conform_log_density(model, states);
    for (size_t i = 0; i < n; i++)
      mass[i] = exp(gsl_vector_get(log_p, i));
    gsl_vector_free(log_p);
  }
  gsl_matrix *x = conform_sample(model, DRAWS, 1);
  for (size_t i = 0; i < DRAWS; i++) {
    size_t state = 0;
    for (size_t j = x->size2; j-- > 0;) {
      const double value = gsl_matrix_get(x, i, j);
      cr_assert(mg_space_holds(&model->space, value), "drew a %g", value);
      state = state * levels + (size_t)value;
    }
    count[state]++;
  }
  expect_counts(n, count, mass, DRAWS);
  gsl_matrix_free(x);
  gsl_matrix_free(states);
}

/* The bound of Dvoretzky, Kiefer and Wolfowitz, with Massart's constant:
 * P(sup |F_n - F| > e) <= 2 exp(-2 n e^2). */
static void compare_distribution(const mg_model *model) {
  enum { DRAWS = 20000 };
  const double bound = sqrt(log(2 / false_alarm) / (2.0 * DRAWS));
  gsl_matrix *x = conform_sample(model, DRAWS, 1);
  gsl_sort(x->data, x->tda, DRAWS);
  grid g = grid_at(model, on_line);
  double below = 0, worst = 0;
  for (size_t i = 0, seen = 0; i < g.axis[0].n; i++) {
    below += grid_mass(&g, i);
    const double edge = g.axis[0].edge[i + 1];
    while (seen < DRAWS && gsl_matrix_get(x, seen, 0) <= edge)
      seen++;
    worst = fmax(worst, fabs((double)seen / DRAWS - below));
  }
  cr_expect(worst <= bound, "the distributions are %g apart, bound %g", worst,
            bound);
  grid_free(&g);
  gsl_matrix_free(x);
}

/* The plane's first column, the sum and the difference of both, against the
 * grid: each is a distribution on the line. */
static void compare_direction(const grid *g, const gsl_matrix *x, double a,
                              double b) {
  enum { EDGES = 101 };
  const double n = (double)x->size1;
  const double bound = sqrt(log(2 / false_alarm) / (2 * n));
  for (size_t e = 0; e < EDGES; e++) {
    /* between two midpoints of the grid in every direction */
    const double edge = g->step * ((double)e - EDGES / 2) * 3 + g->step / 4;
    double below = 0, seen = 0;
    for (size_t i = 0; i < g->x->size1; i++)
      if (a * gsl_matrix_get(g->x, i, 0) + b * gsl_matrix_get(g->x, i, 1) <=
          edge)
        below += grid_mass(g, i);
    for (size_t i = 0; i < x->size1; i++)
      seen += a * gsl_matrix_get(x, i, 0) + b * gsl_matrix_get(x, i, 1) <= edge;
    /* half a cell of the grid, where the density is at most about 1 */
    cr_expect(fabs(seen / n - below) <= bound + g->step,
              "direction (%g, %g): %g below %g, by the density %g", a, b,
              seen / n, edge, below);
  }
}

static void compare_plane(const mg_model *model) {
  gsl_matrix *x = conform_sample(model, 20000, 1);
  grid g = grid_at(model, on_plane);
  compare_direction(&g, x, 1, 0);
  compare_direction(&g, x, 1, 1);
  compare_direction(&g, x, 1, -1);
  grid_free(&g);
  gsl_matrix_free(x);
}

static void samples_follow(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || !type->sample || !type->log_density)
    return;
  setting s = conform_fitted(type, where);
  if (where == on_line)
    compare_distribution(s.model);
  else if (where == on_plane)
    compare_plane(s.model);
  else
    count_states(s.model, where);
  conform_clear(&s);
}

/* -E log p(x) by summing. */
static double entropy_of(const mg_model *model, place where) {
  double mass, entropy = 0;
  if (where == on_line || where == on_plane) {
    grid g = grid_at(model, where);
    grid_sums(&g, &mass, &entropy);
    grid_free(&g);
    return entropy;
  }
  gsl_matrix *x = place_states(where);
  gsl_vector *log_p = conform_log_density(model, x);
  for (size_t i = 0; i < x->size1; i++)
    entropy -= exp(gsl_vector_get(log_p, i)) * gsl_vector_get(log_p, i);
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  return entropy;
}

static void expect_entropy(const mg_model *model, place where) {
  gsl_matrix *x = conform_sample(model, 20000, 2);
  gsl_vector *log_p = conform_log_density(model, x);
  mg_tally tally;
  mg_tally_values(log_p->size, log_p->data, log_p->stride, &tally);
  const double entropy = entropy_of(model, where);
  cr_expect(fabs(tally.mean + entropy) <= CONFORM_Z * tally.std_error,
            "mean log p %g +- %g, entropy %g", tally.mean, tally.std_error,
            entropy);
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
}

static void samples_have_the_entropy(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || !type->sample || !type->log_density)
    return;
  setting s = conform_fitted(type, where);
  expect_entropy(s.model, where);
  conform_clear(&s);
}

/* ---- choices ---- */

/* Each choice of each option is another model: normalised, and sampled by its
 * own density. */
static void choices_are_sound(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || type->improper || !mg_model_judges(type))
    return;
  bool more = true;
  for (size_t which = 1; more; which++) {
    setting s = conform_set(type, where, 300);
    /* few and broad: a component of two data is too thin for the grid */
    if (mg_recipe_has(s.recipe, "components"))
      mg_recipe_set(s.recipe, "components", "3");
    more = conform_choose(&s, which);
    if (more) {
      conform_fit(&s, 2);
      const double mass = total_mass(s.model, where);
      cr_expect(fabs(mass - 1) <= conform_error(type, 1e-6),
                "choice %zu: the mass is 1 %+g", which, mass - 1);
      if (type->log_density)
        expect_entropy(s.model, where);
    }
    conform_clear(&s);
  }
}

/* ---- rows stand alone ---- */

/* Samples into a part of a matrix are those into one of its own. */
static void samples_stay_in(const mg_model *model, gsl_matrix *wide,
                            gsl_matrix *inner) {
  gsl_matrix *drawn = conform_sample(model, inner->size1, 3);
  gsl_rng *rng = mg_stream_alloc(3, "test/sample", 0);
  int status = mg_model_sample(model, rng, inner);
  cr_assert(status == GSL_SUCCESS, "sample: %s", mg_reason());
  cr_expect(gsl_matrix_equal(drawn, inner), "samples differ in a view");
  gsl_matrix_set_zero(inner);
  cr_expect(gsl_matrix_isnull(wide), "samples outside the view");
  gsl_rng_free(rng);
  gsl_matrix_free(drawn);
}

/* The density of a row does not depend on the rows about it, nor on where in
 * memory they lie; nor do samples. */
static void rows_stand_alone(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  gsl_matrix *x = conform_rows(&s);
  gsl_vector *log_p = conform_log_density(s.model, x);
  const size_t n = x->size1, dim = x->size2;
  gsl_matrix *wide = gsl_matrix_calloc(n, dim + 3);
  gsl_matrix_view inner = gsl_matrix_submatrix(wide, 0, 2, n, dim);
  gsl_matrix_memcpy(&inner.matrix, x);
  gsl_vector *apart = gsl_vector_calloc(2 * n);
  gsl_vector_view every_other =
      gsl_vector_subvector_with_stride(apart, 0, 2, n);
  int status = conform_ask(s.model, &inner.matrix, &every_other.vector);
  cr_assert(status == GSL_SUCCESS, "log density: %s", mg_reason());
  for (size_t i = 0; i < n; i++) {
    const double whole = gsl_vector_get(log_p, i);
    cr_assert(gsl_vector_get(apart, 2 * i) == whole &&
                  gsl_vector_get(apart, 2 * i + 1) == 0,
              "row %zu in a wider matrix", i);
    if (i % 37 != 0)
      continue;
    gsl_matrix_const_view one = gsl_matrix_const_submatrix(x, i, 0, 1, dim);
    gsl_vector *alone = conform_log_density(s.model, &one.matrix);
    cr_assert(fabs(gsl_vector_get(alone, 0) - whole) <=
                  conform_error(type, 1e-12) * fabs(whole),
              "row %zu alone: %.17g, among others %.17g", i,
              gsl_vector_get(alone, 0), whole);
    gsl_vector_free(alone);
  }
  if (type->sample)
    samples_stay_in(s.model, wide, &inner.matrix);
  gsl_matrix_free(wide);
  gsl_matrix_free(x);
  gsl_vector_free(apart);
  gsl_vector_free(log_p);
  conform_clear(&s);
}

#define LAWS(family)                                                           \
  CONFORM_EVERYWHERE(family, normalised)                                       \
  CONFORM_TEST(family, bounded, on_grey)                                       \
  CONFORM_EVERYWHERE(family, samples_follow)                                   \
  CONFORM_TEST(family, samples_have_the_entropy, on_line)                      \
  CONFORM_TEST(family, samples_have_the_entropy, on_plane)                     \
  CONFORM_TEST(family, samples_have_the_entropy, on_bits)                      \
  CONFORM_TEST(family, samples_have_the_entropy, on_shades)                    \
  CONFORM_TEST(family, choices_are_sound, on_line)                             \
  CONFORM_TEST(family, choices_are_sound, on_plane)                            \
  CONFORM_EVERYWHERE(family, rows_stand_alone)
CONFORM_FAMILIES(LAWS)
