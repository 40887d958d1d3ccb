/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: a fit that was stopped anywhere, even killed, ends with the
 * bytes of one that was not; and a checkpoint of another fit is refused. */
#include "config.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "base/status.h"
#include "base/stream.h"
#include "folder.h"
#include "gradient_family.h"
#include "models/fit.h"
#include "models/save.h"

static const char *const path = "fit.safetensors";

static void enter(void) {
  folder_enter();
  slope_set_up();
}

static void leave(void) {
  slope_tear_down();
  folder_leave();
}

TestSuite(fit_checkpoint, .init = enter, .fini = leave);

/* A model as it is before a fit. */
static void renew(void) {
  const mg_model_type *type = model->type;
  const mg_space space = model->space;
  const slope_options options = *(const slope_options *)model->options;
  mg_model_free(model);
  model = mg_model_alloc(type, &space, &options, true);
  cr_assert_not_null(model, "%s", mg_reason());
}

static char *bytes_of(const char *name, size_t *size) {
  char *bytes;
  cr_assert(mg_file_read(name, 1 << 20, &bytes, size) == GSL_SUCCESS, "%s",
            mg_reason());
  return bytes;
}

static void expect_same_files(const char *a, const char *b, const char *when,
                              size_t at) {
  size_t size_a, size_b;
  char *one = bytes_of(a, &size_a), *two = bytes_of(b, &size_b);
  cr_assert(size_a == size_b && memcmp(one, two, size_a) == 0,
            "%s %zu: %s and %s differ", when, at, a, b);
  free(one);
  free(two);
}

/* Turns a fit to its end; leaves its last checkpoint and its model in files. */
static void turn_to_the_end(mg_fit *fit, const char *checkpoint,
                            const char *result) {
  cr_assert(slope_turn(fit, 10000) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_fit_checkpoint(fit, checkpoint) == GSL_SUCCESS, "%s",
            mg_reason());
  mg_fit_finish(fit);
  cr_assert(mg_model_write(model, NULL, result) == GSL_SUCCESS, "%s",
            mg_reason());
}

/* ---- every position ---- */

typedef struct {
  const char *name;
  const mg_model_type *type;
  mg_space space;
  size_t batch, passes, restarts, patience;
} run;

static const run runs[] = {
    {"reals", &slope_type, {3, MG_REALS, 0, 0, 0, 3}, 7, 4, 1, 0},
    {"all rows", &slope_type, {3, MG_REALS, 0, 0, 0, 3}, 0, 6, 1, 0},
    {"patience", &drawn_type, {3, MG_REALS, 0, 0, 0, 3}, 16, 30, 1, 2},
    {"starts", &slope_type, {3, MG_REALS, 0, 0, 0, 3}, 16, 3, 3, 0},
    {"levels", &drawn_type, {3, MG_LEVELS, 4, 0, 0, 3}, 7, 2, 2, 0},
    {"bits", &drawn_type, {3, MG_BINARY, 2, 0, 0, 3}, 16, 4, 2, 1},
    {"all", &drawn_type, {3, MG_LEVELS, 4, 0, 0, 3}, 16, 20, 3, 3},
    {"players", &players_type, {3, MG_LEVELS, 4, 0, 0, 3}, 16, 4, 1, 0},
};

static mg_fit *begin_run(const run *r) {
  renew();
  return slope_fit(r->batch, r->passes, r->restarts, r->patience);
}

/* What mg_fit_ tells of a fit must not tell that it was resumed. */
static void expect_same_position(const mg_fit *a, const mg_fit *b) {
  cr_assert(mg_fit_passes(a) == mg_fit_passes(b) &&
                mg_fit_steps(a) == mg_fit_steps(b) &&
                mg_fit_restart(a) == mg_fit_restart(b) &&
                mg_fit_data_seen(a) == mg_fit_data_seen(b) &&
                mg_fit_test(a) == mg_fit_test(b),
            "another position");
  const double v = mg_fit_validation(a), w = mg_fit_validation(b);
  cr_assert(memcmp(&v, &w, sizeof v) == 0, "another validation: %g, %g", v, w);
  const mg_report *p = mg_fit_last(a), *q = mg_fit_last(b);
  cr_assert(
      memcmp(&p->objective, &q->objective, sizeof(double)) == 0 &&
          memcmp(&p->log_likelihood, &q->log_likelihood, sizeof(double)) == 0,
      "another report: %g, %g", p->objective, q->objective);
  cr_assert(!p->objective_name == !q->objective_name, "a name");
  if (p->objective_name)
    cr_assert_str_eq(p->objective_name, q->objective_name, "another name");
}

