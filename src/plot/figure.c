/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script is five parts in a row: how to run it, the style, the texts and
 * numbers, the tables, the template.  Style and template are lines from plots/
 * (plot/template.h) and never change; what differs from figure to figure are
 * plain gnuplot variables between them:
 *
 *     title = 'Handwritten digits'
 *     panels = 3
 *     evidence = '$evidence'
 *     $evidence << EOD
 *     "model"	"nats"
 *     "gmm"	-126.7
 *     EOD
 *
 * A template plots `evidence using ...`: gnuplot takes a text that begins with
 * '$' for a block of data in memory and any other for a file's name.  So a
 * table too large for a script, which a person should still be able to open and
 * read, moves into a file beside it, and the template does not know.
 *
 * gnuplot is a language, and a text of the user's must not become a word of it:
 *  - a text stands in single quotes, where gnuplot knows no escape but '' for
 *    a quote: no `command`, no @macro, no backslash;
 *  - a name is checked to be an identifier;
 *  - a text field of a table is in double quotes, so that '#' begins no
 *    comment, "?" is no missing value and EOD ends no block; there gnuplot
 *    reads backslash escapes, so a backslash is doubled, and it has no way to
 *    keep a double quote, so that becomes a single one;
 *  - files are named from ./ on: gnuplot runs what follows '<' or '|' at the
 *    beginning of a name.
 * A picture is XML, which a byte outside UTF-8 makes unreadable in full, so
 * such bytes are refused in a title and replaced in a table.
 *
 * Not here: which rows, which order, which numbers (the caller's table), and
 * how they look (plots/). */
#include "config.h"

#include "plot/figure.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/status.h"
#include "plot/template.h"

enum {
  BLOCK_MOST = 1 << 20, /* bytes of a table inside a script */
  NAME_MOST = 31,       /* of a variable */
  FILE_NAME_MOST = 100,
  NUMBER_DIGITS = 12
};

/* A variable of the script: a table, or a text or number ready to print. */
typedef struct entry {
  struct entry *next;
  char name[NAME_MOST + 1];
  bool table;
  char *text;
  size_t size;
} entry;

struct mg_figure {
  const mg_template *template;
  entry *first, **end; /* in the order given */
};

/* Bytes of the UTF-8 character at s; 0 when there is none (RFC 3629). */
static size_t utf8_length(const char *s) {
  const unsigned char *c = (const unsigned char *)s;
  size_t length = c[0] < 0x80                   ? 1
                  : c[0] >= 0xC2 && c[0] < 0xE0 ? 2
                  : c[0] >= 0xE0 && c[0] < 0xF0 ? 3
                  : c[0] >= 0xF0 && c[0] < 0xF5 ? 4
                                                : 0;
  for (size_t i = 1; i < length; i++)
    if ((c[i] & 0xC0) != 0x80)
      return 0;
  /* Too long a form, a half of a pair, above the last character. */
  if ((c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F) ||
      (c[0] == 0xF0 && c[1] < 0x90) || (c[0] == 0xF4 && c[1] > 0x8F))
    return 0;
  return length;
}

/* Is all of text plain characters of UTF-8? */
static bool is_plain(const char *text) {
  while (*text) {
    size_t length = utf8_length(text);
    if (length == 0 || (unsigned char)*text < 32 || *text == 127)
      return false;
    text += length;
  }
  return true;
}

static const mg_template *find_template(const char *name) {
  const mg_template *t = mg_templates;
  while (t->name && strcmp(t->name, name) != 0)
    t++;
  return t->name ? t : NULL;
}

static void fail_template(const char *name) {
  char list[256] = "";
  for (const mg_template *t = mg_templates; t->name; t++) {
    size_t used = strlen(list);
    if (strcmp(t->name, "style") != 0)
      snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "",
               t->name);
  }
  mg_fail(GSL_EINVAL, "there is no template '%.60s': take one of %s", name,
          list);
}

mg_figure *mg_figure_alloc(const char *template_name) {
  const mg_template *template = find_template(template_name);
  if (!template || strcmp(template_name, "style") == 0) {
    fail_template(template_name);
    return NULL;
  }
  mg_figure *figure = malloc(sizeof *figure);
  if (!figure) {
    mg_fail(GSL_ENOMEM, "no memory for a figure");
    return NULL;
  }
  *figure = (mg_figure){.template = template};
  figure->end = &figure->first;
  return figure;
}

void mg_figure_free(mg_figure *figure) {
  if (!figure)
    return;
  for (entry *e = figure->first; e;) {
    entry *next = e->next;
    free(e->text);
    free(e);
    e = next;
  }
  free(figure);
}

