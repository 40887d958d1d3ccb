/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An equation is found and printed.
 *
 * A line of the width that the caller names is never passed.  Prose wraps at
 * blanks.  A line of an equation is kept whole as long as it can be, since its
 * columns line up with those of its neighbours: first all lines give up their
 * indent, and only what is still too wide is wrapped.  A word that is wider
 * than a whole line (a function's name in a window of 20 columns) is cut.
 *
 * A character counts one column, whatever its bytes in UTF-8: that is true of
 * all that equation_signs.c writes. */
#include "lesson/equation.h"

#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "base/status.h"

enum { INDENT = 4, NARROW = 24, LEAST = 8, ID_MOST = 32 };

/* ---- finding ---- */

/* The ids that are fewest edits away; several often are. */
static void fail_unknown(const char *id) {
  size_t least = (size_t)-1;
  mg_suggestion closest = {.wrong = id};
  for (const mg_equation *e = mg_equations; e->id; e++)
    if (mg_word_distance(id, e->id) < least)
      least = mg_word_distance(id, e->id);
  for (const mg_equation *e = mg_equations; e->id; e++)
    if (mg_word_distance(id, e->id) == least)
      mg_suggestion_add(&closest, e->id);
  mg_fail(GSL_EINVAL, "no equation '%.60s'; the closest: %s", id, closest.list);
}

const mg_equation *mg_equation_find(const char *id) {
  char bare[ID_MOST];
  const size_t length = strlen(id);
  if (length > 2 && length < ID_MOST && id[0] == '[' && id[length - 1] == ']') {
    snprintf(bare, sizeof bare, "%.*s", (int)(length - 2), id + 1);
    id = bare;
  }
  for (const mg_equation *e = mg_equations; e->id; e++)
    if (strcmp(e->id, id) == 0)
      return e;
  fail_unknown(id);
  return NULL;
}

/* ---- printing ---- */

typedef struct {
  FILE *stream;
  bool utf8;
  size_t width, column; /* of a line; where the cursor stands */
  size_t indent;        /* before the further lines of a paragraph */
  bool used;            /* a word stands on this line */
} page;

static size_t columns_of(const char *text, size_t bytes) {
  size_t n = 0;
  for (size_t i = 0; i < bytes; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

/* How many bytes the first columns of text have. */
static size_t bytes_of(const char *text, size_t columns) {
  size_t bytes = 0;
  while (text[bytes] && columns_of(text, bytes + 1) <= columns)
    bytes++;
  return bytes;
}

static void put(page *p, const char *text, size_t bytes) {
  fwrite(text, 1, bytes, p->stream);
  p->column += columns_of(text, bytes);
  p->used = true;
}

static void end_line(page *p) {
  fputc('\n', p->stream);
  p->column = 0;
  p->used = false;
}

static void next_line(page *p) {
  end_line(p);
  p->column = (size_t)fprintf(p->stream, "%*s", (int)p->indent, "");
}

static void put_word(page *p, const char *word, size_t bytes) {
  if (p->used && p->column + 1 + columns_of(word, bytes) > p->width)
    next_line(p);
  else if (p->used)
    put(p, " ", 1);
  while (p->column + columns_of(word, bytes) > p->width) {
    const size_t part = bytes_of(word, p->width - p->column);
    put(p, word, part);
    next_line(p);
    word += part;
    bytes -= part;
  }
  put(p, word, bytes);
}

static void put_words(page *p, const char *text, size_t bytes) {
  const char *end = text + bytes;
  for (text += strspn(text, " "); text < end; text += strspn(text, " ")) {
    const size_t word = strcspn(text, " \n");
    put_word(p, text, word);
    text += word + (text[word] == '\n');
  }
}

/* A copy of text as it is shown; the caller frees it. */
static char *shown(const page *p, const char *text) {
  const size_t size = 3 * strlen(text) + 1;
  char *copy = malloc(size);
  if (copy && p->utf8)
    mg_equation_unicode(text, copy, size);
  else if (copy)
    memcpy(copy, text, strlen(text) + 1);
  return copy;
}

static int put_prose(page *p, const char *text) {
  char *copy = shown(p, text);
  if (!copy)
    return mg_fail(GSL_ENOMEM, "no memory to print an equation");
  put_words(p, copy, strlen(copy));
  free(copy);
  return GSL_SUCCESS;
}

static size_t widest(const char *lines) {
  size_t most = 0;
  for (; *lines; lines += strcspn(lines, "\n"), lines += *lines == '\n') {
    const size_t columns = columns_of(lines, strcspn(lines, "\n"));
    most = columns > most ? columns : most;
  }
  return most;
}

static void put_line(page *p, const char *line, size_t bytes, size_t indent) {
  if (indent + columns_of(line, bytes) <= p->width) {
    p->column = (size_t)fprintf(p->stream, "%*s", (int)indent, "");
    put(p, line, bytes);
  } else {
    p->indent = p->width >= NARROW ? INDENT : 0;
    put_words(p, line, bytes);
    p->indent = 0;
  }
  end_line(p);
}

static int put_lines(page *p, const char *text) {
  char *copy = shown(p, text);
  if (!copy)
    return mg_fail(GSL_ENOMEM, "no memory to print an equation");
  const size_t most = widest(copy);
  const size_t room = most < p->width ? p->width - most : 0;
  const char *line = copy;
  for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
    put_line(p, line, strcspn(line, "\n"), room < INDENT ? room : INDENT);
  free(copy);
  return GSL_SUCCESS;
}

int mg_equation_print(FILE *stream, const mg_equation *e, bool utf8,
                      size_t width) {
  page p = {.stream = stream, .utf8 = utf8};
  p.width = width < LEAST ? LEAST : width;
  char id[ID_MOST];
  snprintf(id, sizeof id, "[%s]", e->id);
  put_words(&p, id, strlen(id));
  int status = put_prose(&p, e->section);
  end_line(&p);
  if (status == GSL_SUCCESS)
    status = put_prose(&p, e->meaning);
  end_line(&p);
  end_line(&p);
  if (status == GSL_SUCCESS)
    status = put_lines(&p, e->text);
  end_line(&p);
  put_words(&p, e->where, strlen(e->where));
  end_line(&p);
  if (*e->source) {
    put_words(&p, "Source:", strlen("Source:"));
    put_words(&p, e->source, strlen(e->source));
    end_line(&p);
  }
  return status;
}
