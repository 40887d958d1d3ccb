/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fit written down, and gone on from as if it had never been stopped.
 *
 * What the next update depends on is short, since all chance follows from the
 * seed and the position (models/fit_batch):
 *
 *   parameters.*  the family's tensors
 *   state.*       what it names beside them: an optimizer's moments and counts
 *   best.*        the parameters of the best epoch of this start, if any
 *   earlier.*     those of the best start before this one, if any
 *   loop          the position and what was summed up to it: LOOP_SIZE doubles
 *   optima        what each start came to: restarts x 3
 *
 * They are arrays of a safetensors file, so they come back to the bit, and are
 * checked as those of a model's file are; the file is written beside its place
 * and renamed (base/file), so a process that is killed while it writes leaves
 * the checkpoint before.
 *
 * The metadata say which fit it is: family, space and options as in a model's
 * file, the loop's options, the seed, and of the rows their number and a CRC-32
 * of all values and labels.  A fit that differs in any of these is refused,
 * with what differs, because it would go on to results that neither fit has.
 * Not among them: threads, which change nothing, and where the data came from.
 *
 * Not here: a family by sums.  What EM derives at its start (floors, scales) is
 * not among its tensors, and its passes are few. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/status.h"
#include "models/fit_inside.h"
#include "models/safetensors.h"
#include "models/save.h"

#define FORMAT "marginalia fit 2"

enum { NAME_SIZE = 80, TEXT_SIZE = 160, OPTIMUM_SIZE = 3 };

enum {
  RESTART,
  STEPS,
  OVER,
  FINISHED,
  DATA_SEEN,
  PREVIOUS,
  OBJECTIVE,
  LOG_LIKELIHOOD,
  EPOCH_OBJECTIVE,
  EPOCH_LOG_LIKELIHOOD,
  EARLIER,
  EARLIER_OBJECTIVE,
  WAITED,
  LAST_VALIDATION,
  BEST_VALIDATION,
  AGAIN,
  JUDGED,
  EPOCH_GAUGE,
  EPOCH_GAUGED = EPOCH_GAUGE + MG_GAUGES,
  GAUGE = EPOCH_GAUGED + MG_GAUGES,
  LOOP_SIZE = GAUGE + MG_GAUGES
};

/* The arrays of a checkpoint, and memory for what is none in a fit. */
typedef struct {
  mg_tensors list;
  char name[MG_TENSORS][NAME_SIZE];
  double loop[LOOP_SIZE];
  double *optima; /* restarts x OPTIMUM_SIZE */
  size_t restarts;
} contents;

/* ---- which arrays ---- */

static int add_list(contents *c, const char *group, const mg_tensors *list) {
  if (list->n > MG_TENSORS - c->list.n)
    return mg_fail(GSL_EFAILED, "over %d arrays in a checkpoint", MG_TENSORS);
  for (size_t i = 0; i < list->n; i++) {
    const size_t at = c->list.n++;
    snprintf(c->name[at], NAME_SIZE, "%s.%s", group, list->item[i].name);
    c->list.item[at] = list->item[i];
    c->list.item[at].name = c->name[at];
  }
  return GSL_SUCCESS;
}

static int add_self(contents *c, const char *group, const mg_model_type *type,
                    void *self) {
  mg_tensors list = {.n = 0};
  type->tensors(self, &list);
  return add_list(c, group, &list);
}

/* The arrays that a family has a say in. */
static int add_arrays(contents *c, mg_fit *fit) {
  const mg_model_type *type = fit->model->type;
  const mg_fit_validation_rows *v = &fit->validation;
  mg_tensors state = {.n = 0};
  int status = add_self(c, "parameters", type, fit->model->self);
  if (type->state)
    type->state(fit->model->self, &state);
  if (status == GSL_SUCCESS)
    status = add_list(c, "state", &state);
  if (status == GSL_SUCCESS && v->keeper && !isnan(v->best))
    status = add_self(c, "best", type, v->keeper->self);
  if (status == GSL_SUCCESS && fit->best)
    status = add_self(c, "earlier", type, fit->best);
  return status;
}

static int add_loop(contents *c) {
  mg_tensors list = {.n = 0};
  mg_tensors_add(&list, "loop", c->loop, 0, 1, (size_t[]){LOOP_SIZE});
  mg_tensors_add(&list, "optima", c->optima, 0, 2,
                 (size_t[]){c->restarts, OPTIMUM_SIZE});
  return add_list(c, "fit", &list);
}

static contents *contents_alloc(const mg_fit *fit) {
  contents *c = calloc(1, sizeof *c);
  if (c) {
    c->restarts = fit->options.restarts;
    c->optima = calloc(c->restarts * OPTIMUM_SIZE, sizeof *c->optima);
  }
  if (c && c->optima)
    return c;
  free(c);
  mg_fail(GSL_ENOMEM, "no memory for a checkpoint");
  return NULL;
}