/* Stops after `turns`, resumes in another fit. */
static void stop_at(const run *r, size_t turns) {
  mg_fit *fit = begin_run(r);
  slope_turn(fit, turns);
  cr_assert(mg_fit_checkpoint(fit, path) == GSL_SUCCESS, "%s", mg_reason());
  mg_model *first = model;
  model = NULL;
  model = mg_model_alloc(r->type, &r->space, NULL, true);
  mg_fit *second = slope_fit(r->batch, r->passes, r->restarts, r->patience);
  cr_assert(mg_fit_resume(second, path) == GSL_SUCCESS, "%s, turn %zu: %s",
            r->name, turns, mg_reason());
  expect_same_position(fit, second);
  cr_assert(mg_fit_checkpoint(second, "again") == GSL_SUCCESS, "%s",
            mg_reason());
  expect_same_files(path, "again", r->name, turns);
  mg_fit_free(fit);
  mg_model_free(first);
  turn_to_the_end(second, "resumed", "resumed.model");
  expect_same_files("whole", "resumed", r->name, turns);
  expect_same_files("whole.model", "resumed.model", r->name, turns);
  mg_fit_free(second);
}

static void stop_everywhere(const run *r) {
  slope_remake(r->type, &r->space);
  mg_fit *fit = begin_run(r);
  size_t turns = 0;
  while (mg_fit_test(fit) == GSL_CONTINUE) {
    cr_assert(slope_turn(fit, 1) == GSL_SUCCESS, "%s", mg_reason());
    turns++;
  }
  turn_to_the_end(fit, "whole", "whole.model");
  mg_fit_free(fit);
  for (size_t at = 0; at <= turns; at++)
    stop_at(r, at);
  cr_assert(turns > 5, "%s: only %zu turns", r->name, turns);
}

#define STOP(name, i)                                                          \
  Test(fit_checkpoint, a_stop_leaves_no_trace_##name) {                        \
    stop_everywhere(&runs[i]);                                                 \
  }
STOP(reals, 0)
STOP(all_rows, 1)
STOP(patience, 2)
STOP(starts, 3)
STOP(levels, 4)
STOP(bits, 5)
STOP(all, 6)

/* Writing a checkpoint is looking on. */
Test(fit_checkpoint, a_checkpoint_changes_nothing) {
  mg_fit *fit = begin_run(&runs[6]);
  turn_to_the_end(fit, "whole", "whole.model");
  mg_fit_free(fit);
  fit = begin_run(&runs[6]);
  while (mg_fit_test(fit) == GSL_CONTINUE) {
    slope_turn(fit, 1);
    cr_assert(mg_fit_checkpoint(fit, path) == GSL_SUCCESS, "%s", mg_reason());
  }
  turn_to_the_end(fit, "watched", "watched.model");
  expect_same_files("whole", "watched", "fit", 0);
  expect_same_files("whole.model", "watched.model", "fit", 0);
  mg_fit_free(fit);
}

/* ---- killed ---- */

/* A process that goes on from the checkpoint, if there is one, and writes one
 * after every update. */
static void go_on(const run *r) {
  mg_fit *fit = begin_run(r);
  if (access(path, F_OK) == 0 && mg_fit_resume(fit, path) != GSL_SUCCESS)
    _exit(2);
  while (mg_fit_test(fit) == GSL_CONTINUE)
    if (mg_fit_iterate(fit) != GSL_SUCCESS ||
        mg_fit_checkpoint(fit, path) != GSL_SUCCESS)
      _exit(3);
  mg_fit_finish(fit);
  _exit(mg_model_write(model, NULL, "killed.model") == GSL_SUCCESS ? 0 : 4);
}

