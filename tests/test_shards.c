/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shards cover every row once, whoever works on them, and the first failure is
 * the one that is told. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "base/shards.h"

/* ---- the cut ---- */

static void expect_cover(size_t n, size_t most) {
  const mg_shards cut = mg_shards_cut(n, most);
  const size_t limit = most ? most : MG_SHARDS_MOST;
  size_t next = 0;
  cr_expect(cut.rows == n, "%zu rows of %zu", cut.rows, n);
  cr_expect(cut.shards <= limit, "%zu rows: %zu shards, most %zu", n,
            cut.shards, limit);
  cr_expect(cut.shard_rows % MG_BLOCK_ROWS == 0, "shards of %zu rows",
            cut.shard_rows);
  for (size_t i = 0; i < cut.shards; i++) {
    cr_expect(mg_shards_first(&cut, i) == next, "%zu rows: shard %zu at %zu", n,
              i, mg_shards_first(&cut, i));
    cr_expect(mg_shards_rows(&cut, i) > 0, "%zu rows: shard %zu is empty", n,
              i);
    next += mg_shards_rows(&cut, i);
  }
  cr_expect(next == n, "shards of %zu rows hold %zu", n, next);
}

Test(shards, every_row_is_in_one_shard) {
  const size_t around[] = {1,   255,   256,   257,   511,   512,
                           513, 16383, 16384, 16385, 60000, 1000003};
  for (size_t i = 0; i < sizeof around / sizeof *around; i++)
    for (size_t most = 0; most < 70; most += 1 + most / 4)
      expect_cover(around[i], most);
  expect_cover(0, 0);
}

Test(shards, no_rows_are_no_shards) {
  const mg_shards cut = mg_shards_cut(0, 0);
  cr_expect(cut.shards == 0, "%zu shards of nothing", cut.shards);
  cr_expect(mg_shards_run(&cut, 0, NULL, NULL) == GSL_SUCCESS, "%s",
            mg_reason());
}

Test(shards, the_cut_is_a_matter_of_the_rows) {
  const mg_shards cut = mg_shards_cut(60000, 0);
  cr_expect(cut.shard_rows == 1024 && cut.shards == 59,
            "60000 rows: %zu shards of %zu", cut.shards, cut.shard_rows);
}

Test(shards, never_more_threads_than_shards) {
  const mg_shards one = mg_shards_cut(10, 0), many = mg_shards_cut(2000, 0);
  cr_expect(mg_shards_threads(&one, 8) == 1, "8 threads for one shard");
  cr_expect(mg_shards_threads(&many, 0) >= 1, "no thread");
  cr_expect(mg_shards_threads(&many, 0) <= 8, "more threads than shards");
#ifdef _OPENMP
  cr_expect(mg_shards_threads(&many, 3) == 3, "%zu threads instead of 3",
            mg_shards_threads(&many, 3));
  cr_expect(mg_shards_threads(&many, 20) == 8, "%zu threads for 8 shards",
            mg_shards_threads(&many, 20));
#endif
}

/* ---- the run ---- */

enum { ROWS = 5000, SHARDS = 20 };

typedef struct {
  size_t threads;
  int calls[SHARDS];
  bool bad_worker;
  size_t fails_from; /* shards from here on fail */
} job;

static int visit(void *work, size_t worker, size_t shard) {
  job *j = work;
  if (worker >= j->threads)
    j->bad_worker = true;
  j->calls[shard]++;
  return shard < j->fails_from
             ? GSL_SUCCESS
             : mg_fail(shard % 2 ? GSL_EDOM : GSL_EFAILED, "shard %zu", shard);
}

Test(shards, every_shard_is_worked_on_once) {
  const mg_shards cut = mg_shards_cut(ROWS, 0);
  cr_assert(cut.shards == SHARDS, "%zu shards", cut.shards);
  for (size_t threads = 1; threads <= 4; threads++) {
    job j = {.threads = threads, .fails_from = SHARDS};
    cr_assert(mg_shards_run(&cut, threads, &j, visit) == GSL_SUCCESS, "%s",
              mg_reason());
    cr_expect(!j.bad_worker, "a worker from %zu on", threads);
    for (size_t i = 0; i < SHARDS; i++)
      cr_expect(j.calls[i] == 1, "shard %zu: %d times on %zu threads", i,
                j.calls[i], threads);
  }
}

