/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CBLAS in use, and the processor under it.
 *
 * cblas_dgemm is named here, so that a linker that leaves out libraries which
 * nobody names (--as-needed) keeps the chosen one: otherwise libgsl would bring
 * GSL's own, thirty times slower, without a word. */
#include "config.h"

#include "command/cblas.h"

#include <dlfcn.h>
#include <gsl/gsl_cblas.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ISO C has no cast from void * to a function; POSIX promises that the bits
 * are the same. */
typedef char *text_function(void);
typedef int count_function(void);

static void find_function(const char *name, void *function, size_t size) {
  void *found = dlsym(RTLD_DEFAULT, name);
  memcpy(function, &found, size);
}

static const char *ask_text(const char *name) {
  text_function *ask = NULL;
  find_function(name, &ask, sizeof ask);
  const char *text = ask ? ask() : NULL;
  return text ? text : "";
}

struct cblas_facts cblas_find(void) {
  struct cblas_facts facts = {.path = "",
                              .config = ask_text("openblas_get_config"),
                              .core = ask_text("openblas_get_corename")};
  void (*product)(const enum CBLAS_ORDER, const enum CBLAS_TRANSPOSE,
                  const enum CBLAS_TRANSPOSE, const int, const int, const int,
                  const double, const double *, const int, const double *,
                  const int, const double, double *, const int) = cblas_dgemm;
  void *address;
  memcpy(&address, &product, sizeof address);
  Dl_info info;
  if (dladdr(address, &info) && info.dli_fname)
    facts.path = info.dli_fname;
  count_function *threads = NULL;
  find_function("openblas_get_num_threads", &threads, sizeof threads);
  facts.threads = threads ? threads() : 0;
  return facts;
}

#if defined(__x86_64__) && defined(__GNUC__)
const char *processor_features(char *text, size_t size) {
  snprintf(text, size, "sse2%s%s%s%s",
           __builtin_cpu_supports("avx") ? " avx" : "",
           __builtin_cpu_supports("avx2") ? " avx2" : "",
           __builtin_cpu_supports("fma") ? " fma" : "",
           __builtin_cpu_supports("avx512f") ? " avx512f" : "");
  return text;
}

/* Kernels from before AVX, by OpenBLAS's names. */
static const char *const old_cores[] = {
    "Prescott",  "Core2",   "Penryn",     "Dunnington", "Nehalem",
    "Atom",      "Katmai",  "Coppermine", "Northwood",  "Banias",
    "Generic",   "unknown", "Athlon",     "Opteron",    "Opteron_SSE3",
    "Barcelona", NULL};

const char *cblas_better_core(const struct cblas_facts *facts) {
  const char *const *core = old_cores;
  while (*core && strcasecmp(*core, facts->core) != 0)
    core++;
  if (!*core || !*facts->core)
    return NULL;
  if (__builtin_cpu_supports("avx512f"))
    return "SKYLAKEX";
  if (__builtin_cpu_supports("avx2"))
    return "HASWELL";
  return __builtin_cpu_supports("avx") ? "SANDYBRIDGE" : NULL;
}
#else
const char *processor_features(char *text, size_t size) {
  if (size)
    *text = '\0';
  return text;
}

const char *cblas_better_core(const struct cblas_facts *facts) {
  (void)facts;
  return NULL;
}
#endif
