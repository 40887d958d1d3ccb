/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seed of a student: HMAC-SHA256 as another program computes it, and
 * another one for whatever is another. */
#include "config.h"

#include <criterion/criterion.h>

#include "exercise/keyed.h"

static const mg_keyed ada = {.key = "a secret of the teacher",
                             .course = "ML 101",
                             .term = "2026 autumn",
                             .exercise = "log-sum-exp",
                             .student = "ada"};

/* The first 16 digits of: printf
 * '\0\0\0\0\0\0\0\6ML 101\0\0\0\0\0\0\0\0132026 autumn\0\0\0\0\0\0\0\013'\
 * 'log-sum-exp\0\0\0\0\0\0\0\3ada' | openssl dgst -sha256 -hmac KEY */
Test(keyed, is_what_openssl_computes) {
  cr_expect_eq(mg_keyed_seed(&ada), 0x751d1246b749c63aUL, "%lx",
               mg_keyed_seed(&ada));
}

Test(keyed, another_field_is_another_seed) {
  const unsigned long seed = mg_keyed_seed(&ada);
  for (size_t i = 0; i < 5; i++) {
    mg_keyed other = ada;
    *(const char **[]){&other.key, &other.course, &other.term, &other.exercise,
                       &other.student}[i] = "bob";
    cr_expect_neq(mg_keyed_seed(&other), seed, "field %zu has no effect", i);
  }
}

Test(keyed, fields_do_not_run_together) {
  const mg_keyed a = {"key", "ab", "c", "", "d"};
  const mg_keyed b[] = {{"key", "a", "bc", "", "d"},
                        {"key", "ab", "", "c", "d"},
                        {"key", "ab", "c", "d", ""},
                        {"key", "", "abc", "", "d"}};
  for (size_t i = 0; i < 4; i++)
    cr_expect_neq(mg_keyed_seed(&a), mg_keyed_seed(&b[i]), "quadruple %zu", i);
}

/* A key longer than the hash's block is hashed itself first (RFC 2104). */
Test(keyed, any_key_will_do) {
  char key[201] = "";
  for (size_t i = 0; i < 200; i++)
    key[i] = 'k';
  mg_keyed k = ada;
  k.key = "";
  const unsigned long none = mg_keyed_seed(&k);
  k.key = key;
  const unsigned long all = mg_keyed_seed(&k);
  key[199] = '\0';
  cr_expect_neq(none, all, "the empty key");
  cr_expect_neq(mg_keyed_seed(&k), all, "the last byte of a long key");
}
