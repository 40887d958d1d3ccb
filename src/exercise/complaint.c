/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiler's lines, chosen; see complaint.h.
 *
 * gcc and clang agree on "file:line:column: kind: words"; the line of the
 * source is taken from the student's text and not from the compiler's quote of
 * it, which can be a quote of something else.  A linker says of a function that
 * is nowhere "name.c:12: undefined reference to `f'" (GNU), or ">>> referenced
 * by name.c:12" behind "undefined symbol: f" (lld). */
#include "config.h"

#include "exercise/complaint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 6, LINE = 600, QUOTED = 160 };

typedef struct {
  char *text;
  size_t size, used, complaints;
  const char *source;
} report;

/* What cannot be printed is '?': it goes to terminals, and into JSON. */
static void add(report *r, const char *format, const char *words, int length) {
  const size_t room = r->size - r->used;
  const int n = snprintf(r->text + r->used, room, format, length, words);
  const size_t end =
      r->used + (n > 0 && (size_t)n < room ? (size_t)n : room - 1);
  for (; r->used < end; r->used++) {
    const char c = r->text[r->used];
    if (c != '\n' && (c < ' ' || c > '~'))
      r->text[r->used] = c == '\t' ? ' ' : '?';
  }
}

/* The line of the student's text, from 1, below a complaint. */
static void quote(report *r, size_t line) {
  const char *at = r->source;
  for (size_t i = 1; at && i < line; i++) {
    at = strchr(at, '\n');
    at = at ? at + 1 : NULL;
  }
  if (!at || line == 0)
    return;
  at += strspn(at, " \t");
  const size_t length = strcspn(at, "\r\n");
  if (length > 0)
    add(r, "    %.*s\n", at, (int)(length < QUOTED ? length : QUOTED));
}

/* The number behind "name:" where the text holds that; 0: it does not. */
static size_t line_in(const char *text, const char *name, const char **behind) {
  const size_t length = strlen(name);
  for (const char *at = text; (at = strstr(at, name)); at += length) {
    char *end;
    if (at[length] != ':' || !isdigit((unsigned char)at[length + 1]))
      continue;
    const size_t line = strtoul(at + length + 1, &end, 10);
    *behind = end;
    return line;
  }
  return 0;
}

/* "name.c:21:10: error: words": those of the kind that is wanted. */
static bool read_compiler(report *r, const char *line, const char *name,
                          bool errors) {
  const char *kind = strstr(line, errors ? ": error: " : ": warning: ");
  if (errors && !kind)
    kind = strstr(line, ": fatal error: ");
  if (!kind || strncmp(line, "collect2: ", strlen("collect2: ")) == 0 ||
      strstr(line, "linker command failed")) /* it has said why */
    return false;
  const char *behind;
  const size_t at = line_in(line, name, &behind);
  if (at > 0 && behind <= kind) {
    const char *start = strrchr(line, '/'); /* of a path that leads to it */
    start = start && start < kind ? start + 1 : line;
    add(r, "%.*s\n", start, LINE);
    quote(r, at);
  } else if (memchr(line, '/', strcspn(line, ":"))) {
    /* Of somebody's file, perhaps, which is not for showing. */
    if (!errors)
      return false;
    add(r, "%.*s: error: a file that it includes does not compile\n", name,
        LINE);
  } else {
    add(r, "%.*s\n", line, LINE);
  }
  return true;
}

/* A function that is called and is nowhere. */
static bool read_linker(report *r, const char *line, const char *name) {
  static const char *const gnu = "undefined reference to `",
                           *const lld = "undefined symbol: ";
  const char *symbol = strstr(line, gnu), *behind;
  const size_t skip = symbol ? strlen(gnu) : strlen(lld);
  symbol = symbol ? symbol : strstr(line, lld);
  if (!symbol)
    return false;
  symbol += skip;
  const size_t at = line_in(line, name, &behind);
  if (at > 0) {
    char place[LINE];
    snprintf(place, sizeof place, "%s:%zu: ", name, at);
    add(r, "%.*s", place, LINE);
  }
  add(r, "error: %.*s() is called, and is nowhere defined\n", symbol,
      (int)strcspn(symbol, "'\n "));
  quote(r, at);
  return true;
}

size_t mg_complaint_read(const char *said, const char *source, const char *name,
                         bool errors, char *text, size_t size) {
  report r = {text, size, strlen(text), 0, source};
  while (*said && r.complaints < MOST) {
    char line[LINE];
    const size_t length = strcspn(said, "\n");
    snprintf(line, sizeof line, "%.*s", (int)length, said);
    r.complaints += read_compiler(&r, line, name, errors) ||
                    (errors && read_linker(&r, line, name));
    said += length + (said[length] == '\n');
  }
  return r.complaints;
}