static int check_variable(const mg_figure *figure, const char *name) {
  static const char first[] = "abcdefghijklmnopqrstuvwxyz";
  static const char later[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
  size_t length = strlen(name);
  if (length == 0 || length > NAME_MOST || !strchr(first, name[0]) ||
      strspn(name, later) != length)
    return mg_fail(GSL_EINVAL,
                   "'%.60s' cannot name a part of a figure: take 1 to %d "
                   "small letters, digits and '_', a letter first",
                   name, NAME_MOST);
  for (const entry *e = figure->first; e; e = e->next)
    if (strcmp(e->name, name) == 0)
      return mg_fail(GSL_EINVAL, "the figure has '%s' already", name);
  return GSL_SUCCESS;
}

/* Takes text, which was malloced; NULL: memory was short. */
static int add_entry(mg_figure *figure, const char *name, bool table,
                     char *text, size_t size) {
  entry *e = text ? calloc(1, sizeof *e) : NULL;
  if (!e) {
    free(text);
    return mg_fail(GSL_ENOMEM, "no memory for '%s' of a figure", name);
  }
  snprintf(e->name, sizeof e->name, "%s", name); /* it fits: checked */
  e->table = table;
  e->text = text;
  e->size = size;
  *figure->end = e;
  figure->end = &e->next;
  return GSL_SUCCESS;
}

/* Prints text as a gnuplot constant in which nothing has a meaning. */
static void print_quoted(const char *text, FILE *stream) {
  fputc('\'', stream);
  for (; *text; text++) {
    if (*text == '\'')
      fputc('\'', stream);
    fputc(*text, stream);
  }
  fputc('\'', stream);
}

int mg_figure_text(mg_figure *figure, const char *name, const char *text) {
  int status = check_variable(figure, name);
  if (status != GSL_SUCCESS)
    return status;
  if (!is_plain(text))
    return mg_fail(GSL_EINVAL,
                   "the %s of a figure holds a control character (a line end, "
                   "a tab), or is not UTF-8",
                   name);
  char *quoted = NULL;
  size_t size;
  FILE *stream = open_memstream(&quoted, &size);
  if (stream) {
    print_quoted(text, stream);
    if (fclose(stream) != 0) {
      free(quoted);
      quoted = NULL;
    }
  }
  return add_entry(figure, name, false, quoted, 0);
}

int mg_figure_number(mg_figure *figure, const char *name, double value) {
  char text[MG_NUMBER_SIZE];
  int status = check_variable(figure, name);
  if (status != GSL_SUCCESS)
    return status;
  if (!isfinite(value))
    return mg_fail(GSL_EDOM, "the %s of a figure is not finite: leave it out",
                   name);
  mg_print_real(value, NUMBER_DIGITS, text, sizeof text);
  return add_entry(figure, name, false, strdup(text), 0);
}

/* Is a column all numbers and empty fields, so that it goes unquoted? */
static bool is_numeric(const mg_table *table, size_t column) {
  for (size_t row = 0; row < mg_table_rows(table); row++) {
    double value;
    const char *text = mg_table_get(table, row, column);
    if (*text && mg_parse_real(text, &value) != GSL_SUCCESS)
      return false;
  }
  return true;
}

static void print_number(const char *text, FILE *stream) {
  double value;
  bool there = mg_parse_real(text, &value) == GSL_SUCCESS && isfinite(value);
  fputs(there ? text : "?", stream);
}

static void print_text(const char *text, FILE *stream) {
  fputc('"', stream);
  while (*text) {
    size_t length = utf8_length(text);
    if (*text == '\\')
      fputs("\\\\", stream);
    else if (*text == '"' || length == 0)
      fputc(length ? '\'' : '?', stream);
    else
      fwrite(text, 1, length, stream);
    text += length ? length : 1;
  }
  fputc('"', stream);
}

/* The table's lines "# key: value", which only mg_table_print can tell. */
static int print_head(const mg_table *table, FILE *stream) {
  char *all = NULL, *line;
  size_t size;
  FILE *memory = open_memstream(&all, &size);
  if (!memory)
    return GSL_ENOMEM;
  int status = mg_table_print(table, memory);
  if (fclose(memory) != 0 && status == GSL_SUCCESS)
    status = GSL_ENOMEM;
  for (line = all; status == GSL_SUCCESS && line[0] == '#';) {
    size_t length = strcspn(line, "\n");
    fwrite(line, 1, length, stream);
    fputc('\n', stream);
    line += line[length] ? length + 1 : length;
  }
  free(all);
  return status;
}

static void print_body(const mg_table *table, const bool *numeric,
                       FILE *stream) {
  size_t columns = mg_table_columns(table);
  for (size_t i = 0; i < columns; i++) {
    print_text(mg_table_name(table, i), stream);
    fputc(i + 1 < columns ? '\t' : '\n', stream);
  }
  for (size_t row = 0; row < mg_table_rows(table); row++)
    for (size_t i = 0; i < columns; i++) {
      const char *field = mg_table_get(table, row, i);
      if (numeric[i])
        print_number(field, stream);
      else
        print_text(field, stream);
      fputc(i + 1 < columns ? '\t' : '\n', stream);
    }
}

/* The table as gnuplot shall read it, in fresh memory. */
static int table_text(const mg_table *table, char **text, size_t *size) {
  size_t columns = mg_table_columns(table);
  bool *numeric = calloc(columns + 1, sizeof *numeric);
  FILE *stream = numeric ? open_memstream(text, size) : NULL;
  if (!stream) {
    free(numeric);
    return GSL_ENOMEM;
  }
  for (size_t i = 0; i < columns; i++)
    numeric[i] = is_numeric(table, i);
  int status = print_head(table, stream);
  if (status == GSL_SUCCESS)
    print_body(table, numeric, stream);
  free(numeric);
  if (fclose(stream) != 0 && status == GSL_SUCCESS)
    status = GSL_ENOMEM;
  return status;
}

int mg_figure_table(mg_figure *figure, const char *name,
                    const mg_table *table) {
  int status = check_variable(figure, name);
  if (status == GSL_SUCCESS)
    status = mg_table_status(table);
  if (status != GSL_SUCCESS)
    return status;
  if (mg_table_columns(table) == 0)
    return mg_fail(GSL_EINVAL, "the table '%s' has no columns", name);
  char *text = NULL;
  size_t size = 0;
  status = table_text(table, &text, &size);
  if (status != GSL_SUCCESS) {
    free(text);
    return mg_fail(status, "no memory for the table '%s'", name);
  }
  mg_reason_clear(); /* of fields that were asked whether they are numbers */
  return add_entry(figure, name, true, text, size);
}

int mg_figure_check_name(const char *name) {
  size_t length = strlen(name);
  if (length == 0 || length > FILE_NAME_MOST || name[0] == '.' ||
      strchr(name, '/') || !is_plain(name))
    return mg_fail(GSL_EINVAL,
                   "'%.120s' cannot name a figure: take 1 to %d bytes without "
                   "'/', control characters and a '.' in front",
                   name, FILE_NAME_MOST);
  return GSL_SUCCESS;
}

/* "./name-table.tsv", the file of a large table seen from the script. */
static void side_name(const char *name, const entry *e, char *text,
                      size_t size) {
  snprintf(text, size, "./%s-%s.tsv", name, e->name);
}

static int write_large_tables(const mg_figure *figure, const char *folder,
                              const char *name) {
  char side[FILE_NAME_MOST + NAME_MOST + 8];
  int status = GSL_SUCCESS;
  for (const entry *e = figure->first; e && status == GSL_SUCCESS;
       e = e->next) {
    if (!e->table || e->size <= BLOCK_MOST)
      continue;
    side_name(name, e, side, sizeof side);
    char *path = mg_path_join(folder, side + 2);
    status = path ? mg_file_write(path, e->text, e->size) : GSL_ENOMEM;
    free(path);
  }
  return status;
}

static void print_entry(const entry *e, const char *name, FILE *stream) {
  char side[FILE_NAME_MOST + NAME_MOST + 8];
  if (!e->table) {
    fprintf(stream, "%s = %s\n", e->name, e->text);
  } else if (e->size <= BLOCK_MOST) {
    fprintf(stream, "%s = '$%s'\n$%s << EOD\n", e->name, e->name, e->name);
    fwrite(e->text, 1, e->size, stream);
    fputs("EOD\n", stream);
  } else {
    side_name(name, e, side, sizeof side);
    fprintf(stream, "%s = ", e->name);
    print_quoted(side, stream);
    fputc('\n', stream);
  }
}

static void print_template(const mg_template *template, FILE *stream) {
  fprintf(stream, "\n# ---- plots/%s.gp\n", template->name);
  for (const char *const *line = template->lines; *line; line++)
    fprintf(stream, "%s\n", *line);
}

static void print_script(const mg_figure *figure, const char *name,
                         FILE *stream) {
  fprintf(stream,
          "# %s.gp draws %s.svg into the current folder:  gnuplot %s.gp\n"
          "# Other forms (png, pdf, eps):  gnuplot -e \"term='pdf'\" %s.gp\n"
          "file_stem = ",
          name, name, name, name);
  char stem[FILE_NAME_MOST + 3];
  snprintf(stem, sizeof stem, "./%s", name);
  print_quoted(stem, stream);
  fputc('\n', stream);
  print_template(find_template("style"), stream);
  fputs("\n# ---- texts, numbers and tables\n", stream);
  for (const entry *e = figure->first; e; e = e->next)
    print_entry(e, name, stream);
  print_template(figure->template, stream);
}

int mg_figure_write(const mg_figure *figure, const char *folder,
                    const char *name) {
  char script[FILE_NAME_MOST + 4];
  int status = mg_figure_check_name(name);
  if (status == GSL_SUCCESS)
    status = write_large_tables(figure, folder, name);
  if (status != GSL_SUCCESS)
    return status;
  snprintf(script, sizeof script, "%s.gp", name);
  char *path = mg_path_join(folder, script);
  if (!path)
    return GSL_ENOMEM;
  mg_file *file = mg_file_create(path);
  free(path);
  if (!file)
    return GSL_EFAILED;
  print_script(figure, name, mg_file_stream(file));
  return mg_file_commit(file);
}
