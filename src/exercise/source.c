/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A look at a source before it is compiled; see source.h.
 *
 * Three looks, since none of them sees all:
 *
 *   included files   the compiler itself lists them (-MD), so a name that a
 *                    macro has put together is seen like any other
 *   asm              is looked for behind the preprocessor, so it cannot be put
 *                    together by one; there also system headers hold it, whose
 *                    parts are told apart by the preprocessor's line markers
 *   line markers     are believed because the text itself may hold none; where
 *                    one got past that look, asm holds names alone, as in
 *                    headers, which harm nobody
 *
 * The text is taken apart as C's first translation phases do: lines that end in
 * a backslash are joined, comments are blanks, a string ends with its line at
 * the latest.
 *
 * Not here: what the object refers to (compile_symbols.c).  And nothing of this
 * is what keeps the machine safe when the functions run: that is confine.c. */
#include "config.h"

#include "exercise/source.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN = 64, PATH_SIZE = 4096 };

/* Where a walk through the tokens of a text stands. */
typedef struct {
  const char *at;
  size_t line;       /* of the token, from 1 */
  bool first;        /* the token is the first of its line */
  char token[TOKEN]; /* a name, a number, or one character; of a string its
                      * quote; longer ones are cut */
} walk;

static bool is_splice(const char *at) {
  if (*at != '\\')
    return false;
  at++;
  at += strspn(at, " \t\r");
  return *at == '\n';
}

/* Passes blanks, comments and joined lines. */
static void skip_blanks(walk *w) {
  for (;;) {
    if (*w->at == '\n') {
      w->line++;
      w->first = true;
      w->at++;
    } else if (is_splice(w->at)) {
      w->at = strchr(w->at, '\n') + 1;
      w->line++;
    } else if (*w->at && strchr(" \t\r\f\v", *w->at)) {
      w->at++;
    } else if (strncmp(w->at, "//", 2) == 0) {
      while (*w->at && *w->at != '\n') {
        w->line += is_splice(w->at);
        w->at = is_splice(w->at) ? strchr(w->at, '\n') + 1 : w->at + 1;
      }
    } else if (strncmp(w->at, "/*", 2) == 0) {
      const char *end = strstr(w->at + 2, "*/");
      end = end ? end + 2 : w->at + strlen(w->at);
      for (; w->at < end; w->at++)
        w->line += *w->at == '\n';
    } else {
      return;
    }
  }
}

/* Passes a string or a character, up to its end or that of the line. */
static void skip_quoted(walk *w) {
  const char quote = *w->at++;
  while (*w->at && *w->at != '\n' && *w->at != quote) {
    if (is_splice(w->at)) {
      w->at = strchr(w->at, '\n');
      w->line++;
    } else if (*w->at == '\\' && w->at[1]) {
      w->at++;
    }
    w->at++;
  }
  w->at += *w->at == quote;
}

/* The next token.  Returns false at the end. */
static bool next(walk *w) {
  skip_blanks(w);
  if (!*w->at)
    return false;
  const bool word = isalnum((unsigned char)*w->at) || *w->at == '_';
  size_t n = 0;
  if (!word) {
    w->token[n++] = *w->at;
    if (*w->at == '"' || *w->at == '\'')
      skip_quoted(w);
    else
      w->at++;
  }
  while (word && (isalnum((unsigned char)*w->at) || *w->at == '_' ||
                  is_splice(w->at))) {
    if (is_splice(w->at)) {
      w->at = strchr(w->at, '\n') + 1;
      w->line++;
      continue;
    }
    if (n < TOKEN - 1)
      w->token[n++] = *w->at;
    w->at++;
  }
  w->token[n] = '\0';
  return true;
}

static bool is_one_of(const char *token, const char *const *words) {
  for (; *words; words++)
    if (strcmp(token, *words) == 0)
      return true;
  return false;
}

/* Does a string begin here that ends where no other would? */
static bool is_raw(const walk *w) {
  static const char *const prefixes[] = {"R", "LR", "uR", "UR", "u8R", NULL};
  return *w->at == '"' && is_one_of(w->token, prefixes);
}

/* A line marker, and what the walk and a compiler read differently, behind
 * which one could hide; NULL: neither. */
static const char *find_refused(const walk *w, bool hash) {
  if (hash &&
      (strcmp(w->token, "line") == 0 || isdigit((unsigned char)w->token[0])))
    return "#line";
  if (is_raw(w))
    return "a raw string";
  /* of a name of a file it is a part */
  if (w->token[0] == '<' && strncmp(w->at, "/*", 2) == 0)
    return "a comment right behind <";
  return NULL;
}

bool mg_source_check(const char *text, size_t length, const char *name,
                     char *says, size_t size) {
  if (strlen(text) != length) {
    snprintf(says, size, "%s holds a 0 byte: it is no text", name);
    return false;
  }
  walk w = {.at = text, .line = 1, .first = true};
  for (bool hash = false; next(&w);) {
    const bool first = w.first;
    w.first = false;
    const char *refused = find_refused(&w, !first && hash);
    if (refused) {
      snprintf(says, size, "%s:%zu: %s is not for an exercise", name, w.line,
               refused);
      return false;
    }
    hash = first && (w.token[0] == '#' || (w.token[0] == '%' && *w.at == ':'));
    w.at += hash && w.token[0] == '%'; /* "%:" is "#" */
  }
  return true;
}

