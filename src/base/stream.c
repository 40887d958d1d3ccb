/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a seed, a name and an index to the start of a generator.
 *
 * FNV-1a (Fowler, Noll & Vo) takes one byte at a time: hash = (hash xor byte)
 * times a prime, modulo 2^64.  It is fed the seed's 8 bytes, the index's 8
 * bytes, and the name; the two numbers come first and have a fixed length, so
 * no two different triples feed the same bytes.
 *
 * FNV's low bits depend on few bits of the last byte, so the 64 bits are mixed
 * by the finaliser of splitmix64 (Steele, Lea & Flood 2014): after it each bit
 * of the result depends on every bit of the hash.  Its upper 32 bits are the
 * start.  mt19937 takes 32 bits, and gsl_rng_set reads 0 as "the default
 * seed", 4357; so 0 is replaced by a start of its own.
 *
 * The bytes are taken by shifts, so that a stream is the same on machines of
 * either byte order and either width of long (for seeds that fit both).
 *
 * Not here: streams proved not to overlap.  Two of the 2^19937 - 1 states that
 * are chosen at random meet within 2^64 draws with negligible probability. */
#include "base/stream.h"

#include <stdint.h>

#include "base/status.h"

static const uint64_t FNV_START = 14695981039346656037u;
static const uint64_t FNV_PRIME = 1099511628211u;

static uint64_t hash_number(uint64_t hash, uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ ((number >> shift) & 0xff)) * FNV_PRIME;
  return hash;
}

static uint64_t hash_name(uint64_t hash, const char *name) {
  for (; *name; name++)
    hash = (hash ^ (unsigned char)*name) * FNV_PRIME;
  return hash;
}

static uint64_t mix(uint64_t h) {
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

unsigned long mg_stream_seed(unsigned long seed, const char *name,
                             unsigned long index) {
  uint64_t hash = hash_number(hash_number(FNV_START, seed), index);
  uint64_t start = mix(hash_name(hash, name)) >> 32;
  return start ? (unsigned long)start : 1;
}

void mg_stream_set(gsl_rng *rng, unsigned long seed, const char *name,
                   unsigned long index) {
  gsl_rng_set(rng, mg_stream_seed(seed, name, index));
}

gsl_rng *mg_stream_alloc(unsigned long seed, const char *name,
                         unsigned long index) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  if (rng)
    mg_stream_set(rng, seed, name, index);
  else
    mg_fail(GSL_ENOMEM, "no memory for a random generator");
  return rng;
}
