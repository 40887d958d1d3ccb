/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one parallel loop of the networks.
 *
 * Work is cut into tiles whose sizes follow from the shapes alone.  Who works
 * on which tile is left to OpenMP and does not matter: a tile writes what no
 * other tile writes, and where tiles are summed, the caller adds them in their
 * order afterwards.  So results are the same bytes for any number of threads.
 *
 * A BLAS that is called in a tile stays on one thread. */
#ifndef MG_NETS_TILES_H
#define MG_NETS_TILES_H

#include <stddef.h>

/* Numbers in a tile of a loop over single numbers. */
#define MG_TILE_NUMBERS ((size_t)8192)

/* Does work(job, tile) for every tile below `tiles`.
 *   threads  in  at most so many; 0: as many as OpenMP would take */
void mg_tiles_run(size_t tiles, size_t threads, const void *job,
                  void (*work)(const void *job, size_t tile));

/* How many tiles of `size` hold n. */
size_t mg_tiles_count(size_t n, size_t size);

/* How many of n are in this tile of `size`; the last may have fewer. */
size_t mg_tiles_size(size_t n, size_t size, size_t tile);

#endif