static void contents_free(contents *c) {
  if (c)
    free(c->optima);
  free(c);
}

/* ---- the loop as numbers ---- */

static void pack(const mg_fit *fit, contents *c) {
  const mg_fit_validation_rows *v = &fit->validation;
  const double loop[LOOP_SIZE] = {[RESTART] = (double)fit->restart,
                                  [STEPS] = (double)fit->steps,
                                  [OVER] = fit->over,
                                  [FINISHED] = fit->last.finished,
                                  [DATA_SEEN] = fit->data_seen,
                                  [PREVIOUS] = fit->previous,
                                  [OBJECTIVE] = fit->last.objective,
                                  [LOG_LIKELIHOOD] = fit->last.log_likelihood,
                                  [EPOCH_OBJECTIVE] = fit->batches.objective,
                                  [EPOCH_LOG_LIKELIHOOD] =
                                      fit->batches.log_likelihood,
                                  [EARLIER] = fit->best != NULL,
                                  [EARLIER_OBJECTIVE] = fit->best_objective,
                                  [WAITED] = (double)v->waited,
                                  [LAST_VALIDATION] = v->last,
                                  [BEST_VALIDATION] = v->best,
                                  [AGAIN] = (double)fit->again,
                                  [JUDGED] = fit->batches.judged};
  memcpy(c->loop, loop, sizeof loop);
  for (size_t i = 0; i < MG_GAUGES; i++) {
    c->loop[EPOCH_GAUGE + i] = fit->batches.gauge[i];
    c->loop[EPOCH_GAUGED + i] = fit->batches.gauged[i];
    c->loop[GAUGE + i] = fit->last.gauge[i];
  }
  for (size_t i = 0; i < c->restarts; i++) {
    double *optimum = c->optima + i * OPTIMUM_SIZE;
    optimum[0] = fit->optima[i].objective;
    optimum[1] = (double)fit->optima[i].passes;
    optimum[2] = fit->optima[i].converged;
  }
}

static bool is_count(double x, double most) {
  return x >= 0 && x <= most && x == floor(x);
}

/* Is it a position that a fit can be in? */
static bool makes_sense(const mg_fit *fit, const contents *c) {
  const double *loop = c->loop;
  const double passes = (double)fit->options.passes;
  const double steps = passes * (double)fit->batches.count;
  bool good = is_count(loop[RESTART], (double)c->restarts - 1) &&
              is_count(loop[STEPS], steps) && is_count(loop[OVER], 1) &&
              is_count(loop[FINISHED], 1) && is_count(loop[WAITED], passes) &&
              is_count(loop[EARLIER], loop[RESTART] > 0) &&
              (loop[STEPS] < steps || loop[OVER] > 0) &&
              is_count(loop[AGAIN], 0x1p53) && loop[JUDGED] >= 0 &&
              loop[DATA_SEEN] >= 0;
  for (size_t i = 0; i < c->restarts && good; i++)
    good = is_count(c->optima[i * OPTIMUM_SIZE + 1], passes) &&
           is_count(c->optima[i * OPTIMUM_SIZE + 2], 1);
  return good;
}

static void unpack_reports(mg_fit *fit, const double *loop) {
  mg_fit_validation_rows *v = &fit->validation;
  fit->last.objective = loop[OBJECTIVE];
  fit->last.log_likelihood = loop[LOG_LIKELIHOOD];
  fit->last.finished = loop[FINISHED] > 0;
  memcpy(fit->last.gauge, loop + GAUGE, sizeof fit->last.gauge);
  if (fit->steps > 0)
    fit->report = fit->last;
  fit->batches.objective = loop[EPOCH_OBJECTIVE];
  fit->batches.log_likelihood = loop[EPOCH_LOG_LIKELIHOOD];
  fit->batches.judged = loop[JUDGED];
  memcpy(fit->batches.gauge, loop + EPOCH_GAUGE, sizeof fit->batches.gauge);
  memcpy(fit->batches.gauged, loop + EPOCH_GAUGED, sizeof fit->batches.gauged);
  fit->best_objective = loop[EARLIER_OBJECTIVE];
  v->waited = (size_t)loop[WAITED];
  v->last = loop[LAST_VALIDATION];
  v->best = loop[BEST_VALIDATION];
}

