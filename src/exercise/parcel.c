/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named numbers, and the same as bytes; see parcel.h.
 *
 *     magic, items                        two words of 64 bits
 *     name, kind, rows, columns, numbers  for each item
 *
 * Both ends are the same program on the same machine, so words and doubles go
 * as they lie in memory.  A word that is larger than it may be ends the reading
 * before anything is multiplied or allocated. */
#include "exercise/parcel.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

#define MAGIC UINT64_C(0x4c43524150474d01)
enum { SHORT = 6 }; /* what is told in full */

/* What stands before the numbers of an item. */
typedef struct {
  char name[MG_PARCEL_NAME];
  uint64_t kind, rows, columns;
} header;

/* ---- memory ---- */

mg_parcel *mg_parcel_alloc(void) {
  return calloc(1, sizeof(mg_parcel));
}

void mg_parcel_clear(mg_parcel *p) {
  for (size_t i = 0; i < p->items; i++)
    gsl_vector_free(p->item[i].values);
  p->items = 0;
}

void mg_parcel_free(mg_parcel *p) {
  if (p)
    mg_parcel_clear(p);
  free(p);
}

/* ---- filling ---- */

static size_t numbers(const mg_parcel *p) {
  size_t n = 0;
  for (size_t i = 0; i < p->items; i++)
    n += p->item[i].values->size;
  return n;
}

static int check_new(const mg_parcel *p, const char *name, size_t rows,
                     size_t columns) {
  if (p->items == MG_PARCEL_ITEMS)
    return mg_fail(GSL_EINVAL, "a parcel holds %d items", MG_PARCEL_ITEMS);
  if (!*name || strlen(name) >= MG_PARCEL_NAME || mg_parcel_find(p, name))
    return mg_fail(GSL_EINVAL, "'%s' is no new name for an item", name);
  const size_t left = MG_PARCEL_NUMBERS - numbers(p);
  if (rows > left || (rows > 0 && columns > left / rows))
    return mg_fail(GSL_EINVAL, "%zu x %zu numbers are too many for a parcel",
                   rows, columns);
  return GSL_SUCCESS;
}

static mg_parcel_item *add(mg_parcel *p, const char *name, mg_parcel_kind kind,
                           size_t rows, size_t columns) {
  if (check_new(p, name, rows, columns) != GSL_SUCCESS)
    return NULL;
  gsl_vector *values = gsl_vector_alloc(rows * columns);
  if (!values) {
    mg_fail(GSL_ENOMEM, "no memory for %zu x %zu numbers", rows, columns);
    return NULL;
  }
  gsl_vector_set_all(values, NAN);
  mg_parcel_item *item = &p->item[p->items++];
  *item = (mg_parcel_item){.kind = kind, .values = values};
  snprintf(item->name, sizeof item->name, "%s", name);
  item->matrix = (gsl_matrix){
      .size1 = rows, .size2 = columns, .tda = columns, .data = values->data};
  return item;
}

static int add_one(mg_parcel *p, const char *name, mg_parcel_kind kind,
                   double value) {
  mg_parcel_item *item = add(p, name, kind, 1, 1);
  if (!item)
    return GSL_EFAILED;
  gsl_vector_set(item->values, 0, value);
  return GSL_SUCCESS;
}

int mg_parcel_add_number(mg_parcel *p, const char *name, double value) {
  return add_one(p, name, MG_PARCEL_NUMBER, value);
}

int mg_parcel_add_count(mg_parcel *p, const char *name, size_t value) {
  return add_one(p, name, MG_PARCEL_COUNT, (double)value);
}

gsl_vector *mg_parcel_add_vector(mg_parcel *p, const char *name, size_t n) {
  mg_parcel_item *item = add(p, name, MG_PARCEL_VECTOR, n, 1);
  return item ? item->values : NULL;
}

gsl_matrix *mg_parcel_add_matrix(mg_parcel *p, const char *name, size_t rows,
                                 size_t columns) {
  mg_parcel_item *item = add(p, name, MG_PARCEL_MATRIX, rows, columns);
  return item ? &item->matrix : NULL;
}

/* ---- looking ---- */

const mg_parcel_item *mg_parcel_find(const mg_parcel *p, const char *name) {
  for (size_t i = 0; i < p->items; i++)
    if (strcmp(p->item[i].name, name) == 0)
      return &p->item[i];
  return NULL;
}

static const mg_parcel_item *find(const mg_parcel *p, const char *name,
                                  mg_parcel_kind kind) {
  const mg_parcel_item *item = mg_parcel_find(p, name);
  return item && item->kind == kind ? item : NULL;
}

double mg_parcel_number(const mg_parcel *p, const char *name) {
  const mg_parcel_item *item = find(p, name, MG_PARCEL_NUMBER);
  return item ? gsl_vector_get(item->values, 0) : NAN;
}

size_t mg_parcel_count(const mg_parcel *p, const char *name) {
  const mg_parcel_item *item = find(p, name, MG_PARCEL_COUNT);
  const double value = item ? gsl_vector_get(item->values, 0) : 0;
  return value >= 0 && value <= 0x1p53 ? (size_t)value : 0;
}

gsl_vector *mg_parcel_vector(const mg_parcel *p, const char *name) {
  const mg_parcel_item *item = find(p, name, MG_PARCEL_VECTOR);
  return item ? item->values : NULL;
}