/* Kills it after so many nanoseconds.  Returns whether it ended before. */
static bool kill_after(const run *r, long nanoseconds) {
  const pid_t child = fork();
  cr_assert(child >= 0, "no process");
  if (child == 0)
    go_on(r);
  int status;
  nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
  if (nanoseconds > 0)
    kill(child, SIGKILL);
  cr_assert(waitpid(child, &status, 0) == child, "lost");
  if (WIFEXITED(status))
    cr_assert(WEXITSTATUS(status) == 0, "the process failed with %d",
              WEXITSTATUS(status));
  return WIFEXITED(status);
}

static void expect_the_end(size_t kills) {
  expect_same_files("whole", path, "kills", kills);
  expect_same_files("whole.model", "killed.model", "kills", kills);
  remove(path);
}

Test(fit_checkpoint, fifty_kills_leave_no_trace) {
  static const run r = {"kills", &drawn_type, {3, MG_LEVELS, 4, 0, 0, 3}, 1, 60,
                        2,       50};
  slope_remake(r.type, &r.space);
  mg_fit *fit = begin_run(&r);
  turn_to_the_end(fit, "whole", "whole.model");
  mg_fit_free(fit);
  gsl_rng *rng = mg_stream_alloc(1, "test/kill", 0);
  size_t kills = 0;
  while (kills < 50) {
    if (!kill_after(&r, 1 + (long)gsl_rng_uniform_int(rng, 20000000)))
      kills++;
    else
      expect_the_end(kills); /* and from the beginning: the disk is fast */
  }
  cr_assert(kill_after(&r, 0), "killed without a kill");
  expect_the_end(kills);
  gsl_rng_free(rng);
}

/* ---- refusals ---- */

static void expect_refused(mg_fit *fit, const char *says) {
  mg_reason_clear();
  cr_expect(mg_fit_resume(fit, path) != GSL_SUCCESS, "taken: %s", says);
  cr_expect(strstr(mg_reason(), says) && strstr(mg_reason(), path),
            "no '%s' in '%s'", says, mg_reason());
  mg_fit_free(fit);
}

static void leave_checkpoint(size_t turns) {
  mg_fit *fit = slope_fit(7, 4, 2, 3);
  slope_turn(fit, turns);
  cr_assert(mg_fit_checkpoint(fit, path) == GSL_SUCCESS, "%s", mg_reason());
  mg_fit_free(fit);
  renew();
}

Test(fit_checkpoint, another_fit_is_refused) {
  leave_checkpoint(5);
  expect_refused(slope_fit(8, 4, 2, 3), "give batch=7, or");
  expect_refused(slope_fit(7, 5, 2, 3), "its passes is '4'");
  expect_refused(slope_fit(7, 4, 3, 3), "its restarts is '2'");
  expect_refused(slope_fit(7, 4, 2, 4), "its patience is '3'");
  expect_refused(slope_fit(7, 4, 2, 0), "its patience is '3'");
  mg_fit_options options = mg_fit_options_default();
  options.batch = 7;
  options.passes = 4;
  options.restarts = 2;
  options.patience = 3;
  expect_refused(
      mg_fit_alloc(model, &rows, &options, 8),
      "its seed is '7', here it is '8'; a fit goes on only as it began: "
      "give what it had");
  expect_refused(mg_fit_alloc(model, &rows, &options, 7),
                 "its validation is '10 rows, CRC ");
  const mg_rows fewer = {data, 0, 39};
  expect_refused(mg_fit_alloc(model, &fewer, &options, 7),
                 "its data is '40 rows, CRC ");
}

Test(fit_checkpoint, other_data_are_refused) {
  leave_checkpoint(5);
  for (size_t row = 0; row < 50; row += 7) {
    const double kept = gsl_matrix_get(data->reals, row, 1);
    gsl_matrix_set(data->reals, row, 1, kept + 1e-12);
    expect_refused(slope_fit(7, 4, 2, 3),
                   row < 40 ? "its data is" : "its validation is");
    gsl_matrix_set(data->reals, row, 1, kept);
    data->labels[row]++;
    expect_refused(slope_fit(7, 4, 2, 3),
                   row < 40 ? "its data is" : "its validation is");
    data->labels[row]--;
  }
}

