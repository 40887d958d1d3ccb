/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in fixed shards, worked on by any number of threads.
 *
 * Floating-point sums depend on their order, so the order is made a matter of
 * the data and never of the machine: n rows are cut into the same shards
 * whatever the number of threads, each shard is worked through from its first
 * row to its last by one thread, and what the shards found is summed in the
 * order of the shards.  Who uses this gets the same bytes for 1, 2 or 64
 * threads. */
#ifndef MG_BASE_SHARDS_H
#define MG_BASE_SHARDS_H

#include <stddef.h>

enum {
  MG_BLOCK_ROWS = 256, /* rows in a batch: what fits the second-level cache */
  MG_SHARDS_MOST = 64
};

typedef struct {
  size_t rows;       /* n in all */
  size_t shard_rows; /* in each but the last, a multiple of MG_BLOCK_ROWS */
  size_t shards;     /* how many */
} mg_shards;

/* Cuts n rows into at most `most` shards (0: MG_SHARDS_MOST). */
mg_shards mg_shards_cut(size_t n, size_t most);

/* First row of a shard, and how many it has. */
size_t mg_shards_first(const mg_shards *cut, size_t shard);
size_t mg_shards_rows(const mg_shards *cut, size_t shard);

/* How many threads will work: threads, or OpenMP's number for 0, but never
 * more than there are shards. */
size_t mg_shards_threads(const mg_shards *cut, size_t threads);

/* Calls work(job, worker, shard) once for every shard.
 *   threads  in  as mg_shards_threads
 *   work     in  worker < threads says whose scratch memory to use; returns a
 *                status
 * Returns GSL_SUCCESS, or the status and reason of the first shard, in their
 * order, that failed; the shards after a failure may not have been worked on.
 */
int mg_shards_run(const mg_shards *cut, size_t threads, void *job,
                  int (*work)(void *job, size_t worker, size_t shard));

#endif
