/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, values, and copies that share.
 *
 * A quantity on the board is a name and a value; the value counts who holds it
 * (the board, copies of it), and is freed by the last.  There are two kinds of
 * change to think of:
 *
 *   a name gets another value     the board lets go of the old one; a copy may
 *                                 still hold it
 *   a value changes in place      matrices and models do, under the hands of a
 *                                 step; so a copy holds values of its own,
 *                                 equal when they were made
 *
 * A copy that is given an earlier copy takes each value that is still equal
 * from there, and else makes a new one.  Tables only grow: board and copies
 * hold the same table, and a copy remembers how many rows it had.  Data sets
 * never change and are held by all.
 *
 * Equal means the same bytes, so that -0 and 0, or two NaN, are told apart. */
#include "config.h"

#include "lesson/board.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

typedef struct {
  size_t holders;
  double real;
  gsl_matrix *matrix;
  gsl_vector_view column; /* its first: what a vector is */
  mg_model *model;
  mg_table *table;
  mg_dataset *data;
} value;

typedef struct {
  char name[MG_BOARD_NAME];
  const char *unit;
  mg_quantity_kind kind;
  value *value;
  size_t rows; /* in a copy: of a table, when it was made */
} entry;

enum { HEADS = 4 };

struct mg_board {
  entry *entry;
  size_t n, room;
  struct {
    const char *key, *value;
  } head[HEADS]; /* of new tables; key NULL: none */
};

mg_board_name mg_board_join(const char *name, const char *what) {
  mg_board_name full;
  snprintf(full.text, sizeof full.text, "%s_%s", name, what);
  return full;
}

static const char *const kind_text[] = {"a number", "a matrix", "a model",
                                        "a table", "a data set"};

/* ---- values ---- */

static void let_go(value *v) {
  if (!v || --v->holders > 0)
    return;
  gsl_matrix_free(v->matrix);
  mg_model_free(v->model);
  mg_table_free(v->table);
  mg_dataset_free(v->data);
  free(v);
}

static value *hold(value *v) {
  v->holders++;
  return v;
}

static value *value_alloc(void) {
  value *v = calloc(1, sizeof *v);
  if (v)
    v->holders = 1;
  else
    mg_fail(GSL_ENOMEM, "no memory for a quantity");
  return v;
}

static size_t matrix_bytes(const gsl_matrix *m) {
  return m->size1 * m->size2 * sizeof *m->data;
}

static bool equal(mg_quantity_kind kind, const value *a, const value *b) {
  switch (kind) {
  case MG_QUANTITY_REAL:
    return memcmp(&a->real, &b->real, 8) == 0;
  case MG_QUANTITY_MATRIX:
    return a->matrix->size1 == b->matrix->size1 &&
           a->matrix->size2 == b->matrix->size2 &&
           memcmp(a->matrix->data, b->matrix->data, matrix_bytes(a->matrix)) ==
               0;
  case MG_QUANTITY_MODEL:
    return mg_model_equal(a->model, b->model);
  default:
    return a == b;
  }
}

static gsl_matrix *matrix_copy(const gsl_matrix *m) {
  gsl_matrix *copy = gsl_matrix_alloc(m->size1, m->size2);
  if (copy)
    gsl_matrix_memcpy(copy, m);
  else
    mg_fail(GSL_ENOMEM, "no memory to keep %zu x %zu numbers", m->size1,
            m->size2);
  return copy;
}

static void set_matrix(value *v, gsl_matrix *matrix) {
  v->matrix = matrix;
  if (matrix)
    v->column = gsl_matrix_column(matrix, 0);
}

/* A value of its own, or for what never changes in place the same again. */
static value *value_copy(mg_quantity_kind kind, value *from) {
  if (kind == MG_QUANTITY_TABLE || kind == MG_QUANTITY_DATA)
    return hold(from);
  value *v = value_alloc();
  if (!v)
    return NULL;
  v->real = from->real;
  set_matrix(v, from->matrix ? matrix_copy(from->matrix) : NULL);
  v->model = from->model ? mg_model_copy(from->model) : NULL;
  if (!v->matrix == !from->matrix && !v->model == !from->model)
    return v;
  let_go(v);
  return NULL;
}

/* ---- boards ---- */

mg_board *mg_board_alloc(void) {
  mg_board *board = calloc(1, sizeof *board);
  if (!board)
    mg_fail(GSL_ENOMEM, "no memory for a board");
  return board;
}

static void wipe(mg_board *board) {
  for (size_t i = 0; i < board->n; i++)
    let_go(board->entry[i].value);
  board->n = 0;
}

void mg_board_free(mg_board *board) {
  if (!board)
    return;
  wipe(board);
  free(board->entry);
  free(board);
}

void mg_board_head(mg_board *board, const char *key, const char *text) {
  size_t i = 0;
  while (i < HEADS && board->head[i].key)
    i++;
  if (i == HEADS)
    return;
  board->head[i].key = key;
  board->head[i].value = text;
}

