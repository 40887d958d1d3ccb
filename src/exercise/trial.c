/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input, expected answer, answer, verdict; see trial.h.
 *
 * The i-th input of a test has a random stream of its own, by the exercise, the
 * test's place and i.  A test ends at its first wrong answer: one sentence that
 * is read is better than ten that are not. */
#include "config.h"

#include "exercise/trial.h"

#include <stdio.h>

#include "base/status.h"
#include "base/stream.h"

enum { NAME_SIZE = 96, INPUT_SIZE = 400 };

/* One input with both answers. */
typedef struct {
  gsl_rng *rng;
  mg_parcel *in, *expected, *out;
} round;

static void round_clear(round *r) {
  gsl_rng_free(r->rng);
  mg_parcel_free(r->in);
  mg_parcel_free(r->expected);
  mg_parcel_free(r->out);
}

static int round_init(round *r) {
  *r = (round){mg_stream_alloc(1, "exercise", 0), mg_parcel_alloc(),
               mg_parcel_alloc(), mg_parcel_alloc()};
  if (r->rng && r->in && r->expected && r->out)
    return GSL_SUCCESS;
  round_clear(r);
  return mg_fail(GSL_ENOMEM, "no memory for an exercise");
}

/* Input i, and what the library's function makes of it. */
static int prepare(const mg_exercise_entry *entry, unsigned long seed,
                   size_t test, size_t i, round *r) {
  const mg_exercise *e = entry->exercise;
  char name[NAME_SIZE];
  snprintf(name, sizeof name, "exercise/%s/%zu", entry->name, test);
  mg_stream_set(r->rng, e->tests[test].fixed ? 1 : seed, name, i);
  mg_parcel_clear(r->in);
  mg_parcel_clear(r->expected);
  mg_parcel_clear(r->out);
  int status = e->tests[test].make(r->rng, i, r->in);
  if (status == GSL_SUCCESS)
    status = e->call(e->reference, r->in, r->expected);
  return mg_fail_in(status, "%s, input %zu of test %zu", entry->name, i, test);
}

static void say(mg_trial_result *result, size_t i, const mg_parcel *in,
                const char *why) {
  char input[INPUT_SIZE];
  result->at = i;
  snprintf(result->says, sizeof result->says, "on input %zu (%s): %s", i + 1,
           mg_parcel_print(in, input, sizeof input), why);
}

static bool judge(const mg_exercise_test *test, const round *r,
                  mg_judgement *j) {
  return test->judge ? test->judge(j, r->in, r->expected, r->out)
                     : mg_judge_close(j, r->expected, r->out, test->relative,
                                      test->absolute);
}

static int run_test(const mg_exercise_entry *entry, unsigned long seed,
                    size_t t, mg_answerer answer, void *self, round *r,
                    mg_trial_result *result) {
  const mg_exercise_test *test = &entry->exercise->tests[t];
  *result = (mg_trial_result){.test = test};
  for (size_t i = 0; i < test->cases; i++) {
    const int status = prepare(entry, seed, t, i, r);
    if (status != GSL_SUCCESS)
      return status;
    mg_judgement j = {""};
    const bool right = answer(self, r->in, r->out) == GSL_SUCCESS
                           ? judge(test, r, &j)
                           : mg_judge_fail(&j, "%s", mg_reason());
    if (!right || j.says[0]) { /* no answer is wrong without a word, too */
      say(result, i, r->in, j.says);
      return GSL_SUCCESS;
    }
  }
  result->passed = true;
  return GSL_SUCCESS;
}

int mg_trial_run(const mg_exercise_entry *entry, unsigned long seed,
                 mg_answerer answer, void *self, mg_trial *trial) {
  const size_t tests = mg_exercise_tests(entry->exercise);
  *trial = (mg_trial){.most = mg_exercise_points(entry->exercise)};
  if (tests > MG_TRIAL_TESTS)
    return mg_fail(GSL_EINVAL, "%s has over %d tests", entry->name,
                   MG_TRIAL_TESTS);
  round r;
  int status = round_init(&r);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t t = 0; status == GSL_SUCCESS && t < tests; t++) {
    mg_trial_result *result = &trial->result[trial->tests++];
    status = run_test(entry, seed, t, answer, self, &r, result);
    trial->passed += result->passed;
    trial->points += result->passed ? result->test->points : 0;
  }
  round_clear(&r);
  return status;
}

int mg_local_answer(void *self, const mg_parcel *in, mg_parcel *out) {
  const mg_local *local = self;
  return local->exercise->call(local->functions, in, out);
}
