/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number's address.
 *
 * The same little language serves the prose of a story, `v` at the prompt, and
 * the lists of numbers that a chapter is checked against, so that what a reader
 * can be told is what he can ask for. */
#include "config.h"

#include "lesson/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"

/* ---- reading ---- */

/* Moves what stands before one of `ends` into word; the rest from there. */
static const char *cut(const char *text, const char *ends, char *word) {
  const size_t n = strcspn(text, ends);
  if (n >= MG_BOARD_NAME)
    return NULL;
  memcpy(word, text, n);
  word[n] = '\0';
  return text + n;
}

static const char *read_index(const char *at, mg_reference *r) {
  at = cut(at, ",]", r->row);
  if (at && *at == ',')
    at = cut(at + 1, "]", r->column);
  return at && *at == ']' ? at + 1 : NULL;
}

/* ".3f": digits, then one of e, f, g. */
static bool read_format(const char *at, mg_reference *r) {
  const size_t n = strspn(at, ".0123456789");
  if (n > 4 || !at[n] || !strchr("efg", at[n]) || at[n + 1])
    return false;
  r->format[0] = '%';
  memcpy(r->format + 1, at, n + 2);
  return true;
}

int mg_reference_parse(const char *text, mg_reference *r) {
  *r = (mg_reference){.format = "%.4g"};
  const char *at = cut(text, ".[:", r->name);
  if (at && *at == '.')
    at = cut(at + 1, "[:", r->part);
  if (at && *at == '[')
    at = read_index(at + 1, r);
  if (at && *r->name && (!*at || (*at == ':' && read_format(at + 1, r))))
    return GSL_SUCCESS;
  return mg_fail(GSL_EINVAL,
                 "'%.60s' points at nothing: write name, name[row], "
                 "name[row,column] or model.parameter[row]",
                 text);
}

/* ---- finding ---- */

static int fail_unknown(const mg_lesson *lesson, const char *name) {
  mg_suggestion known = {.wrong = name};
  mg_quantity q;
  for (size_t i = 0; mg_board_at(lesson->board, i, &q); i++)
    mg_suggestion_add(&known, q.name);
  if (mg_board_count(lesson->board) == 0)
    return mg_fail(GSL_EINVAL, "no '%.40s': no step has made anything yet",
                   name);
  /* A board holds more names than a line does. */
  return mg_fail(GSL_EINVAL, "no quantity '%.40s' so far: %s%.40s%sv lists all",
                 name, known.closest ? "did you mean '" : "",
                 known.closest ? known.closest : "",
                 known.closest ? "'? " : "");
}

static int find_setting(const mg_lesson *lesson, const mg_reference *r,
                        double *scratch, mg_target *target) {
  const mg_option *option =
      lesson->chapter->options
          ? mg_option_find(lesson->chapter->options, r->name)
          : NULL;
  if (!option)
    return fail_unknown(lesson, r->name);
  const char *at = (const char *)lesson->settings + option->offset;
  *target = (mg_target){.unit = "", .rows = 1, .columns = 1, .tda = 1};
  target->value = scratch;
  if (option->kind == MG_OPTION_REAL)
    memcpy(scratch, at, sizeof *scratch);
  else if (option->kind == MG_OPTION_SIZE)
    *scratch = (double)*(const size_t *)(const void *)at;
  else
    *scratch = *(const int *)(const void *)at;
  return GSL_SUCCESS;
}

static int find_parameter(const mg_model *model, const mg_reference *r,
                          mg_target *target) {
  mg_suggestion known = {.wrong = r->part};
  mg_tensors list = {.n = 0};
  char text[400];
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    const mg_tensor *t = &list.item[i];
    mg_suggestion_add(&known, t->name);
    if (strcmp(t->name, r->part) != 0)
      continue;
    const size_t rows = t->rank ? t->shape[0] : 1;
    const size_t columns = rows ? mg_tensor_size(t) / rows : 0;
    *target = (mg_target){"", rows, columns, columns, t->value, t->real, NULL};
    return GSL_SUCCESS;
  }
  return mg_fail(GSL_EINVAL, "the model %s has no parameter '%s': %s", r->name,
                 r->part, mg_suggestion_print(&known, text, sizeof text));
}

