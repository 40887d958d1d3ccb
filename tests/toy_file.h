/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the toy families, whole ones and bytes as a test wants them. */
#ifndef MG_TESTS_TOY_FILE_H
#define MG_TESTS_TOY_FILE_H

#include <criterion/criterion.h>
#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "models/save.h"
#include "toy_family.h"

static const char *const path = "model.safetensors";

static const char *const notes[] = {"command", "marginalia fit \"pair\"\n",
                                    "seed", "7", NULL};

/* Doubles that a detour through text or float would change. */
static const double means[6] = {-0.0, DBL_TRUE_MIN, 1e308, 1 + DBL_EPSILON,
                                0.1,  -DBL_MAX};

static inline mg_model *make_pair(void) {
  const mg_space space = {.dim = 2, .measure = MG_REALS, .classes = 3};
  const pair_options options = {3, 0.1, 2};
  mg_model *model = mg_model_alloc(&pair_type, &space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  pair *p = model->self;
  memcpy(p->weights, (double[]){0.5, 0.25, 0.25}, 3 * sizeof(double));
  memcpy(p->means, means, sizeof means);
  pair_inits = 0;
  return model;
}

static inline mg_model *make_kept(size_t rows) {
  const mg_space space = {
      .dim = 4, .measure = MG_BINARY, .levels = 2, .height = 2, .width = 2};
  mg_model *model = mg_model_alloc(&kept_type, &space, NULL, false);
  cr_assert_not_null(model, "%s", mg_reason());
  kept *k = model->self;
  k->scale = 0.3;
  if (rows > 0)
    cr_assert(kept_reserve(k, rows) == GSL_SUCCESS, "no memory");
  for (size_t i = 0; i < rows * 4; i++)
    k->rows[i] = 1.0 / (double)(i + 1);
  return model;
}

/* Three floats and a double; steps are more than the file has numbers. */
static inline mg_model *make_floats(void) {
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  const floats_options options = {3, 100000};
  mg_model *model = mg_model_alloc(&floats_type, &space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  floats *f = model->self;
  memcpy(f->theta, (mg_real[]){1.1F, -0.0F, FLT_MAX}, 3 * sizeof(mg_real));
  f->scale = 0.3;
  return model;
}

static inline void write_model(mg_model *model) {
  cr_assert(mg_model_write(model, notes, path) == GSL_SUCCESS, "%s",
            mg_reason());
  mg_model_free(model);
}

/* Removed first: ext4 sends a file that is cut and written anew to the disk. */
static inline void write_bytes(const char *bytes, size_t size) {
  remove(path);
  FILE *stream = fopen(path, "wb");
  cr_assert_not_null(stream, "cannot write the test's file");
  cr_assert(fwrite(bytes, 1, size, stream) == size, "short write");
  fclose(stream);
}

static inline char *read_bytes(size_t *size) {
  char *bytes;
  cr_assert(mg_file_read(path, 1 << 20, &bytes, size) == GSL_SUCCESS, "%s",
            mg_reason());
  return bytes;
}

static inline size_t header_size(const char *bytes) {
  uint64_t length;
  memcpy(&length, bytes, 8);
  return (size_t)length;
}

#endif
