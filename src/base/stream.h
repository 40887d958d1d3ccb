/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named random streams.
 *
 * One seed is given on the command line; every use of chance has a name
 * ("gmm/start", "dequantise") and, where there are many alike, an index (a
 * shard, a restart).  Seed, name and index together start a generator of their
 * own.  So a draw that is added in one place does not move the draws of
 * another, and a shard draws the same numbers whichever thread works on it.
 *
 * The generator is GSL's mt19937; what is made here is only its start: the
 * three are hashed by FNV-1a (Fowler, Noll & Vo) and mixed to the 32 bits that
 * mt19937 takes.  Two given streams share a start with probability 2^-32. */
#ifndef MG_BASE_STREAM_H
#define MG_BASE_STREAM_H

#include <gsl/gsl_rng.h>

/* A generator started for seed, name and index; NULL when memory is short.
 * The caller frees it with gsl_rng_free. */
gsl_rng *mg_stream_alloc(unsigned long seed, const char *name,
                         unsigned long index);

/* Starts an mt19937 that exists already anew; allocates nothing. */
void mg_stream_set(gsl_rng *rng, unsigned long seed, const char *name,
                   unsigned long index);

/* The seed of a named sub-stream: for a part that takes a seed of its own. */
unsigned long mg_stream_seed(unsigned long seed, const char *name,
                             unsigned long index);

#endif
