/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mutants by tokens; see mutate.h.
 *
 * A source is taken apart into tokens, each with the depth of braces and of
 * parentheses about it.  That tells a statement from the head of a loop, a
 * minus between two operands from a sign, and the comma of a call from others.
 * What cannot be told by tokens (is "a * b" a product or a declaration?) is
 * tried: such a mutant does not compile, and is counted apart.
 *
 * Not made: != for < in the head of a loop and other exchanges that change
 * nothing by construction (fmax(a, b) for fmax(b, a)), nor of the numbers in
 * the words of a refusal. */
#include "mutate.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 6000, WORD = 48, ARGUMENTS = 16 };

typedef enum { NAME, NUMBER, OPERATOR, OTHER } kind;

typedef struct {
  kind kind;
  size_t at, length;
  int braces, rounds; /* open before it */
  char word[WORD];
} token;

typedef struct {
  const char *source;
  token *t;
  size_t tokens;
  mutant *all;
  size_t mutants;
} work;

/* ---- tokens ---- */

static const char *const operators[] = {
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=",
    "&&",  "||",  "+=",  "-=", "*=", "/=", "%=", "&=", "|=", "^=", NULL};

static size_t skip_quoted(const char *at) {
  size_t n = 1;
  while (at[n] && at[n] != at[0])
    n += at[n] == '\\' && at[n + 1] ? 2 : 1;
  return n + (at[n] != '\0');
}

/* Bytes that are no token: blanks, comments, directives. */
static size_t skip_rest(const char *source, const char *at) {
  if (isspace((unsigned char)*at))
    return 1;
  if (strncmp(at, "/*", 2) == 0)
    return (size_t)(strstr(at, "*/") - at) + 2;
  if (strncmp(at, "//", 2) == 0)
    return strcspn(at, "\n");
  if (*at == '#' && (at == source || at[-1] == '\n')) {
    size_t n = strcspn(at, "\n");
    while (n > 0 && at[n - 1] == '\\' && at[n])
      n += 1 + strcspn(at + n + 1, "\n");
    return n;
  }
  return 0;
}

static size_t measure(const char *at, kind *what) {
  if (isalpha((unsigned char)*at) || *at == '_') {
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_')
      n++;
    *what = NAME;
    return n;
  }
  if (isdigit((unsigned char)*at) ||
      (*at == '.' && isdigit((unsigned char)at[1]))) {
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '.' ||
           ((at[n] == '+' || at[n] == '-') && n > 0 &&
            tolower((unsigned char)at[n - 1]) == 'e' &&
            strncmp(at, "0x", 2) != 0))
      n++;
    *what = NUMBER;
    return n;
  }
  *what = OTHER;
  if (*at == '"' || *at == '\'')
    return skip_quoted(at);
  *what = OPERATOR;
  for (size_t i = 0; operators[i]; i++)
    if (strncmp(at, operators[i], strlen(operators[i])) == 0)
      return strlen(operators[i]);
  return 1;
}

static void read_tokens(work *w) {
  int braces = 0, rounds = 0;
  for (const char *at = w->source; *at && w->tokens < TOKENS;) {
    const size_t rest = skip_rest(w->source, at);
    if (rest > 0) {
      at += rest;
      continue;
    }
    token *t = &w->t[w->tokens++];
    t->at = (size_t)(at - w->source);
    t->length = measure(at, &t->kind);
    snprintf(t->word, sizeof t->word, "%.*s", (int)t->length, at);
    rounds -= t->word[0] == ')' || t->word[0] == ']';
    braces -= t->word[0] == '}';
    t->braces = braces;
    t->rounds = rounds;
    rounds += t->word[0] == '(' || t->word[0] == '[';
    braces += t->word[0] == '{';
    at += t->length;
  }
}

static bool is(const token *t, const char *word) {
  return strcmp(t->word, word) == 0;
}

static bool is_any(const token *t, const char *const *words) {
  for (; *words; words++)
    if (is(t, *words))
      return true;
  return false;
}

/* ---- making one ---- */

static void add(work *w, size_t at, size_t length, const char *text) {
  if (w->mutants == MUTANTS || strlen(text) >= MUTANT_TEXT)
    return;
  mutant *m = &w->all[w->mutants++];
  m->at = at;
  m->length = length;
  strcpy(m->text, text);
}

static void replace(work *w, const token *t, const char *text) {
  add(w, t->at, t->length, text);
}

/* The end of what begins at token i: the first of these words at its depth, or
 * the bracket about it. */
static size_t find_end(const work *w, size_t i, const char *words) {
  const int rounds = w->t[i].rounds, braces = w->t[i].braces;
  for (; i < w->tokens; i++) {
    const token *t = &w->t[i];
    if (t->rounds < rounds || t->braces < braces ||
        (t->rounds == rounds && t->length == 1 && t->word[0] != ')' &&
         strchr(words, t->word[0])))
      return i;
  }
  return i;
}