Test(fit_checkpoint, another_model_is_refused) {
  leave_checkpoint(5);
  ((slope_options *)model->options)->rate = 0.2;
  renew();
  expect_refused(slope_fit(7, 4, 2, 3), "its rate is '0.1'");
  static mg_model_type other;
  other = slope_type;
  other.name = "cliff";
  slope_remake(&other, &slope_space);
  expect_refused(slope_fit(7, 4, 2, 3),
                 "its family is 'slope', here it is 'cliff'");
  slope_remake(&slope_type, &(mg_space){.dim = 4, .measure = MG_REALS});
  expect_refused(slope_fit(7, 4, 2, 3), "its space.dim is '3'");
}

Test(fit_checkpoint, what_is_no_checkpoint_is_refused) {
  expect_refused(slope_fit(7, 4, 2, 3), "No such file");
  cr_assert(mg_model_write(model, NULL, path) == GSL_SUCCESS, "%s",
            mg_reason());
  expect_refused(slope_fit(7, 4, 2, 3), "no checkpoint of a fit");
  leave_checkpoint(5);
  const mg_model_type *const types[] = {&slope_type, NULL};
  cr_expect_null(mg_model_read(types, path), "a checkpoint is no model");
  mg_model_type sums = slope_type;
  sums.batch = 0;
  mg_fit *fit = slope_fit(7, 4, 2, 3);
  model->type = &sums;
  cr_expect(mg_fit_checkpoint(fit, path) == GSL_EUNSUP, "%s", mg_reason());
  cr_expect(mg_fit_resume(fit, path) == GSL_EUNSUP, "%s", mg_reason());
  model->type = &slope_type;
  slope_turn(fit, 1);
  cr_expect(mg_fit_resume(fit, path) == GSL_EINVAL, "resumed half-way");
  mg_fit_free(fit);
}

/* A checkpoint that was cut, or has a bit turned over, is refused or, where the
 * bit is of a number, another fit: never a crash. */
Test(fit_checkpoint, damaged_checkpoints_are_not_believed) {
  size_t size, refused = 0;
  leave_checkpoint(40);
  char *bytes = bytes_of(path, &size);
  for (size_t length = 0; length < size; length += 3) {
    cr_assert(remove(path) == 0 &&
                  mg_file_write(path, bytes, length) == GSL_SUCCESS,
              "%s", mg_reason());
    mg_fit *fit = slope_fit(7, 4, 2, 3);
    cr_assert(mg_fit_resume(fit, path) != GSL_SUCCESS, "cut at %zu", length);
    mg_fit_free(fit);
  }
  for (size_t at = 0; at < size; at++) {
    bytes[at] = (char)(bytes[at] ^ 1 << at % 8);
    FILE *stream = fopen(path, "wb");
    fwrite(bytes, 1, size, stream);
    fclose(stream);
    mg_fit *fit = slope_fit(7, 4, 2, 3);
    if (mg_fit_resume(fit, path) == GSL_SUCCESS)
      slope_turn(fit, 3);
    else
      refused++;
    mg_fit_free(fit);
    renew();
    bytes[at] = (char)(bytes[at] ^ 1 << at % 8);
  }
  cr_expect(refused > size / 2, "%zu of %zu refused", refused, size);
  free(bytes);
}

Test(fit_checkpoint, what_is_not_a_number_is_not_written) {
  mg_fit *fit = slope_fit(7, 4, 1, 0);
  cr_assert(mg_fit_checkpoint(fit, path) == GSL_SUCCESS, "%s", mg_reason());
  gsl_vector_set(((slope *)model->self)->mean, 1, NAN);
  cr_expect(mg_fit_checkpoint(fit, path) == GSL_EDOM, "a NaN was written");
  cr_expect(strstr(mg_reason(), "'parameters.mean' is not a number at place 1"),
            "'%s'", mg_reason());
  mg_fit_free(fit);
  renew();
  fit = slope_fit(7, 4, 1, 0);
  cr_expect(mg_fit_resume(fit, path) == GSL_SUCCESS, "the old one is gone: %s",
            mg_reason());
  mg_fit_free(fit);
}
