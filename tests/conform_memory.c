/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that runs out, at every point where some is asked for.
 *
 * This program has a malloc of its own, which hands on to glibc's and, inside a
 * window, counts the blocks that are alive and refuses the n-th.  What a
 * session does with a family (make, fit, evaluate, sample, save, load) is run
 * again and again with n = 1, 2, 3 ...: each time it must end in an error with
 * a reason, and every block that it took must be back.
 *
 * Other C libraries have no such back door, sanitizers and valgrind have a
 * malloc of their own, and LLVM's OpenMP asks malloc for every team and ends
 * the program when it is refused: there the tests are skipped. */
#include "config.h"

#include "conform.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eval/bound.h"
#include "models/save.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MG_OWN_MALLOC 0
#elif defined(__clang__) && defined(_OPENMP)
#define MG_OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define MG_OWN_MALLOC 0
#endif
#endif
#ifndef MG_OWN_MALLOC
#ifdef __GLIBC__
#define MG_OWN_MALLOC 1
#else
#define MG_OWN_MALLOC 0
#endif
#endif

/* Of this thread alone: Criterion has others.  Volatile, since a compiler knows
 * of malloc that it reads and writes no variables. */
static _Thread_local volatile bool counting;
static _Thread_local volatile long asked, alive, refused;

/* How much the last request was for, and the two before it. */
static _Thread_local size_t last, before[2];

#if MG_OWN_MALLOC
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

/* Is this request the one to refuse? */
static bool refuse(size_t size) {
  if (!counting)
    return false;
  if (refused == 0 || asked < refused) {
    before[1] = before[0];
    before[0] = last;
    last = size;
  }
  if (++asked != refused)
    return false;
  errno = ENOMEM;
  return true;
}

static void *count(void *block) {
  if (counting && block)
    alive++;
  return block;
}

void *malloc(size_t size) {
  return refuse(size) ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t n, size_t size) {
  return refuse(n * size) ? NULL : count(__libc_calloc(n, size));
}

void *realloc(void *block, size_t size) {
  if (refuse(size))
    return NULL;
  void *moved = __libc_realloc(block, size);
  if (counting && moved && !block)
    alive++;
  return moved;
}