static int unpack(mg_fit *fit, const contents *c) {
  if (!makes_sense(fit, c))
    return mg_fail(GSL_EFAILED, "its position is none of this fit's");
  const double *loop = c->loop;
  fit->restart = (size_t)loop[RESTART];
  fit->steps = (size_t)loop[STEPS];
  fit->again = (size_t)loop[AGAIN];
  fit->passes = fit->steps / fit->batches.count;
  fit->ended =
      fit->steps > 0 && !fit->again && fit->steps % fit->batches.count == 0;
  fit->over = loop[OVER] > 0;
  fit->data_seen = loop[DATA_SEEN];
  fit->previous = loop[PREVIOUS];
  unpack_reports(fit, loop);
  for (size_t i = 0; i < c->restarts; i++) {
    const double *optimum = c->optima + i * OPTIMUM_SIZE;
    fit->optima[i] = (mg_optimum){.objective = optimum[0],
                                  .passes = (size_t)optimum[1],
                                  .converged = optimum[2] > 0};
  }
  return GSL_SUCCESS;
}

/* ---- which fit ---- */

static unsigned long sum_rows(const mg_rows *rows) {
  const mg_dataset *data = rows->data;
  const size_t dim = data->space.dim;
  unsigned long sum = crc32_z(0, NULL, 0);
  if (data->reals)
    for (size_t i = 0; i < rows->n; i++)
      sum = crc32_z(
          sum,
          (const void *)gsl_matrix_const_ptr(data->reals, rows->first + i, 0),
          dim * sizeof(double));
  else
    sum = crc32_z(sum, data->bytes + rows->first * dim, rows->n * dim);
  if (data->grey)
    sum = crc32_z(sum, (const void *)&data->grey_seed, sizeof data->grey_seed);
  if (data->labels)
    sum = crc32_z(sum, (const void *)(data->labels + rows->first),
                  rows->n * sizeof *data->labels);
  return sum;
}

static int put(json_t *metadata, const char *key, json_t *text) {
  if (json_object_set_new(metadata, key, text) != 0)
    return mg_fail(GSL_ENOMEM, "no memory for '%s'", key);
  return GSL_SUCCESS;
}

static int put_rows(json_t *metadata, const char *key, const mg_rows *rows,
                    unsigned long *sum) {
  if (rows->n == 0)
    return put(metadata, key, json_string("none"));
  if (*sum == 0)
    *sum = sum_rows(rows);
  return put(metadata, key, json_sprintf("%zu rows, CRC %08lx", rows->n, *sum));
}

static int put_loop_options(json_t *metadata, const mg_fit_options *options) {
  int status = GSL_SUCCESS;
  const mg_option *option = mg_fit_option_table;
  for (; option->name && status == GSL_SUCCESS; option++) {
    char key[NAME_SIZE], text[TEXT_SIZE];
    snprintf(key, sizeof key, "fit.%s", option->name);
    mg_option_print(option, options, text, sizeof text);
    status = put(metadata, key, json_string(text));
  }
  return status;
}

/* All that must be the same for a fit to go on. */
static int identify(mg_fit *fit, json_t *metadata) {
  int status = put(metadata, "format", json_string(FORMAT));
  if (status == GSL_SUCCESS)
    status = mg_model_describe(fit->model, metadata);
  if (status == GSL_SUCCESS)
    status = put_loop_options(metadata, &fit->options);
  if (status == GSL_SUCCESS)
    status = put(metadata, "seed", json_sprintf("%lu", fit->seed));
  if (status == GSL_SUCCESS)
    status = put_rows(metadata, "data", &fit->rows, &fit->data_sum);
  if (status == GSL_SUCCESS)
    status = put_rows(metadata, "validation", &fit->validation.rows,
                      &fit->validation_sum);
  return status;
}

/* What differs, under the name by which it is set, and what can be done. */
static int say_difference(const char *key, const char *its, const char *here) {
  const size_t group = strncmp(key, "fit.", 4) == 0      ? 4
                       : strncmp(key, "option.", 7) == 0 ? 7
                                                         : 0;
  char remedy[NAME_SIZE + TEXT_SIZE] = "what it had";
  if (group && its)
    snprintf(remedy, sizeof remedy, "%s=%.60s", key + group, its);
  return mg_fail(GSL_EFAILED,
                 "it is of another fit: its %s is '%.60s', here it is '%.60s'; "
                 "a fit goes on only as it began: give %s, or begin anew",
                 key + group, its ? its : "", here, remedy);
}

static int check_identity(mg_fit *fit, const mg_safetensors *file) {
  const char *format = mg_safetensors_text(file, "format");
  if (!format || strcmp(format, FORMAT) != 0)
    return mg_fail(GSL_EFAILED, "it is no checkpoint of a fit");
  json_t *here = json_object();
  int status = identify(fit, here);
  const char *key;
  json_t *value;
  json_object_foreach(here, key, value) {
    const char *text = mg_safetensors_text(file, key);
    if (status == GSL_SUCCESS &&
        (!text || strcmp(text, json_string_value(value)) != 0))
      status = say_difference(key, text, json_string_value(value));
  }
  json_decref(here);
  return status;
}

/* ---- writing ---- */

