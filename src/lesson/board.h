/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board: the quantities of a story, by name.
 *
 * A chapter's steps have no variables of their own that outlive a step.  What
 * one step makes and another uses, the data, the parameters, the
 * responsibilities, stands on the board under a name, with its shape and its
 * unit, as on the blackboard of a lecture.  So the same name serves
 *
 *   the chapter     mg_board_find_matrix(board, "r")
 *   the reader      v r 17
 *   the prose       "component 0 takes {r[17,0]} of it"
 *   the figures     a table "bound" in a slot of a template
 *   going back      a copy of the board is the whole state of a story
 *
 * The last is why steps must not keep anything elsewhere.  A copy shares with
 * an earlier copy all that has not changed since, so a story of a thousand
 * places costs little more than what moves in it.
 *
 * Kinds: a number, a matrix or vector, a model, a table, a data set.  A table
 * only grows while a story goes on; a data set never changes.
 *
 * Not here: printing (page.h), random numbers, settings (lesson.h). */
#ifndef MG_LESSON_BOARD_H
#define MG_LESSON_BOARD_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "base/table.h"
#include "data/dataset.h"
#include "models/model.h"

typedef struct mg_board mg_board;

enum { MG_BOARD_NAME = 32 }; /* bytes of a name, its end included */

typedef struct {
  char text[MG_BOARD_NAME];
} mg_board_name;

/* The name NAME_WHAT, of one of the quantities that belong to NAME; cut where
 * it is too long. */
mg_board_name mg_board_join(const char *name, const char *what);

typedef enum {
  MG_QUANTITY_REAL,
  MG_QUANTITY_MATRIX, /* a vector is a matrix of one column */
  MG_QUANTITY_MODEL,
  MG_QUANTITY_TABLE,
  MG_QUANTITY_DATA
} mg_quantity_kind;

/* A quantity, to look at. */
typedef struct {
  const char *name, *unit; /* unit "" where there is none */
  mg_quantity_kind kind;
  double real;
  const gsl_matrix *matrix;
  const mg_model *model;
  const mg_table *table;
  const mg_dataset *data;
} mg_quantity;

/* An empty board; NULL when memory is short. */
mg_board *mg_board_alloc(void);

/* Frees a board and what stands on it; NULL is allowed. */
void mg_board_free(mg_board *board);

/* Puts "# key: value" into the head of every table made from now on.
 *   key, value  in  must live as long as the board; at most 4 pairs */
void mg_board_head(mg_board *board, const char *key, const char *value);

/* Puts a number on the board, in place of one of that name.
 *   unit  in  a literal, or NULL
 * Returns GSL_SUCCESS; GSL_ENOMEM; GSL_EINVAL for a name that is no word of at
 * most 31 letters, digits and '_'. */
int mg_board_real(mg_board *board, const char *name, double value,
                  const char *unit);

/* The number of that name; NaN, with the reason, when there is none. */
double mg_board_number(const mg_board *board, const char *name);

/* A new matrix of zeros in place of what had that name.  It is the board's.
 * Returns NULL with the reason: memory, a bad name, no size. */
gsl_matrix *mg_board_matrix(mg_board *board, const char *name, size_t rows,
                            size_t columns, const char *unit);

/* The same of n numbers. */
gsl_vector *mg_board_vector(mg_board *board, const char *name, size_t n,
                            const char *unit);

/* A new matrix of the rows of data: n x dim.  NULL as above. */
gsl_matrix *mg_board_rows(mg_board *board, const char *name,
                          const mg_rows *rows, const char *unit);

/* A new model.  NULL as above, and for what mg_model_alloc refuses. */
mg_model *mg_board_model(mg_board *board, const char *name,
                         const mg_model_type *type, const mg_space *space,
                         const void *options, bool dequantise);

/* A new table, columns as in mg_table_alloc.  NULL as above. */
mg_table *mg_board_table(mg_board *board, const char *name,
                         const char *columns);

/* Takes a table that somebody made (images, an ellipse), or a data set; on
 * error it is freed.  Returns GSL_SUCCESS; GSL_ENOMEM, also for NULL. */
int mg_board_take_table(mg_board *board, const char *name, mg_table *table);
int mg_board_take_data(mg_board *board, const char *name, mg_dataset *data);

/* What stands there under that name and is of that kind; it may be changed,
 * but a data set.  NULL with the reason. */
gsl_matrix *mg_board_find_matrix(mg_board *board, const char *name);
gsl_vector *mg_board_find_vector(mg_board *board, const char *name);
mg_model *mg_board_find_model(mg_board *board, const char *name);
mg_table *mg_board_find_table(mg_board *board, const char *name);
const mg_dataset *mg_board_find_data(mg_board *board, const char *name);

/* How many quantities there are, and number i in the order they came, or the
 * one of that name.  Returns false when there is none; no reason is set. */
size_t mg_board_count(const mg_board *board);
bool mg_board_at(const mg_board *board, size_t i, mg_quantity *quantity);
bool mg_board_see(const mg_board *board, const char *name,
                  mg_quantity *quantity);

/* A copy that nothing done to the board will change.
 *   earlier  in   a copy to share with, or NULL
 *   bytes    out  what it holds that earlier does not, about
 * Returns NULL when memory is short. */
mg_board *mg_board_copy(const mg_board *board, const mg_board *earlier,
                        size_t *bytes);

/* Makes the board what it was when the copy was made, to the bit.  Copies made
 * after that one must not be used any more.
 * Returns GSL_SUCCESS; GSL_ENOMEM, and then the board is as it was. */
int mg_board_restore(mg_board *board, const mg_board *copy);

#endif
