/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seed of a student's inputs.
 *
 * HMAC-SHA256 (RFC 2104, by nettle) of course, term, exercise and student under
 * the teacher's key, its first 64 bits.  Whoever has the key can make it again;
 * who has not cannot guess it, nor the inputs.  It is printed with the points,
 * so that a failure can be replayed: marginalia exercise check NAME --inputs=.
 */
#ifndef MG_EXERCISE_KEYED_H
#define MG_EXERCISE_KEYED_H

typedef struct {
  const char *key; /* the teacher's secret; "" is allowed, and then anybody can
                    * make the seed */
  const char *course, *term, *exercise, *student;
} mg_keyed;

/* The seed.  Fields are hashed with their lengths, so that no two quadruples
 * run together. */
unsigned long mg_keyed_seed(const mg_keyed *k);

#endif
