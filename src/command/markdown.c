/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements and hints are Markdown, to be read in a browser, an editor, or
 * here.  What is joined and wrapped is paragraphs and the items of lists; lines
 * that are indented by four, fenced, or of a table keep their shape: they are
 * code and formulae. */
#include "config.h"

#include "command/markdown.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/terminal.h"
#include "terminal/text.h"

enum { PARAGRAPH_SIZE = 8192 };

/* A paragraph, or an item of a list, that lines are joined to. */
struct paragraph {
  FILE *stream;
  char text[PARAGRAPH_SIZE];
  size_t used;
  size_t indent; /* of its further lines */
  bool fenced;
};

static void flush(struct paragraph *p) {
  if (p->used)
    mg_text_wrap(p->stream, p->text, 0, p->indent);
  p->used = 0;
  p->indent = 0;
}

static void join(struct paragraph *p, const char *line, size_t n) {
  const int wrote = snprintf(p->text + p->used, sizeof p->text - p->used,
                             "%s%.*s", p->used ? " " : "", (int)n, line);
  p->used += (size_t)wrote;
  if (p->used >= sizeof p->text)
    p->used = sizeof p->text - 1;
}

/* The columns of "- " or "12. " before an item; 0: it is none. */
static size_t bullet_of(const char *line) {
  size_t n = strspn(line, "0123456789");
  if (n && line[n] == '.' && line[n + 1] == ' ')
    return n + 2;
  return (*line == '-' || *line == '*') && line[1] == ' ' ? 2 : 0;
}

static void heading(FILE *stream, const char *line, size_t n) {
  const bool bold = mg_terminal_colours(stream);
  const size_t marks = strspn(line, "#");
  const size_t skip = marks + strspn(line + marks, " ");
  fprintf(stream, "%s%.*s%s\n", bold ? "\033[1m" : "", (int)(n - skip),
          line + skip, bold ? "\033[0m" : "");
}

static void print_line(struct paragraph *p, const char *line, size_t n) {
  const bool fence = strncmp(line, "```", 3) == 0;
  const bool shaped =
      p->fenced || *line == '|' || (strncmp(line, "    ", 4) == 0 && !p->used);
  const size_t bullet = bullet_of(line);
  if (fence || shaped || n == 0 || *line == '#' || bullet)
    flush(p);
  if (fence) {
    p->fenced = !p->fenced;
  } else if (shaped || n == 0) {
    fprintf(p->stream, "%.*s\n", (int)n, line);
  } else if (*line == '#') {
    heading(p->stream, line, n);
  } else {
    if (bullet)
      p->indent = bullet;
    join(p, line, n);
  }
}

void markdown_print(FILE *stream, const char *text) {
  struct paragraph p = {.stream = stream};
  while (*text) {
    const size_t n = strcspn(text, "\n");
    print_line(&p, text, n);
    text += n + (text[n] == '\n');
  }
  flush(&p);
}

/* Behind the end of this line. */
static const char *next_line(const char *text) {
  const size_t n = strcspn(text, "\n");
  return text + n + (text[n] == '\n');
}

char *markdown_section(const char *text, const char *title) {
  const size_t n = strlen(title);
  while (*text &&
         !(strncmp(text, "## ", 3) == 0 && strncmp(text + 3, title, n) == 0 &&
           isspace((unsigned char)text[3 + n])))
    text = next_line(text);
  if (!*text)
    return NULL;
  const char *begin = next_line(text), *end;
  begin += strspn(begin, "\n");
  for (end = begin; *end && strncmp(end, "## ", 3) != 0;)
    end = next_line(end);
  while (end > begin && isspace((unsigned char)end[-1]))
    end--;
  return strndup(begin, (size_t)(end - begin));
}