static entry *find(const mg_board *board, const char *name) {
  for (size_t i = 0; i < board->n; i++)
    if (strcmp(board->entry[i].name, name) == 0)
      return &board->entry[i];
  return NULL;
}

static bool name_is_good(const char *name) {
  size_t n = 0;
  while (isalnum((unsigned char)name[n]) || name[n] == '_')
    n++;
  return n > 0 && n < MG_BOARD_NAME && name[n] == '\0';
}

static entry *add(mg_board *board) {
  if (board->n == board->room) {
    const size_t room = board->room ? 2 * board->room : 16;
    entry *larger = realloc(board->entry, room * sizeof *larger);
    if (!larger) {
      mg_fail(GSL_ENOMEM, "no memory for %zu quantities", room);
      return NULL;
    }
    board->entry = larger;
    board->room = room;
  }
  return memset(&board->entry[board->n++], 0, sizeof *board->entry);
}

/* Gives the name a value, which becomes the board's or is freed. */
static int put(mg_board *board, const char *name, mg_quantity_kind kind,
               const char *unit, value *v) {
  if (!v)
    return GSL_ENOMEM;
  entry *e = NULL;
  if (!name_is_good(name))
    mg_fail(GSL_EINVAL, "'%.40s' is no name for a quantity", name);
  else
    e = find(board, name) ? find(board, name) : add(board);
  if (!e) {
    let_go(v);
    return name_is_good(name) ? GSL_ENOMEM : GSL_EINVAL;
  }
  let_go(e->value);
  memcpy(e->name, name, strlen(name) + 1);
  e->kind = kind;
  e->unit = unit ? unit : "";
  e->value = v;
  return GSL_SUCCESS;
}

/* ---- putting ---- */

int mg_board_real(mg_board *board, const char *name, double number,
                  const char *unit) {
  value *v = value_alloc();
  if (v)
    v->real = number;
  return put(board, name, MG_QUANTITY_REAL, unit, v);
}

gsl_matrix *mg_board_matrix(mg_board *board, const char *name, size_t rows,
                            size_t columns, const char *unit) {
  value *v = value_alloc();
  gsl_matrix *matrix =
      v && rows && columns ? gsl_matrix_calloc(rows, columns) : NULL;
  if (!matrix) {
    let_go(v);
    mg_fail(GSL_ENOMEM, "no memory for %s, %zu x %zu numbers", name, rows,
            columns);
    return NULL;
  }
  set_matrix(v, matrix);
  const int status = put(board, name, MG_QUANTITY_MATRIX, unit, v);
  return status == GSL_SUCCESS ? matrix : NULL;
}

gsl_vector *mg_board_vector(mg_board *board, const char *name, size_t n,
                            const char *unit) {
  if (!mg_board_matrix(board, name, n, 1, unit))
    return NULL;
  return &find(board, name)->value->column.vector;
}

gsl_matrix *mg_board_rows(mg_board *board, const char *name,
                          const mg_rows *rows, const char *unit) {
  const mg_space *space = &rows->data->space;
  gsl_matrix *x = mg_board_matrix(board, name, rows->n, space->dim, unit);
  mg_block *block = x ? mg_block_alloc(space, rows->n) : NULL;
  if (!block) {
    if (x)
      mg_fail(GSL_ENOMEM, "no memory for the rows of %s", name);
    return NULL;
  }
  mg_block_read(block, rows, 0, rows->n);
  gsl_matrix_memcpy(x, &block->batch.x);
  mg_block_free(block);
  return x;
}

mg_model *mg_board_model(mg_board *board, const char *name,
                         const mg_model_type *type, const mg_space *space,
                         const void *options, bool dequantise) {
  mg_model *model = mg_model_alloc(type, space, options, dequantise);
  value *v = model ? value_alloc() : NULL;
  if (!v) {
    mg_model_free(model);
    return NULL;
  }
  v->model = model;
  const int status = put(board, name, MG_QUANTITY_MODEL, NULL, v);
  return status == GSL_SUCCESS ? model : NULL;
}

int mg_board_take_table(mg_board *board, const char *name, mg_table *table) {
  value *v = table ? value_alloc() : NULL;
  if (!v) {
    mg_table_free(table);
    return GSL_ENOMEM;
  }
  v->table = table;
  for (size_t i = 0; i < HEADS && board->head[i].key; i++)
    mg_table_head(table, board->head[i].key, board->head[i].value);
  return put(board, name, MG_QUANTITY_TABLE, NULL, v);
}

mg_table *mg_board_table(mg_board *board, const char *name,
                         const char *columns) {
  mg_table *table = mg_table_alloc(columns);
  if (!table)
    mg_fail(GSL_ENOMEM, "no memory for the table %s", name);
  return mg_board_take_table(board, name, table) == GSL_SUCCESS ? table : NULL;
}

int mg_board_take_data(mg_board *board, const char *name, mg_dataset *data) {
  value *v = data ? value_alloc() : NULL;
  if (!v) {
    mg_dataset_free(data);
    return GSL_ENOMEM;
  }
  v->data = data;
  return put(board, name, MG_QUANTITY_DATA, NULL, v);
}