/* ---- operators ---- */

static const struct {
  const char *word, *others[4];
} exchanges[] = {{"<", {"<=", ">", ">="}}, {"<=", {"<", ">=", ">"}},
                 {">", {">=", "<", "<="}}, {">=", {">", "<=", "<"}},
                 {"==", {"!="}},           {"!=", {"=="}},
                 {"&&", {"||"}},           {"||", {"&&"}},
                 {"+=", {"-=", "="}},      {"-=", {"+=", "="}},
                 {"*=", {"/=", "="}},      {"/=", {"*=", "="}},
                 {"++", {"--"}},           {"--", {"++"}},
                 {"<<", {">>"}},           {">>", {"<<"}},
                 {"%", {"/", "*"}},        {"/", {"*", "-"}},
                 {"true", {"false"}},      {"false", {"true"}}};

/* Of those that are signs, addresses and pointers, too. */
static const struct {
  const char *word, *others[4];
} between[] = {
    {"+", {"-", "*"}}, {"-", {"+", "*"}}, {"*", {"/", "+"}}, {"&", {"|"}}};

static const char *const types[] = {"double", "float", "int",    "size_t",
                                    "char",   "void",  "bool",   "unsigned",
                                    "long",   "const", "return", NULL};

/* Is there an operand before token i? */
static bool is_between(const work *w, size_t i) {
  const token *before = &w->t[i - 1];
  if (before->kind == NAME)
    return !is_any(before, types);
  return before->kind == NUMBER || is(before, ")") || is(before, "]");
}

static void exchange(work *w, size_t i) {
  const token *t = &w->t[i];
  for (size_t k = 0; k < sizeof exchanges / sizeof *exchanges; k++)
    for (size_t j = 0; is(t, exchanges[k].word) && exchanges[k].others[j]; j++)
      replace(w, t, exchanges[k].others[j]);
  for (size_t k = 0; k < sizeof between / sizeof *between; k++)
    for (size_t j = 0;
         is(t, between[k].word) && is_between(w, i) && between[k].others[j];
         j++)
      replace(w, t, between[k].others[j]);
  if (is(t, "!") || (is(t, "-") && !is_between(w, i)))
    replace(w, t, "");
}

/* ---- constants ---- */

static void shift(work *w, const token *t) {
  char text[WORD + 4];
  if (t->kind != NUMBER)
    return;
  for (int by = -1; by <= 1; by += 2) {
    if (strpbrk(t->word, ".eE"))
      snprintf(text, sizeof text, "%.17g", strtod(t->word, NULL) + by);
    else
      snprintf(text, sizeof text, "%ld", strtol(t->word, NULL, 0) + by);
    char signed_text[WORD + 8];
    snprintf(signed_text, sizeof signed_text, text[0] == '-' ? "(%s)" : "%s",
             text);
    replace(w, t, signed_text);
  }
}

/* ---- statements ---- */

static bool begins_statement(const work *w, size_t i) {
  static const char *const heads[] = {"for",  "while",   "if",     "do", "else",
                                      "case", "default", "switch", NULL};
  const token *t = &w->t[i], *before = &w->t[i - 1];
  if (t->braces < 1 || t->rounds > 0 || is_any(t, heads) ||
      (t->kind != NAME && !is(t, "*") && !is(t, "++") && !is(t, "--")))
    return false;
  return is(before, ";") || is(before, "{") || is(before, "}") ||
         is(before, "else") || is(before, ":") || is(before, ")");
}

/* Two names in a row, or a type: it declares. */
static bool declares(const work *w, size_t i) {
  static const char *const words[] = {"double", "float",  "int",      "size_t",
                                      "char",   "bool",   "unsigned", "long",
                                      "const",  "static", NULL};
  const token *t = &w->t[i];
  if (is_any(t, words))
    return true;
  if (is(t, "return") || t->kind != NAME)
    return false;
  return t[1].kind == NAME || (is(t + 1, "*") && t[2].kind == NAME);
}

static void leave_out(work *w, size_t i) {
  if (!begins_statement(w, i) || declares(w, i))
    return;
  const size_t end = find_end(w, i, ";");
  if (end >= w->tokens)
    return;
  /* the last of a function: what it returns then is anything */
  if (is(&w->t[i], "return") && w->t[i].braces == 1 && !is(&w->t[i - 1], ")") &&
      is(&w->t[end + 1], "}"))
    return;
  add(w, w->t[i].at, w->t[end].at - w->t[i].at, "");
}

/* ---- signs ---- */