static bool read_index_number(const char *text, size_t size, size_t *i) {
  if (strcmp(text, "last") == 0 && size > 0) {
    *i = size - 1;
    return true;
  }
  return mg_parse_size(text, i) == GSL_SUCCESS && *i < size;
}

static int find_field(const mg_table *table, const mg_reference *r,
                      mg_target *target) {
  size_t i = 0;
  const size_t rows = mg_table_rows(table);
  const size_t j = mg_table_find(table, r->column);
  if (!read_index_number(r->row, rows, &i) || j == mg_table_columns(table))
    return mg_fail(GSL_EINVAL,
                   "%s is a table of %zu rows: write %s[row,column], the row "
                   "from 0 or last, the column by its name",
                   r->name, rows, r->name);
  *target = (mg_target){"", 1, 1, 1, .text = mg_table_get(table, i, j)};
  return GSL_SUCCESS;
}

/* Narrows numbers to a row, or one number of it. */
static int narrow(const mg_reference *r, mg_target *target) {
  size_t i = 0, j = 0;
  if (!*r->row)
    return GSL_SUCCESS;
  if (!read_index_number(r->row, target->rows, &i) ||
      (*r->column && !read_index_number(r->column, target->columns, &j)))
    return mg_fail(GSL_EINVAL, "%s is %zu x %zu: indices begin at 0", r->name,
                   target->rows, target->columns);
  if (target->real)
    target->real += i * target->tda + j;
  else
    target->value += i * target->tda + j;
  target->rows = 1;
  if (*r->column)
    target->columns = 1;
  return GSL_SUCCESS;
}

static int find_value(const mg_quantity *q, const mg_reference *r,
                      double *scratch, mg_target *target) {
  if (*r->part && q->kind != MG_QUANTITY_MODEL)
    return mg_fail(GSL_EINVAL, "%s has no parts, as a model has: leave out .%s",
                   r->name, r->part);
  switch (q->kind) {
  case MG_QUANTITY_REAL:
    *scratch = q->real;
    *target = (mg_target){q->unit, 1, 1, 1, scratch, NULL, NULL};
    return narrow(r, target);
  case MG_QUANTITY_MATRIX:
    *target = (mg_target){q->unit,
                          q->matrix->size1,
                          q->matrix->size2,
                          q->matrix->tda,
                          q->matrix->data,
                          NULL,
                          NULL};
    return narrow(r, target);
  case MG_QUANTITY_MODEL:
    if (find_parameter(q->model, r, target) != GSL_SUCCESS)
      return GSL_EINVAL;
    return narrow(r, target);
  case MG_QUANTITY_TABLE:
    return find_field(q->table, r, target);
  default:
    break;
  }
  return mg_fail(GSL_EINVAL,
                 "%s is a data set of %zu rows; a step puts rows "
                 "on the board",
                 r->name, q->data->n);
}

int mg_reference_find(const mg_lesson *lesson, const mg_reference *r,
                      double *scratch, mg_target *target) {
  mg_quantity q;
  if (!mg_board_see(lesson->board, r->name, &q))
    return find_setting(lesson, r, scratch, target);
  return find_value(&q, r, scratch, target);
}

/* ---- printing ---- */

double mg_target_get(const mg_target *t, size_t i, size_t j) {
  const size_t at = i * t->tda + j;
  return t->real ? (double)t->real[at] : t->value[at];
}

int mg_reference_print(const mg_reference *r, const mg_target *target,
                       char *text, size_t size) {
  if (target->text) {
    snprintf(text, size, "%s", target->text);
    double value;
    /* A table has 12 digits, which prose does not want. */
    if (mg_parse_real(target->text, &value) == GSL_SUCCESS)
      snprintf(text, size, r->format, value);
    return GSL_SUCCESS;
  }
  if (target->rows * target->columns != 1)
    return mg_fail(GSL_EINVAL, "%s is %zu x %zu numbers, not one", r->name,
                   target->rows, target->columns);
  snprintf(text, size, r->format, mg_target_get(target, 0, 0));
  return GSL_SUCCESS;
}