static int check_kind(const mg_fit *fit) {
  if (mg_fit_climbs(fit))
    return GSL_SUCCESS;
  return mg_fail(GSL_EUNSUP,
                 "%s does not learn by gradient, and only such a fit has "
                 "checkpoints",
                 fit->model->type->name);
}

static int write_contents(mg_fit *fit, contents *c, const char *path) {
  const char *name = fit->last.objective_name;
  json_t *metadata = json_object();
  int status = add_arrays(c, fit);
  if (status == GSL_SUCCESS)
    status = mg_tensors_check(&c->list);
  if (status == GSL_SUCCESS)
    status = add_loop(c);
  if (status == GSL_SUCCESS)
    status = identify(fit, metadata);
  if (status == GSL_SUCCESS)
    status = put(metadata, "objective", json_string(name ? name : ""));
  if (status == GSL_SUCCESS)
    status = mg_safetensors_write(&c->list, metadata, path);
  else
    mg_fail_in(status, "'%.200s' not written", path);
  json_decref(metadata);
  return status;
}

int mg_fit_checkpoint(mg_fit *fit, const char *path) {
  int status = check_kind(fit);
  if (status != GSL_SUCCESS)
    return status;
  contents *c = contents_alloc(fit);
  if (!c)
    return GSL_ENOMEM;
  pack(fit, c);
  status = write_contents(fit, c, path);
  contents_free(c);
  return status;
}

/* ---- reading ---- */

static int read_loop(mg_fit *fit, const mg_safetensors *file) {
  contents *c = contents_alloc(fit);
  if (!c)
    return GSL_ENOMEM;
  int status = add_loop(c);
  if (status == GSL_SUCCESS)
    status = mg_safetensors_fill(file, &c->list);
  if (status == GSL_SUCCESS)
    status = unpack(fit, c);
  if (status == GSL_SUCCESS && c->loop[EARLIER] > 0) {
    mg_model *earlier =
        mg_model_alloc(fit->model->type, &fit->model->space,
                       fit->model->options, fit->model->dequantise);
    if (!earlier)
      status = GSL_ENOMEM;
    else
      fit->best = earlier->self, earlier->self = NULL;
    mg_model_free(earlier);
  }
  contents_free(c);
  return status;
}

/* Each family that was filled has the last word. */
static int refresh_all(mg_fit *fit) {
  const mg_model_type *type = fit->model->type;
  const mg_fit_validation_rows *v = &fit->validation;
  int status = type->refresh(fit->model->self);
  if (status == GSL_SUCCESS && v->keeper && !isnan(v->best))
    status = type->refresh(v->keeper->self);
  if (status == GSL_SUCCESS && fit->best)
    status = type->refresh(fit->best);
  return status;
}

static int read_arrays(mg_fit *fit, const mg_safetensors *file) {
  enum { LOOP_ARRAYS = 2 };
  contents *c = contents_alloc(fit);
  if (!c)
    return GSL_ENOMEM;
  int status = add_arrays(c, fit);
  if (status == GSL_SUCCESS && file->tensors.n != c->list.n + LOOP_ARRAYS)
    status = mg_fail(GSL_EFAILED, "it holds %zu arrays, this fit has %zu",
                     file->tensors.n, c->list.n + LOOP_ARRAYS);
  if (status == GSL_SUCCESS)
    status = mg_safetensors_fill(file, &c->list);
  if (status == GSL_SUCCESS)
    status = mg_tensors_check(&c->list);
  contents_free(c);
  return status == GSL_SUCCESS ? refresh_all(fit) : status;
}

static int resume(mg_fit *fit, mg_safetensors *file) {
  int status = check_identity(fit, file);
  if (status == GSL_SUCCESS)
    status = mg_safetensors_index(file);
  if (status == GSL_SUCCESS)
    status = read_loop(fit, file);
  if (status == GSL_SUCCESS)
    status = read_arrays(fit, file);
  if (status != GSL_SUCCESS)
    return status;
  const char *name = mg_safetensors_text(file, "objective");
  if (name && *name) {
    snprintf(fit->name, sizeof fit->name, "%s", name);
    fit->last.objective_name = fit->name;
  }
  if (fit->steps % fit->batches.count != 0 || fit->again)
    mg_fit_shuffle(fit);
  return GSL_SUCCESS;
}

int mg_fit_resume(mg_fit *fit, const char *path) {
  mg_safetensors file;
  int status = check_kind(fit);
  if (status == GSL_SUCCESS && fit->data_seen > 0)
    status = mg_fail(GSL_EINVAL, "a fit that has begun cannot be resumed");
  if (status == GSL_SUCCESS)
    status = mg_safetensors_open(path, &file);
  if (status != GSL_SUCCESS)
    return status;
  mg_reason_clear();
  status = mg_fail_in(resume(fit, &file), "'%.200s'", path);
  mg_safetensors_close(&file);
  return status;
}
