/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seed of a student's inputs; see keyed.h.
 *
 * What is hashed is, of each field in turn, its length as eight bytes, the
 * highest first, and its bytes.  A length tells where a field ends, so ("ab",
 * "c") and ("a", "bc") are two texts.
 *
 * Not here: reading the key from its file, which the program does, and the
 * inputs, which are made from the seed by named streams (exercise/trial). */
#include "config.h"

#include "exercise/keyed.h"

#include <nettle/hmac.h>
#include <nettle/version.h>
#include <stdint.h>
#include <string.h>

enum { LENGTH_BYTES = 8, SEED_BYTES = 8 };

static void add(struct hmac_sha256_ctx *hash, const char *field) {
  const uint64_t length = strlen(field);
  uint8_t bytes[LENGTH_BYTES];
  for (size_t i = 0; i < LENGTH_BYTES; i++)
    bytes[i] = (uint8_t)(length >> (8 * (LENGTH_BYTES - 1 - i)));
  hmac_sha256_update(hash, sizeof bytes, bytes);
  hmac_sha256_update(hash, length, (const uint8_t *)field);
}

unsigned long mg_keyed_seed(const mg_keyed *k) {
  struct hmac_sha256_ctx hash;
  uint8_t digest[SHA256_DIGEST_SIZE];
  hmac_sha256_set_key(&hash, strlen(k->key), (const uint8_t *)k->key);
  add(&hash, k->course);
  add(&hash, k->term);
  add(&hash, k->exercise);
  add(&hash, k->student);
#if NETTLE_VERSION_MAJOR < 4
  hmac_sha256_digest(&hash, sizeof digest, digest);
#else
  hmac_sha256_digest(&hash, digest);
#endif
  uint64_t seed = 0;
  for (size_t i = 0; i < SEED_BYTES; i++)
    seed = seed << 8 | digest[i];
  return (unsigned long)seed;
}
