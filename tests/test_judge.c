/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on answers: what passes, what does not, and that the sentence names
 * the place and both numbers. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/stream.h"
#include "exercise/judge.h"

/* A parcel of one matrix, "m", 2 x 3, of 1 2 3 4 5 6. */
static mg_parcel *six(void) {
  mg_parcel *p = mg_parcel_alloc();
  gsl_matrix *m = mg_parcel_add_matrix(p, "m", 2, 3);
  for (size_t i = 0; i < 6; i++)
    m->data[i] = (double)i + 1;
  return p;
}

static void expect_says(const mg_judgement *j, const char *words) {
  cr_expect(strstr(j->says, words), "'%s' has no '%s'", j->says, words);
}

Test(judge, numbers_within_the_bounds_are_right) {
  mg_parcel *expected = six(), *out = six();
  mg_judgement j = {""};
  mg_parcel_matrix(out, "m")->data[4] = 5 + 4e-9;
  cr_expect(mg_judge_close(&j, expected, out, 1e-9, 0), "%s", j.says);
  cr_expect(mg_judge_close(&j, expected, out, 0, 5e-9), "%s", j.says);
  cr_expect_str_empty(j.says, "%s", j.says);
  cr_expect_not(mg_judge_close(&j, expected, out, 1e-10, 0), "5 + 4e-9 is 5");
  mg_parcel_free(expected);
  mg_parcel_free(out);
}

Test(judge, the_first_wrong_place_is_told) {
  mg_parcel *expected = six(), *out = six();
  mg_judgement j = {""};
  mg_parcel_matrix(out, "m")->data[4] = 7;
  mg_parcel_matrix(out, "m")->data[5] = NAN;
  cr_expect_not(mg_judge_close(&j, expected, out, 1e-9, 0), "7 is 5");
  expect_says(&j, "m[1, 1] is 7, expected 5");
  expect_says(&j, "2 of its 6");
  mg_parcel_free(expected);
  mg_parcel_free(out);
}

static bool same_number(double is, double expected) {
  mg_parcel *a = mg_parcel_alloc(), *b = mg_parcel_alloc();
  mg_judgement j = {""};
  mg_parcel_add_number(a, "x", expected);
  mg_parcel_add_number(b, "x", is);
  const bool same = mg_judge_close(&j, a, b, 1e-9, 1e9);
  mg_parcel_free(a);
  mg_parcel_free(b);
  return same;
}

Test(judge, infinities_and_nan_equal_themselves_alone) {
  cr_expect(same_number(INFINITY, INFINITY), "inf is inf");
  cr_expect(same_number(NAN, NAN), "nan is nan");
  cr_expect_not(same_number(-INFINITY, INFINITY), "-inf is not inf");
  cr_expect_not(same_number(INFINITY, 1), "inf is not 1");
  cr_expect_not(same_number(1, INFINITY), "1 is not inf");
  cr_expect_not(same_number(NAN, 1), "nan is not 1");
  cr_expect_not(same_number(1, NAN), "1 is not nan");
}

Test(judge, what_is_missing_or_has_another_shape_is_told) {
  mg_parcel *expected = six(), *out = mg_parcel_alloc();
  mg_judgement none = {""}, vector = {""}, shape = {""};
  cr_expect_not(mg_judge_close(&none, expected, out, 1, 1), "nothing is six");
  expect_says(&none, "there is no m");
  mg_parcel_add_vector(out, "m", 6);
  cr_expect_not(mg_judge_close(&vector, expected, out, 1, 1), "a vector");
  expect_says(&vector, "there is no m");
  mg_parcel_clear(out);
  mg_parcel_add_matrix(out, "m", 3, 2);
  cr_expect_not(mg_judge_close(&shape, expected, out, 1, 1), "3 x 2 is 2 x 3");
  expect_says(&shape, "m is 3 x 2, expected 2 x 3");
  mg_parcel_free(expected);
  mg_parcel_free(out);
}

Test(judge, a_status_is_exact_and_has_its_name) {
  mg_parcel *expected = mg_parcel_alloc(), *out = mg_parcel_alloc();
  mg_judgement j = {""};
  mg_parcel_add_number(expected, "status", GSL_EBADLEN);
  mg_parcel_add_number(out, "status", GSL_SUCCESS);
  cr_expect_not(mg_judge_close(&j, expected, out, 1, 100), "0 is 19");
  expect_says(&j, "returns 0, which is GSL_SUCCESS");
  expect_says(&j, "expected 19, GSL_EBADLEN");
  mg_parcel_free(expected);
  mg_parcel_free(out);
}

Test(judge, the_first_reason_is_kept) {
  mg_judgement j = {""};
  cr_expect_not(mg_judge_fail(&j, "%d is odd", 3), "a failure is false");
  mg_judge_fail(&j, "later");
  cr_expect_str_eq(j.says, "3 is odd", "%s", j.says);
}

Test(judge, a_mean_may_be_six_standard_errors_off) {
  mg_judgement j = {""};
  cr_expect(mg_judge_mean(&j, "x", 1.6, 0.1, 1), "6.0: %s", j.says);
  cr_expect(mg_judge_mean(&j, "x", 0.4, 0.1, 1), "-6.0: %s", j.says);
  cr_expect_not(mg_judge_mean(&j, "mean of x", 1.62, 0.1, 1), "6.2 passed");
  expect_says(&j, "mean of x is 1.62, expected 1 +- 0.1");
  cr_expect_not(mg_judge_mean(&j, "x", NAN, 0.1, 1), "a NaN passed");
}

/* The distribution function at n draws of the uniform law on 0 .. width. */
static bool uniform_is(double width, mg_judgement *j) {
  gsl_rng *rng = mg_stream_alloc(1, "test/judge", 0);
  gsl_vector *cdf = gsl_vector_alloc(4000);
  for (size_t i = 0; i < cdf->size; i++)
    gsl_vector_set(cdf, i, width * gsl_rng_uniform(rng));
  const bool law = mg_judge_law(j, "x", cdf);
  gsl_vector_free(cdf);
  gsl_rng_free(rng);
  return law;
}

/* Of 4000 draws the distance may be 0.0517: a law that is off by 0.04 may
 * pass, one that is off by 0.08 may not. */
Test(judge, draws_are_judged_by_the_largest_distance) {
  mg_judgement j = {""}, off = {""}, outside = {""};
  cr_expect(uniform_is(1, &j), "the law itself: %s", j.says);
  cr_expect(uniform_is(0.98, &j), "hardly another: %s", j.says);
  cr_expect_not(uniform_is(0.92, &off), "another law passed");
  expect_says(&off, "chance allows 0.052");
  cr_expect_not(uniform_is(1.2, &outside), "a share of 1.2 passed");
  expect_says(&outside, "outside the law's range");
}

Test(judge, no_draw_has_no_law) {
  gsl_vector *none = gsl_vector_alloc(0);
  mg_judgement j = {""};
  cr_assert(none, "a vector of nothing");
  cr_expect_not(mg_judge_law(&j, "x", none), "no draw passed");
  expect_says(&j, "there is no draw");
  gsl_vector_free(none);
}
