/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one parallel loop over rows; see shards.h. */
#include "base/shards.h"

#include <stdio.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/status.h"

mg_shards mg_shards_cut(size_t n, size_t most) {
  if (most == 0)
    most = MG_SHARDS_MOST;
  size_t blocks = (n + MG_BLOCK_ROWS - 1) / MG_BLOCK_ROWS;
  size_t shard_blocks = blocks ? (blocks + most - 1) / most : 1;
  mg_shards cut = {.rows = n, .shard_rows = shard_blocks * MG_BLOCK_ROWS};
  cut.shards = (n + cut.shard_rows - 1) / cut.shard_rows;
  return cut;
}

size_t mg_shards_first(const mg_shards *cut, size_t shard) {
  return shard * cut->shard_rows;
}

size_t mg_shards_rows(const mg_shards *cut, size_t shard) {
  size_t left = cut->rows - mg_shards_first(cut, shard);
  return left < cut->shard_rows ? left : cut->shard_rows;
}

size_t mg_shards_threads(const mg_shards *cut, size_t threads) {
#ifdef _OPENMP
  if (threads == 0)
    threads = (size_t)omp_get_max_threads();
#else
  threads = 1;
#endif
  if (threads > cut->shards)
    threads = cut->shards;
  return threads ? threads : 1;
}

static size_t worker_number(void) {
#ifdef _OPENMP
  return (size_t)omp_get_thread_num();
#else
  return 0;
#endif
}

/* What went wrong first; a reason is kept a thread, so it is copied out. */
typedef struct {
  size_t shard;
  int status;
  char reason[512];
} failure;

static void note_failure(failure *first, size_t shard, int status) {
#ifdef _OPENMP
#pragma omp critical(mg_shards_failure)
#endif
  if (shard < first->shard) {
#ifdef _OPENMP
#pragma omp atomic write
#endif
    first->shard = shard;
    first->status = status;
    snprintf(first->reason, sizeof first->reason, "%s", mg_status_text(status));
  }
}

/* Only shards after a failure are left out: one before it, perhaps taken by a
 * thread that was then kept waiting, may fail too, and would be the first. */
int mg_shards_run(const mg_shards *cut, size_t threads, void *job,
                  int (*work)(void *job, size_t worker, size_t shard)) {
  const size_t shards = cut->shards;
  failure first = {.shard = shards, .status = GSL_SUCCESS};
  int crew = (int)mg_shards_threads(cut, threads);
  (void)crew;
#ifdef _OPENMP
#pragma omp parallel for num_threads(crew) schedule(dynamic, 1)
#endif
  for (size_t shard = 0; shard < shards; shard++) {
    size_t failed;
#ifdef _OPENMP
#pragma omp atomic read
#endif
    failed = first.shard;
    if (shard > failed)
      continue;
    int status = work(job, worker_number(), shard);
    if (status != GSL_SUCCESS)
      note_failure(&first, shard, status);
  }
  if (first.status != GSL_SUCCESS)
    return mg_fail(first.status, "%s", first.reason);
  return GSL_SUCCESS;
}
