/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kill -9 at random moments of a vae's training on digits, two threads, Adam,
 * early stopping: what goes on from the checkpoint ends with the bytes of a fit
 * that nobody touched.
 *
 * A moment is anywhere: in a step, in writing the checkpoint, in reading it,
 * before anything.  Each life of the process gets a little farther, since a
 * checkpoint is written after every fourth update.  `make check` kills a few
 * times, tests/slow_kills, of `make check-slow`, 50 times. */
#include "config.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "base/status.h"
#include "base/stream.h"
#include "data/catalogue.h"
#include "folder.h"
#include "models/fit.h"
#include "models/save.h"
#include "models/vae.h"

#ifndef KILLS
#define KILLS 6
#endif

/* A life of the process, from the start or what it left.  Only a process that
 * has no threads yet may fork ones that have; so the whole fit is a child,
 * too. */
static int live(const char *checkpoint, const char *result) {
  mg_vae_options options;
  mg_fit_options loop = mg_fit_options_default();
  mg_dataset *data = mg_dataset_named("digits", 1);
  const mg_rows rows = mg_dataset_part(data, MG_TRAIN);
  const mg_rows rest = mg_dataset_part(data, MG_VALIDATION);
  mg_vae_options_default(&data->space, &options);
  options.hidden = 32;
  options.latent = 4;
  loop.batch = 64;
  loop.passes = 12;
  loop.patience = 3;
  loop.threads = 2;
  mg_model *model = mg_model_alloc(&mg_vae_type, &data->space, &options, false);
  mg_fit *fit = mg_fit_alloc(model, &rows, &loop, 1);
  int status = fit ? mg_fit_validate(fit, &rest) : GSL_EFAILED;
  if (status == GSL_SUCCESS && access(checkpoint, F_OK) == 0)
    status = mg_fit_resume(fit, checkpoint);
  while (status == GSL_SUCCESS && mg_fit_test(fit) == GSL_CONTINUE) {
    status = mg_fit_iterate(fit);
    if (status == GSL_SUCCESS && mg_fit_steps(fit) % 4 == 0)
      status = mg_fit_checkpoint(fit, checkpoint);
  }
  if (status == GSL_SUCCESS)
    status = mg_fit_checkpoint(fit, checkpoint);
  if (status == GSL_SUCCESS)
    status = mg_fit_finish(fit);
  if (status == GSL_SUCCESS)
    status = mg_model_write(model, NULL, result);
  if (status != GSL_SUCCESS)
    fprintf(stderr, "%s\n", mg_reason());
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
  return status;
}

/* One life, ended after so many milliseconds (0: not at all).  Returns whether
 * it came to its end by itself. */
static bool live_for(const char *checkpoint, const char *result, long ms) {
  const pid_t child = fork();
  int status;
  cr_assert(child >= 0, "no process");
  if (child == 0)
    _exit(live(checkpoint, result) == GSL_SUCCESS ? 0 : 1);
  if (ms > 0) {
    nanosleep(
        &(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000},
        NULL);
    kill(child, SIGKILL);
  }
  cr_assert(waitpid(child, &status, 0) == child, "lost");
  cr_assert(!WIFEXITED(status) || WEXITSTATUS(status) == 0,
            "the process failed");
  return WIFEXITED(status);
}

static void expect_same_files(const char *a, const char *b, size_t kills) {
  char *one, *two;
  size_t size_a = 0, size_b = 0;
  cr_assert(mg_file_read(a, 1 << 24, &one, &size_a) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_assert(mg_file_read(b, 1 << 24, &two, &size_b) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_assert(size_a == size_b && memcmp(one, two, size_a) == 0,
            "after %zu kills %s and %s differ", kills, a, b);
  free(one);
  free(two);
}

static void expect_the_end(size_t kills) {
  expect_same_files("whole", "left", kills);
  expect_same_files("whole.model", "left.model", kills);
  remove("left");
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

Test(kills, a_vae_ends_with_the_bytes_of_one_that_nobody_killed,
     .init = folder_enter, .fini = folder_leave) {
  gsl_rng *rng = mg_stream_alloc(1, "test/kills", 0);
  const double from = milliseconds();
  cr_assert(live_for("whole", "whole.model", 0), "not alive");
  /* Moments up to half of what the whole took: kills, and ends, too. */
  const unsigned long most = 2 + (unsigned long)((milliseconds() - from) / 2);
  size_t kills = 0, ends = 0;
  while (kills < KILLS) {
    const long ms = 1 + (long)gsl_rng_uniform_int(rng, most);
    if (!live_for("left", "left.model", ms)) {
      kills++;
      continue;
    }
    expect_the_end(kills);
    ends++;
  }
  cr_assert(live_for("left", "left.model", 0), "killed without a kill");
  expect_the_end(kills);
  cr_log_info("%zu kills within %lu ms, %zu ends\n", kills, most, ends + 1);
  gsl_rng_free(rng);
}