/* OpenMP's own, for a team of threads; refused, it ends the program. */
void *aligned_alloc(size_t alignment, size_t size) {
  return count(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size) {
  return count(__libc_memalign(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  *block = count(__libc_memalign(alignment, size));
  return *block ? 0 : ENOMEM;
}

void free(void *block) {
  if (counting && block)
    alive--;
  __libc_free(block);
}
#endif

/* Not what is tried here, and by far the slowest part of writing a file. */
int fsync(int file) {
  (void)file;
  return 0;
}

/* Memory that is counted and never refused. */
static void *patient(size_t size) {
#if MG_OWN_MALLOC
  return count(__libc_malloc(size));
#else
  return malloc(size);
#endif
}

/* Is the malloc above the one that libraries call, too? */
static bool own_malloc(void) {
  counting = true;
  asked = alive = refused = 0;
  gsl_vector *vector = gsl_vector_alloc(1);
  const bool own = asked > 0 && alive == asked;
  gsl_vector_free(vector);
  counting = false;
  return own && alive == 0;
}

/* ---- a session ---- */

enum { ROWS = 24, DRAWS = 3 };

/* Results, and what is set up before memory becomes short. */
typedef struct {
  setting s;
  gsl_rng *rng;
  gsl_matrix *x;     /* as self takes it */
  gsl_vector *log_p; /* ROWS */
  gsl_matrix *drawn;
} cast;

/* A lower bound, with moves where z has a gradient, and an upper one. */
static int use_latent(const mg_model *model, const mg_rows *rows) {
  const mg_bound_options options = {.k = 30,
                                    .draws = 1,
                                    .temperatures =
                                        model->type->latent->discrete ? 1 : 2,
                                    .leaps = 1,
                                    .threads = 1};
  const mg_rows few = {.data = rows->data, .n = 3};
  mg_evidence evidence, upper;
  int status = mg_bound_of(model, MG_BOUND_AIS, &few, &options, 1, &evidence);
  if (status == GSL_SUCCESS)
    status = mg_bound_sandwich(model, 3, &options, 1, &evidence, &upper);
  return status;
}

static int use_model(cast *c, mg_model *model) {
  const mg_rows rows = mg_dataset_all(c->s.data);
  const mg_evidence_options options = {.draws = 1, .threads = 1};
  mg_evidence evidence;
  int status = mg_fit_run(model, &rows, &c->s.recipe->fit, 1);
  if (status == GSL_SUCCESS)
    status = conform_ask(model, c->x, c->log_p);
  if (status == GSL_SUCCESS && mg_model_judges(model->type))
    status = mg_evidence_of(model, &rows, &options, 1, &evidence);
  if (status == GSL_SUCCESS && model->type->sample)
    status = mg_model_sample(model, c->rng, c->drawn);
  if (status == GSL_SUCCESS && model->type->latent)
    status = use_latent(model, &rows);
  return status;
}

static int make_and_use(cast *c) {
  mg_recipe *recipe = mg_recipe_alloc(c->s.recipe->type, c->s.data, 0);
  if (!recipe)
    return GSL_EFAILED;
  mg_model *model = mg_recipe_model(recipe, &c->s.data->space);
  int status = model ? use_model(c, model) : GSL_EFAILED;
  mg_model_free(model);
  mg_recipe_free(recipe);
  return status;
}

static int write_and_read(cast *c) {
  static const char *const notes[] = {"seed", "1", NULL};
  int status = mg_model_write(c->s.model, notes, "model");
  if (status != GSL_SUCCESS)
    return status;
  /* jansson 2.14, refused memory in the middle of a long word, goes on and
   * writes behind the word's end: it is asked for patience while it reads. */
  json_set_alloc_funcs(patient, free);
  mg_model *back = mg_model_read(mg_zoo, "model");
  json_set_alloc_funcs(malloc, free);
  status = back ? conform_ask(back, c->x, c->log_p) : GSL_EFAILED;
  mg_model_free(back);
  return status;
}

/* ---- one request after the other is refused ---- */

static int with_refusal(int (*session)(cast *), cast *c, long n) {
  mg_reason_clear();
  asked = alive = 0;
  refused = n;
  counting = true;
  int status = session(c);
  counting = false;
  return status;
}

static size_t files_here(void) {
  DIR *here = opendir(".");
  size_t n = 0;
  while (here && readdir(here))
    n++;
  if (here)
    closedir(here);
  return n;
}

/* gsl_matrix_alloc of GSL 2.7 asks for the matrix, for a block and for the
 * block's data, and when the block or its data are refused forgets to give the
 * matrix back. */
static bool gsl_loses_a_matrix(void) {
  const bool block = before[0] == sizeof(gsl_matrix);
  const bool data =
      before[1] == sizeof(gsl_matrix) && before[0] == sizeof(gsl_block);
  return (block && last == sizeof(gsl_block)) || data;
}

/* Requests that were refused without harm are those that a library can do
 * without (a buffer of stdio's, GSL's or jansson's own retry). */
static void refuse_each(int (*session)(cast *), cast *c) {
  /* The first session lets libraries take what they keep for ever. */
  int status = with_refusal(session, c, 0);
  cr_assert(status == GSL_SUCCESS, "with memory enough: %s", mg_reason());
  status = with_refusal(session, c, 0);
  cr_assert(status == GSL_SUCCESS && alive == 0, "%ld blocks are lost", alive);
  const long all = asked;
  const long step = all / 600 + 1;
  const size_t files = files_here();
  long harmless = 0;
  cr_assert(all > 5, "only %ld requests", all);
  for (long n = 1; n <= all; n += n < 300 ? 1 : step) {
    status = with_refusal(session, c, n);
    cr_expect(alive == 0 || (alive == 1 && gsl_loses_a_matrix()),
              "request %ld of %ld refused: %ld blocks are lost", n, all, alive);
    cr_expect(status == GSL_SUCCESS || *mg_reason(),
              "request %ld of %ld refused: no reason", n, all);
    cr_expect(files_here() <= files, "request %ld refused: a file is left", n);
    harmless += status == GSL_SUCCESS;
  }
  cr_expect(harmless <= all / 4, "%ld of %ld refusals went unnoticed", harmless,
            all);
}

static cast cast_of(const mg_model_type *type, place where) {
  cast t = {.s = conform_set(type, where, ROWS)};
  conform_fit(&t.s, 1);
  t.rng = mg_stream_alloc(1, "test/memory", 0);
  t.x = conform_rows(&t.s);
  t.log_p = gsl_vector_alloc(ROWS);
  t.drawn = gsl_matrix_alloc(DRAWS, t.x->size2);
  /* A failing start must not be made up for by another one. */
  t.s.recipe->fit.passes = 3;
  return t;
}

static void cast_clear(cast *t) {
  gsl_rng_free(t->rng);
  gsl_matrix_free(t->x);
  gsl_vector_free(t->log_p);
  gsl_matrix_free(t->drawn);
  conform_clear(&t->s);
}

static void memory_may_run_out(const mg_model_type *type, place where,
                               int (*session)(cast *)) {
  if (!own_malloc())
    cr_skip_test("malloc is not this program's own here");
  if (!conform_stands(type, where))
    return;
  cast t = cast_of(type, where);
  refuse_each(session, &t);
  cast_clear(&t);
}

static void memory_may_run_out_in_use(const mg_model_type *type, place where) {
  memory_may_run_out(type, where, make_and_use);
}

static void memory_may_run_out_in_files(const mg_model_type *type,
                                        place where) {
  memory_may_run_out(type, where, write_and_read);
}

/* ---- clear ---- */

static void clear_is_safe(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, ROWS);
  void *self = calloc(1, type->size);
  type->clear(self); /* zeroed */
  mg_space inner = s.model->space;
  if (s.model->dequantise) {
    inner.measure = MG_REALS;
    inner.levels = 0;
  }
  long all = 1;
  for (long n = 1; own_malloc() && n <= all; n++) {
    memset(self, 0, type->size);
    asked = alive = 0;
    refused = n;
    counting = true;
    int status = type->init(self, &inner, s.recipe->options);
    type->clear(self); /* half-built */
    counting = false;
    cr_expect(alive == 0 || (alive == 1 && gsl_loses_a_matrix()),
              "request %ld refused: %ld blocks are lost", n, alive);
    if (status != GSL_SUCCESS)
      all = n + 1;
  }
  memset(self, 0, type->size);
  cr_assert(type->init(self, &inner, s.recipe->options) == GSL_SUCCESS, "%s",
            mg_reason());
  type->clear(self);
  free(self);
  conform_clear(&s);
}

#define LAWS(family)                                                           \
  CONFORM_EVERYWHERE(family, memory_may_run_out_in_use)                        \
  CONFORM_EVERYWHERE(family, memory_may_run_out_in_files)                      \
  CONFORM_EVERYWHERE(family, clear_is_safe)
CONFORM_FAMILIES(LAWS)