/* A minus before what is assigned or returned. */
static void turn_sign(work *w, size_t i) {
  if (!is(&w->t[i], "=") && !is(&w->t[i], "return"))
    return;
  const size_t end = find_end(w, i, ";,");
  const token *first = &w->t[i + 1], *last = &w->t[end];
  if (end >= w->tokens || end == i + 1 || is(first, "-") || is(first, "{") ||
      is(first, "&") || is(first, "0") || is(first, "NULL") ||
      is(first, "true") || is(first, "false") ||
      strncmp(first->word, "GSL_", 4) == 0 || is(first, "NAN"))
    return;
  char text[MUTANT_TEXT];
  const int n = snprintf(text, sizeof text, "-(%.*s)",
                         (int)(last->at - first->at), w->source + first->at);
  if (n > 0 && (size_t)n < sizeof text)
    add(w, first->at, last->at - first->at, text);
}

/* ---- arguments ---- */

/* The arguments of a call whose "(" is token i: where each begins, and behind
 * them the end.  Returns how many. */
static size_t split(const work *w, size_t i, size_t *start) {
  size_t n = 0;
  if (is(&w->t[i + 1], ")"))
    return 0;
  start[n++] = i + 1;
  for (size_t k = i + 1; k < w->tokens && n < ARGUMENTS; k++) {
    if (w->t[k].rounds == w->t[i].rounds + 1 && is(&w->t[k], ",")) {
      start[n++] = k + 1;
    } else if (w->t[k].rounds == w->t[i].rounds && is(&w->t[k], ")")) {
      start[n] = k + 1;
      return n;
    }
  }
  return 0;
}

static void swap(work *w, const size_t *start, size_t a, size_t b) {
  const token *t = w->t;
  const size_t from = t[start[a]].at, to = t[start[b]].at;
  const size_t a_end = t[start[a + 1] - 1].at, b_end = t[start[b + 1] - 1].at;
  char text[MUTANT_TEXT];
  const int n = snprintf(text, sizeof text, "%.*s%.*s%.*s", (int)(b_end - to),
                         w->source + to, (int)(to - a_end), w->source + a_end,
                         (int)(a_end - from), w->source + from);
  const bool same = a_end - from == b_end - to &&
                    strncmp(w->source + from, w->source + to, b_end - to) == 0;
  if (!same && n > 0 && (size_t)n < sizeof text)
    add(w, from, b_end - from, text);
}

static void swap_arguments(work *w, size_t i) {
  static const char *const no_call[] = {"if",     "for",    "while", "switch",
                                        "return", "sizeof", NULL};
  static const char *const even[] = {"fmax", "fmin", "hypot", "mg_fail", NULL};
  size_t start[ARGUMENTS + 1];
  if (!is(&w->t[i], "(") || w->t[i - 1].kind != NAME ||
      is_any(&w->t[i - 1], no_call) || is_any(&w->t[i - 1], even))
    return;
  const size_t n = split(w, i, start);
  for (size_t a = 0; a < n; a++)
    for (size_t b = a + 1; b < n && (n <= 4 || b == a + 1); b++)
      swap(w, start, a, b);
}

/* ---- all ---- */

size_t mutate(const char *source, mutant *all) {
  work w = {.source = source, .t = calloc(TOKENS + 4, sizeof *w.t), .all = all};
  if (!w.t)
    return 0;
  read_tokens(&w);
  for (size_t i = 1; i + 1 < w.tokens; i++) {
    if (w.t[i].braces < 1)
      continue;
    exchange(&w, i);
    shift(&w, &w.t[i]);
    leave_out(&w, i);
    turn_sign(&w, i);
    swap_arguments(&w, i);
  }
  free(w.t);
  return w.mutants;
}

char *mutant_apply(const char *source, const mutant *m) {
  const size_t size = strlen(source) + strlen(m->text) + 1;
  char *text = malloc(size);
  if (text)
    snprintf(text, size, "%.*s%s%s", (int)m->at, source, m->text,
             source + m->at + m->length);
  return text;
}

size_t mutant_line(const char *source, const mutant *m) {
  size_t line = 1;
  for (size_t i = 0; i < m->at; i++)
    line += source[i] == '\n';
  return line;
}

/* Adds a byte; blanks become one, and none in front. */
static void put(char *text, size_t size, char c) {
  const size_t n = strlen(text);
  const bool blank = isspace((unsigned char)c);
  if (n + 1 >= size || (blank && (n == 0 || text[n - 1] == ' ')))
    return;
  text[n] = blank ? ' ' : c;
  text[n + 1] = '\0';
}

static void put_all(char *text, size_t size, const char *from, size_t n) {
  for (size_t i = 0; i < n; i++)
    put(text, size, from[i]);
}

void mutant_print(const char *source, const mutant *m, char *text,
                  size_t size) {
  size_t from = m->at, to = m->at + m->length;
  while (from > 0 && source[from - 1] != '\n')
    from--;
  to += strcspn(source + to, "\n");
  text[0] = '\0';
  put_all(text, size, source + from, to - from);
  put_all(text, size, " => ", 4);
  put_all(text, size, source + from, m->at - from);
  put_all(text, size, m->text, strlen(m->text));
  put_all(text, size, source + m->at + m->length, to - m->at - m->length);
}
