/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one parallel loop of the networks; see tiles.h.
 *
 * oneDNN asks OpenMP how many threads there are, also in a team of one.  The
 * number is set to 1 inside the region, where it belongs to the region's own
 * tasks and is gone at its end.  Inside such a region, as inside one of a
 * caller's, a loop is done by the thread that came to it. */
#include "nets/tiles.h"

#ifdef _OPENMP
#include <omp.h>

static int crew_of(size_t tiles, size_t threads) {
  if (threads == 0)
    threads = (size_t)omp_get_max_threads();
  if (tiles < threads)
    threads = tiles;
  return threads ? (int)threads : 1;
}

void mg_tiles_run(size_t tiles, size_t threads, const void *job,
                  void (*work)(const void *job, size_t tile)) {
  if (omp_in_parallel() || omp_get_max_threads() == 1) {
    for (size_t tile = 0; tile < tiles; tile++)
      work(job, tile);
    return;
  }
#pragma omp parallel num_threads(crew_of(tiles, threads))
  {
    omp_set_num_threads(1);
#pragma omp for schedule(dynamic, 1)
    for (size_t tile = 0; tile < tiles; tile++)
      work(job, tile);
  }
}

#else

void mg_tiles_run(size_t tiles, size_t threads, const void *job,
                  void (*work)(const void *job, size_t tile)) {
  (void)threads;
  for (size_t tile = 0; tile < tiles; tile++)
    work(job, tile);
}

#endif

size_t mg_tiles_count(size_t n, size_t size) {
  return n / size + (n % size != 0);
}

size_t mg_tiles_size(size_t n, size_t size, size_t tile) {
  const size_t left = n - tile * size;
  return left < size ? left : size;
}