/* Whoever was first in time, the shard that is first in order is told, in this
 * thread; so a run that fails says the same every time. */
Test(shards, the_first_failure_is_told) {
  const mg_shards cut = mg_shards_cut(ROWS, 0);
  for (size_t threads = 1; threads <= 4; threads++)
    for (size_t from = 0; from < SHARDS; from++) {
      job j = {.threads = threads, .fails_from = from};
      char expected[32];
      snprintf(expected, sizeof expected, "shard %zu", from);
      mg_reason_clear();
      int status = mg_shards_run(&cut, threads, &j, visit);
      cr_expect(status == (from % 2 ? GSL_EDOM : GSL_EFAILED),
                "status %d of shard %zu on %zu threads", status, from, threads);
      cr_expect_str_eq(mg_reason(), expected, "'%s' on %zu threads",
                       mg_reason(), threads);
      for (size_t i = 0; threads == 1 && i < SHARDS; i++)
        cr_expect(j.calls[i] == (i <= from), "shard %zu after the failure", i);
    }
}

Test(shards, the_first_failure_is_told_every_time) {
  const mg_shards cut = mg_shards_cut(ROWS, 0);
  for (int i = 0; i < 20000; i++) {
    job j = {.threads = 4, .fails_from = (size_t)i % 3};
    int status = mg_shards_run(&cut, 4, &j, visit);
    cr_assert(status == (i % 3 == 1 ? GSL_EDOM : GSL_EFAILED),
              "run %d: status %d, %s", i, status, mg_reason());
    cr_assert(mg_reason()[6] == (char)('0' + i % 3), "run %d: %s", i,
              mg_reason());
  }
}

/* Two shards that fail, the later of which waits until the earlier is told, or
 * the other way round.  With one thread there is nobody to wait for. */
typedef struct {
  size_t last;
  bool begun, told;
} turns;

static int fail_in_turn(void *work, size_t worker, size_t shard) {
  turns *p = work;
  const bool waits = shard == p->last;
  (void)worker;
  for (int i = 0; i < 100; i++) {
    bool go;
    if (waits) {
#pragma omp atomic write
      p->begun = true;
#pragma omp atomic read
      go = p->told;
    } else {
#pragma omp atomic read
      go = p->begun;
    }
    if (go)
      break;
    usleep(1000);
  }
  if (waits)
    usleep(2000); /* the other one has returned; now it is noted */
#pragma omp atomic write
  p->told = true;
  return mg_fail(shard ? GSL_EDOM : GSL_EFAILED, "shard %zu", shard);
}

Test(shards, the_first_in_order_is_told_though_the_last_in_time) {
  const mg_shards cut = mg_shards_cut(2 * MG_BLOCK_ROWS, 0);
  for (size_t last = 0; last < 2; last++) {
    turns p = {.last = last};
    int status = mg_shards_run(&cut, 2, &p, fail_in_turn);
    cr_expect(status == GSL_EFAILED, "shard %zu waits: status %d", last,
              status);
    cr_expect_str_eq(mg_reason(), "shard 0", "shard %zu waits: '%s'", last,
                     mg_reason());
  }
}

static int fail_silently(void *work, size_t worker, size_t shard) {
  (void)work, (void)worker, (void)shard;
  mg_reason_clear();
  return GSL_EDOM;
}

Test(shards, a_failure_without_a_reason_gets_gsls_words) {
  const mg_shards cut = mg_shards_cut(ROWS, 0);
  cr_expect(mg_shards_run(&cut, 2, NULL, fail_silently) == GSL_EDOM,
            "no error");
  cr_expect_str_eq(mg_reason(), gsl_strerror(GSL_EDOM), "'%s'", mg_reason());
}