/* ---- finding ---- */

static value *find_kind(const mg_board *board, const char *name,
                        mg_quantity_kind kind) {
  const entry *e = find(board, name);
  if (!e)
    mg_fail(GSL_EINVAL, "there is no '%.40s' yet", name);
  else if (e->kind != kind)
    mg_fail(GSL_EINVAL, "'%s' is %s, not %s", name, kind_text[e->kind],
            kind_text[kind]);
  return e && e->kind == kind ? e->value : NULL;
}

double mg_board_number(const mg_board *board, const char *name) {
  const value *v = find_kind(board, name, MG_QUANTITY_REAL);
  return v ? v->real : NAN;
}

gsl_matrix *mg_board_find_matrix(mg_board *board, const char *name) {
  value *v = find_kind(board, name, MG_QUANTITY_MATRIX);
  return v ? v->matrix : NULL;
}

gsl_vector *mg_board_find_vector(mg_board *board, const char *name) {
  value *v = find_kind(board, name, MG_QUANTITY_MATRIX);
  return v ? &v->column.vector : NULL;
}

mg_model *mg_board_find_model(mg_board *board, const char *name) {
  value *v = find_kind(board, name, MG_QUANTITY_MODEL);
  return v ? v->model : NULL;
}

mg_table *mg_board_find_table(mg_board *board, const char *name) {
  value *v = find_kind(board, name, MG_QUANTITY_TABLE);
  return v ? v->table : NULL;
}

const mg_dataset *mg_board_find_data(mg_board *board, const char *name) {
  value *v = find_kind(board, name, MG_QUANTITY_DATA);
  return v ? v->data : NULL;
}

size_t mg_board_count(const mg_board *board) {
  return board->n;
}

bool mg_board_at(const mg_board *board, size_t i, mg_quantity *quantity) {
  if (i >= board->n)
    return false;
  const entry *e = &board->entry[i];
  *quantity = (mg_quantity){.name = e->name,
                            .unit = e->unit,
                            .kind = e->kind,
                            .real = e->value->real,
                            .matrix = e->value->matrix,
                            .model = e->value->model,
                            .table = e->value->table,
                            .data = e->value->data};
  return true;
}

bool mg_board_see(const mg_board *board, const char *name,
                  mg_quantity *quantity) {
  const entry *e = find(board, name);
  return e && mg_board_at(board, (size_t)(e - board->entry), quantity);
}

/* ---- copies ---- */

static size_t value_bytes(const value *v) {
  size_t bytes = sizeof *v + (v->matrix ? matrix_bytes(v->matrix) : 0);
  mg_tensors list = {.n = 0};
  if (v->model)
    v->model->type->tensors(v->model->self, &list);
  for (size_t i = 0; i < list.n; i++)
    bytes += mg_tensor_bytes(&list.item[i]);
  return bytes;
}

/* The value of e for a copy: the earlier copy's while it is still equal. */
static value *keep(const entry *e, const mg_board *earlier, size_t *bytes) {
  const entry *old = earlier ? find(earlier, e->name) : NULL;
  if (old && old->kind == e->kind && equal(e->kind, old->value, e->value))
    return hold(old->value);
  value *v = value_copy(e->kind, e->value);
  *bytes += v ? value_bytes(v) : 0;
  return v;
}

static void take_entry(mg_board *to, const entry *from, value *v) {
  entry *e = &to->entry[to->n++];
  *e = *from;
  e->value = v;
  e->rows = v->table ? mg_table_rows(v->table) : 0;
}

mg_board *mg_board_copy(const mg_board *board, const mg_board *earlier,
                        size_t *bytes) {
  mg_board *copy = mg_board_alloc();
  *bytes = sizeof *board + board->n * sizeof *board->entry;
  if (copy)
    copy->entry = calloc(board->n + 1, sizeof *copy->entry);
  if (!copy || !copy->entry) {
    mg_board_free(copy);
    mg_fail(GSL_ENOMEM, "no memory to keep this place");
    return NULL;
  }
  copy->room = board->n + 1;
  for (size_t i = 0; i < board->n; i++) {
    value *v = keep(&board->entry[i], earlier, bytes);
    if (!v) {
      mg_board_free(copy);
      return NULL;
    }
    take_entry(copy, &board->entry[i], v);
  }
  return copy;
}

int mg_board_restore(mg_board *board, const mg_board *copy) {
  size_t bytes;
  /* Copied once more, since the copy has to stay as it is. */
  mg_board *fresh = mg_board_copy(copy, NULL, &bytes);
  if (!fresh)
    return GSL_ENOMEM;
  for (size_t i = 0; i < copy->n; i++)
    if (copy->entry[i].kind == MG_QUANTITY_TABLE)
      mg_table_truncate(copy->entry[i].value->table, copy->entry[i].rows);
  wipe(board);
  free(board->entry);
  board->entry = fresh->entry;
  board->n = fresh->n;
  board->room = fresh->room;
  free(fresh);
  return GSL_SUCCESS;
}