/* Reads '# 12 "file"' at the start of a line.  Returns whether it is one. */
static bool read_marker(const char *at, const char *name, size_t *line,
                        bool *own) {
  char *end;
  if (strncmp(at, "# ", 2) != 0 || !isdigit((unsigned char)at[2]))
    return false;
  *line = strtoul(at + 2, &end, 10);
  const size_t length = strlen(name);
  *own = strncmp(end, " \"", 2) == 0 && strncmp(end + 2, name, length) == 0 &&
         end[2 + length] == '"';
  return true;
}

/* Does a parenthesis with plain names alone follow?  So headers of the system
 * rename functions; what the assembler would obey has blanks or points. */
static bool holds_names(const char *at) {
  at += strspn(at, " \t");
  if (*at++ != '(')
    return false;
  for (at += strspn(at, " \t"); *at == '"'; at += strspn(at, " \t")) {
    do
      at++;
    while (isalnum((unsigned char)*at) || *at == '_');
    if (*at++ != '"')
      return false;
  }
  return *at == ')';
}

/* One line of the preprocessor's text.  A header's line is looked at, too: the
 * markers are a compiler's, who may have been told a tale. */
static bool check_line(const char *text, const char *name, size_t line,
                       bool own, char *says, size_t size) {
  static const char *const assembler[] = {"asm", "__asm", "__asm__", NULL};
  /* Reads a file of the compiler's own kind, whoever made it. */
  static const char *const compiled[] = {"pch_preprocess", NULL};
  /* Their text goes to the assembler as it stands. */
  static const char *const attributes[] = {
      "section", "__section__", "symver", "__symver__",
      "weakref", "__weakref__", NULL};
  walk w = {.at = text, .line = 1};
  while (next(&w)) {
    const char behind = w.at[strspn(w.at, " \t")];
    const char *what = NULL;
    if (is_one_of(w.token, assembler) || is_one_of(w.token, compiled) ||
        (is_one_of(w.token, attributes) && (behind == '(' || !behind)))
      what = w.token;
    else if (is_raw(&w))
      what = "a raw string";
    if (!what || (!own && holds_names(w.at)))
      continue;
    snprintf(says, size, "%s:%zu: %s is not for an exercise: write C", name,
             line, what);
    return false;
  }
  return true;
}

bool mg_source_check_preprocessed(const char *text, const char *name,
                                  char *says, size_t size) {
  size_t line = 1;
  bool own = false, right = true;
  while (right && *text) {
    const size_t length = strcspn(text, "\n");
    if (!read_marker(text, name, &line, &own)) {
      char *one = strndup(text, length);
      right = one && check_line(one, name, line, own, says, size);
      free(one);
      line++;
    }
    text += length + (text[length] == '\n');
  }
  return right;
}

/* Takes a/../ and ./ out of a path, by its text alone. */
static void straighten(char *path) {
  char straight[PATH_SIZE] = "";
  size_t n = 0;
  const bool absolute = path[0] == '/';
  for (char *rest = path, *part; (part = strsep(&rest, "/"));) {
    if (strcmp(part, "..") == 0 && n > 0) {
      while (n > 0 && straight[--n] != '/') {
      }
      straight[n] = '\0';
    } else if (part[0] && strcmp(part, ".") != 0) {
      n += (size_t)snprintf(straight + n, sizeof straight - n, "%s%s",
                            n > 0 || absolute ? "/" : "", part);
    }
  }
  strcpy(path, straight); /* never longer than it was */
}

static bool is_below(const char *path, const char *folder, size_t length) {
  char straight[PATH_SIZE];
  snprintf(straight, sizeof straight, "%.*s", (int)length, folder);
  straighten(straight);
  length = strlen(straight);
  return length > 0 && strncmp(path, straight, length) == 0 &&
         path[length] == '/';
}

/* Is it below a folder of the list "search starts here" of -v? */
static bool is_system(const char *path, const char *folders) {
  const char *line = strstr(folders, "#include <...> search starts here:");
  while (line && (line = strchr(line, '\n')) && line[1] == ' ') {
    line += 2;
    if (is_below(path, line, strcspn(line, "\n")))
      return true;
  }
  return false;
}

static bool may_include(char *path, const char *folders, const char *headers,
                        const char *name) {
  if (strcmp(path, name) == 0)
    return true;
  straighten(path);
  const size_t length = strlen(path);
  if (is_below(path, headers, strlen(headers)))
    return length > 2 && strcmp(path + length - 2, ".h") == 0;
  return is_system(path, folders);
}

bool mg_source_check_included(const char *rules, const char *folders,
                              const char *headers, const char *name, char *says,
                              size_t size) {
  const char *at = strchr(rules, ':');
  char path[PATH_SIZE];
  for (at = at ? at + 1 : ""; *at;) {
    size_t n = 0;
    at += strspn(at, " \t\r\n");
    if (at[0] == '\\' && at[1] == '\n') {
      at += 2;
      continue;
    }
    while (*at && !isspace((unsigned char)*at)) { /* "\ " is a blank in it */
      at += *at == '\\' && at[1] && at[1] != '\n';
      if (n < sizeof path - 1)
        path[n++] = *at;
      at++;
    }
    path[n] = '\0';
    if (n > 0 && !may_include(path, folders, headers, name)) {
      snprintf(says, size,
               "%s includes \"%.200s\": an exercise includes headers of the "
               "library, of GSL and of C",
               name, path);
      return false;
    }
  }
  return true;
}