/* The item is ours and not const; only the list of items is promised. */
gsl_matrix *mg_parcel_matrix(const mg_parcel *p, const char *name) {
  const mg_parcel_item *item = find(p, name, MG_PARCEL_MATRIX);
  return item ? (gsl_matrix *)(uintptr_t)&item->matrix : NULL;
}

/* ---- bytes ---- */

static header header_of(const mg_parcel_item *item) {
  header h = {.kind = item->kind,
              .rows = item->matrix.size1,
              .columns = item->matrix.size2};
  memcpy(h.name, item->name, sizeof h.name);
  return h;
}

int mg_parcel_encode(const mg_parcel *p, void **bytes, size_t *size) {
  const uint64_t start[2] = {MAGIC, p->items};
  *size =
      sizeof start + p->items * sizeof(header) + numbers(p) * sizeof(double);
  char *at = *bytes = malloc(*size);
  if (!at)
    return mg_fail(GSL_ENOMEM, "no memory for a parcel of %zu bytes", *size);
  memcpy(at, start, sizeof start);
  at += sizeof start;
  for (size_t i = 0; i < p->items; i++) {
    const header h = header_of(&p->item[i]);
    const size_t n = p->item[i].values->size * sizeof(double);
    memcpy(at, &h, sizeof h);
    memcpy(at + sizeof h, p->item[i].values->data, n);
    at += sizeof h + n;
  }
  return GSL_SUCCESS;
}

static bool sound(const header *h) {
  const bool one = h->rows == 1 && h->columns == 1;
  return memchr(h->name, '\0', sizeof h->name) && h->kind <= MG_PARCEL_MATRIX &&
         (one || h->kind >= MG_PARCEL_VECTOR) &&
         (h->columns == 1 || h->kind == MG_PARCEL_MATRIX) &&
         h->rows <= MG_PARCEL_NUMBERS && h->columns <= MG_PARCEL_NUMBERS;
}

/* One item from *at, of which `left` bytes are there. */
static int decode_item(mg_parcel *p, const char **at, size_t *left) {
  header h;
  if (*left < sizeof h)
    return mg_fail(GSL_EFAILED, "the answer ends within an item");
  memcpy(&h, *at, sizeof h);
  if (!sound(&h))
    return mg_fail(GSL_EFAILED, "the answer has an item that makes no sense");
  *at += sizeof h;
  *left -= sizeof h;
  const uint64_t count = h.rows * h.columns; /* both are below 2^23 */
  if (count > *left / sizeof(double))
    return mg_fail(GSL_EFAILED, "the answer ends within '%s'", h.name);
  mg_parcel_item *item =
      add(p, h.name, (mg_parcel_kind)h.kind, (size_t)h.rows, (size_t)h.columns);
  if (!item)
    return GSL_EFAILED;
  const size_t bytes = (size_t)count * sizeof(double);
  memcpy(item->values->data, *at, bytes);
  *at += bytes;
  *left -= bytes;
  return GSL_SUCCESS;
}

static int decode(mg_parcel *p, const char *at, size_t left) {
  uint64_t start[2];
  if (left < sizeof start)
    return mg_fail(GSL_EFAILED, "the answer is too short");
  memcpy(start, at, sizeof start);
  if (start[0] != MAGIC || start[1] > MG_PARCEL_ITEMS)
    return mg_fail(GSL_EFAILED, "the answer is none");
  at += sizeof start;
  left -= sizeof start;
  int status = GSL_SUCCESS;
  for (size_t i = 0; status == GSL_SUCCESS && i < start[1]; i++)
    status = decode_item(p, &at, &left);
  if (status == GSL_SUCCESS && left > 0)
    status = mg_fail(GSL_EFAILED, "the answer has %zu bytes too many", left);
  return status;
}

int mg_parcel_decode(mg_parcel *p, const void *bytes, size_t size) {
  mg_parcel_clear(p);
  const int status = decode(p, bytes, size);
  if (status != GSL_SUCCESS)
    mg_parcel_clear(p);
  return status;
}

/* ---- words ---- */

static void print_item(FILE *out, const mg_parcel_item *item) {
  const size_t n = item->values->size;
  const size_t rows = item->matrix.size1, columns = item->matrix.size2;
  if (item->kind <= MG_PARCEL_COUNT) {
    fprintf(out, "%s = %g", item->name, gsl_vector_get(item->values, 0));
    return;
  }
  fprintf(out, "%s", item->name);
  if (item->kind == MG_PARCEL_MATRIX)
    fprintf(out, " %zu x %zu", rows, columns);
  else if (n > SHORT)
    fprintf(out, " of %zu", n);
  if (n > SHORT)
    return;
  fprintf(out, " = (");
  for (size_t i = 0; i < n; i++)
    fprintf(out, "%s%g",
            i == 0        ? ""
            : i % columns ? ", "
            : columns > 1 ? "; "
                          : ", ",
            gsl_vector_get(item->values, i));
  fputc(')', out);
}

const char *mg_parcel_print(const mg_parcel *p, char *text, size_t size) {
  FILE *out = fmemopen(text, size, "w");
  text[0] = '\0';
  if (!out)
    return text;
  for (size_t i = 0; i < p->items; i++) {
    fputs(i > 0 ? ", " : "", out);
    print_item(out, &p->item[i]);
  }
  fclose(out);
  text[size - 1] = '\0';
  return text;
}
