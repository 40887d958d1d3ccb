/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas typed in ASCII, shown in letters and signs.
 *
 * First every word and sign of the tables below is replaced, by a sign of one
 * column and as many fillers as columns it saved; so each character still
 * stands in its old column, and the alignment of the lines can be read off:
 *
 *     d log p / d mu = ...       mu takes a column less
 *     d log p / d s  = ...       this "=" stands behind a gap
 *
 * Then the fillers are taken out.  An anchor is a column at which in some line
 * text begins behind a gap: two blanks or more, or the indent of the line.
 * Whatever begins there behind a gap in other lines, or begins there with the
 * same character, was meant to stand under it; an indent stands under whatever
 * is there.  Anchors are placed from left to right, each at the rightmost
 * column at which one of its words comes to stand by itself; the others are
 * moved there with blanks, and an indent under nothing stays.  No word moves to
 * the right of where it was, so no line grows.
 *
 * What is a word is a matter of its neighbours.  Greek names and their like
 * stand alone or with an index (mu_k, alpha0_kj, theta_(t+1)), not in longer
 * names (mg_gamma_sample, beta_scale), file names (gamma.c), ids ([beta.2]) or
 * names of laws (the gamma law); sum, prod and int count with an index only,
 * since they are words of prose as well, and Gamma before a bracket.  A sign
 * stands alone: <= is one, <=> and == are not.
 *
 * Not here: fractions, roots over several letters, indices set low; what is
 * shown is the page's own line, made easier to read. */
#include "lesson/equation.h"

#include <string.h>

#include "base/status.h"

enum { FILLER = 1, COLUMNS = 256 }; /* lines beyond are not lined up there */

typedef struct {
  const char *ascii, *sign;
} replacement;

static const replacement letters[] = {
    {"alpha", "α"},   {"beta", "β"},   {"gamma", "γ"}, {"delta", "δ"},
    {"epsilon", "ε"}, {"zeta", "ζ"},   {"eta", "η"},   {"theta", "θ"},
    {"kappa", "κ"},   {"lambda", "λ"}, {"mu", "μ"},    {"nu", "ν"},
    {"xi", "ξ"},      {"pi", "π"},     {"rho", "ρ"},   {"sigma", "σ"},
    {"tau", "τ"},     {"phi", "φ"},    {"chi", "χ"},   {"psi", "ψ"},
    {"omega", "ω"},   {"Delta", "Δ"},  {"Theta", "Θ"}, {"Lambda", "Λ"},
    {"Sigma", "Σ"},   {"Phi", "Φ"},    {"Psi", "Ψ"},   {"Omega", "Ω"},
    {"inf", "∞"},     {"sqrt", "√"},   {NULL, NULL}};

static const replacement indexed[] = {
    {"sum", "∑"}, {"prod", "∏"}, {"int", "∫"}, {NULL, NULL}};

static const replacement called[] = {{"Gamma", "Γ"}, {NULL, NULL}};

static const replacement comparisons[] = {
    {"<=", "≤"}, {">=", "≥"}, {"/=", "≠"}, {NULL, NULL}};

/* Between two names these are something else: o->rate, |a||b|. */
static const replacement signs[] = {
    {"+-", "±"}, {"->", "→"}, {"||", "‖"}, {NULL, NULL}};

static const replacement powers[] = {
    {"^-1", "⁻¹"}, {"^-T", "⁻ᵀ"}, {"^T", "ᵀ"}, {"^0", "⁰"}, {"^1", "¹"},
    {"^2", "²"},   {"^3", "³"},   {"^4", "⁴"}, {"^5", "⁵"}, {"^6", "⁶"},
    {"^7", "⁷"},   {"^8", "⁸"},   {"^9", "⁹"}, {NULL, NULL}};

/* ---- what is a word ---- */

static bool is_digit(char c) {
  return '0' <= c && c <= '9';
}

static bool is_letter(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
}

/* Of a name; a letter beyond ASCII is one as well. */
static bool in_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

static size_t name_length(const char *at) {
  size_t n = 0;
  while (in_name(at[n]))
    n++;
  return n;
}

/* The entry that text begins with, NULL for none. */
static const replacement *begins(const replacement *table, const char *text) {
  for (; table->ascii; table++)
    if (strncmp(table->ascii, text, strlen(table->ascii)) == 0)
      return table;
  return NULL;
}

/* The entry that is exactly these letters. */
static const replacement *equals(const replacement *table, const char *text,
                                 size_t length) {
  for (; table->ascii; table++)
    if (strlen(table->ascii) == length &&
        strncmp(table->ascii, text, length) == 0)
      return table;
  return NULL;
}

/* "_k", "_kj", "_(" and "_{", to the end of the name. */
static bool is_index(const char *tail, size_t length) {
  if (length == 1)
    return tail[0] == '_' && (tail[1] == '(' || tail[1] == '{');
  if (length < 2 || length > 3 || tail[0] != '_')
    return false;
  for (size_t i = 1; i < length; i++)
    if (!is_letter(tail[i]) && !is_digit(tail[i]))
      return false;
  return true;
}

/* Is this the name of a law: "gamma law", "beta function"? */
static bool names_law(const char *behind) {
  static const char *const nouns[] = {" law", " function", " distribution",
                                      " density"};
  for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
    if (strncmp(behind, nouns[i], strlen(nouns[i])) == 0)
      return true;
  return false;
}

/* The letter for the name that begins here, NULL when it is to stay. */
static const replacement *find_letter(const char *name) {
  const size_t length = name_length(name);
  size_t head = 0, tail;
  while (is_letter(name[head]))
    head++;
  for (tail = head; is_digit(name[tail]);)
    tail++;
  if (name[length] == '.' && in_name(name[length + 1]))
    return NULL; /* gamma.c, [gamma.1] */
  const bool index = is_index(name + tail, length - tail);
  if (tail == head && index && equals(indexed, name, head))
    return equals(indexed, name, head);
  if (tail == length && name[length] == '(' && equals(called, name, head))
    return equals(called, name, head);
  if ((tail == length || index) && !names_law(name + length))
    return equals(letters, name, head);
  return NULL;
}

/* As in q_phi: a law's index, which is a whole Greek name.  d_mu is a name in
 * the code. */
static const replacement *find_index(const char *text, const char *at) {
  const bool one = at - text >= 2 && at[-1] == '_' && is_letter(at[-2]) &&
                   (at - text == 2 || !in_name(at[-3]));
  return one && at[-2] != 'd' ? equals(letters, at, name_length(at)) : NULL;
}

static bool in_sign(char c) {
  return c != '\0' && strchr("<>=+/|-", c) != NULL;
}

/* A sign that stands alone, but for a minus behind it. */
static const replacement *find_sign(const char *text, const char *at) {
  const replacement *r = begins(comparisons, at);
  const bool behind_name = at > text && in_name(at[-1]);
  if (!r && !(behind_name && begins(signs, at) && in_name(at[2])))
    r = begins(signs, at);
  if (!r || (at > text && in_sign(at[-1])))
    return NULL;
  const char *behind = at + strlen(r->ascii);
  const bool minus = behind[0] == '-' && !in_sign(behind[1]);
  return minus || !in_sign(behind[0]) ? r : NULL;
}

static const replacement *find_power(const char *text, const char *at) {
  const replacement *r = begins(powers, at);
  if (!r || at == text || at[-1] == ' ' || at[-1] == '\n')
    return NULL;
  const char *behind = at + strlen(r->ascii);
  const bool decimal = behind[0] == '.' && is_digit(behind[1]);
  return decimal || in_name(behind[0]) ? NULL : r;
}

static const replacement *find_minus(const char *text, const char *at) {
  static const replacement minus = {"-", "−"};
  const bool first = at == text || !(in_name(at[-1]) || at[-1] == '-');
  return first && strncmp(at + 1, "inf", 3) == 0 && name_length(at + 1) == 3
             ? &minus
             : NULL;
}

/* Is this a word of a command line, as in --alpha? */
static bool is_option(const char *text, const char *at) {
  return at - text >= 2 && at[-1] == '-' && at[-2] == '-';
}

/* What stands at this place and is replaced; NULL for nothing. */
static const replacement *find(const char *text, const char *at) {
  if (*at == '^')
    return find_power(text, at);
  if (is_letter(*at) && (at == text || !in_name(at[-1])))
    return is_option(text, at) ? NULL : find_letter(at);
  if (is_letter(*at))
    return find_index(text, at);
  const replacement *sign = find_sign(text, at);
  return !sign && *at == '-' ? find_minus(text, at) : sign;
}

/* ---- replacing, every character in its column ---- */

static size_t columns_of(const char *text, size_t bytes) {
  size_t n = 0;
  for (size_t i = 0; i < bytes; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

static void replace_all(const char *ascii, char *text) {
  bool quoted = false;
  for (const char *at = ascii; *at;) {
    quoted ^= *at == '`';
    const replacement *r = quoted ? NULL : find(ascii, at);
    if (!r) {
      *text++ = *at++;
      continue;
    }
    const size_t bytes = strlen(r->sign), old = strlen(r->ascii);
    const size_t saved = old - columns_of(r->sign, bytes);
    memcpy(text, r->sign, bytes);
    memset(text + bytes, FILLER, saved);
    text += bytes + saved;
    at += old;
  }
  *text = '\0';
}

/* ---- taking the fillers out ---- */

/* The next line, or the end of the text. */
static const char *line_behind(const char *line) {
  line += strcspn(line, "\n");
  return line + (*line == '\n');
}

static size_t bytes_here(const char *at) {
  size_t bytes = 1;
  while (((unsigned char)at[bytes] & 0xc0) == 0x80)
    bytes++;
  return bytes;
}

/* The character in a column of a line; NULL beyond its end. */
static const char *at_column(const char *line, size_t column) {
  for (; column && *line && *line != '\n'; column--)
    line += bytes_here(line);
  return *line && *line != '\n' ? line : NULL;
}

static bool all_blank(const char *line, const char *end) {
  return (size_t)(end - line) <= strspn(line, " ");
}

static bool behind_gap(const char *line, const char *at) {
  return at > line && at[-1] == ' ' && (at - line == 1 || at[-2] == ' ');
}

typedef struct {
  size_t shown;  /* the column it is shown at; 0: no anchor */
  char first[5]; /* the character of its words, "" where all are behind gaps */
} anchor;

static bool same_character(const char *at, const char *first) {
  return *first && strncmp(at, first, strlen(first)) == 0;
}

/* Goes through a line up to a column, taking fillers out and moving words to
 * the anchors before it.
 *   out  out  NULL, or where the line is written as it is shown: its own place,
 *             since nothing is written ahead of what is read
 * Returns in which column the character at `stop` is shown. */
static size_t walk(const char *line, size_t stop, const anchor *anchors,
                   char **out) {
  size_t shown = 0, blanks = 0; /* of the run of blanks before this place */
  for (size_t c = 0; c < stop && *line && *line != '\n'; c++) {
    const size_t bytes = bytes_here(line);
    const anchor *a = c < COLUMNS && anchors[c].shown ? &anchors[c] : NULL;
    if (a && blanks && *line != ' ' &&
        (blanks > 1 || blanks == c || same_character(line, a->first))) {
      /* Only an indent is ever too long: blanks are taken back. */
      if (out && a->shown < shown)
        *out -= shown - a->shown;
      for (; out && shown < a->shown; shown++)
        *(*out)++ = ' ';
      shown = a->shown;
    }
    blanks = *line == ' ' ? blanks + 1 : 0;
    if (*line != FILLER) {
      for (size_t i = 0; out && i < bytes; i++)
        *(*out)++ = line[i];
      shown++;
    }
    line += bytes;
  }
  return shown;
}

static void find_first(const char *text, size_t column, char *first) {
  for (const char *line = text; *line; line = line_behind(line)) {
    const char *at = at_column(line, column);
    if (at && *at != ' ' && behind_gap(line, at) && !all_blank(line, at)) {
      memcpy(first, at, bytes_here(at));
      return;
    }
  }
}

/* The anchor of a column, those to its left being placed. */
static anchor place(const char *text, size_t column, const anchor *anchors) {
  anchor a = {0};
  size_t right = 0, above = 0; /* above: of what an indent stands under */
  bool indent = false;
  find_first(text, column, a.first);
  for (const char *line = text; *line; line = line_behind(line)) {
    const char *at = at_column(line, column);
    if (!at || *at == ' ' || *at == FILLER)
      continue;
    if (all_blank(line, at)) {
      indent = true;
      continue;
    }
    const size_t shown = walk(line, column, anchors, NULL);
    if (at[-1] == ' ' && a.first[0] &&
        (behind_gap(line, at) || same_character(at, a.first)))
      right = shown > right ? shown : right;
    else if (!indent && strchr(" ([{+-", at[-1]))
      above = shown;
  }
  a.shown = right ? right : !indent ? 0 : above ? above : column;
  return a;
}

static void take_out(char *text) {
  anchor anchors[COLUMNS] = {0};
  for (size_t c = 1; c < COLUMNS; c++)
    anchors[c] = place(text, c, anchors);
  const char *line = text;
  char *out = text;
  while (*line) {
    const char *end = line + strcspn(line, "\n");
    const bool more = *end == '\n';
    walk(line, (size_t)-1, anchors, &out);
    line = end + more;
    if (more)
      *out++ = '\n';
  }
  *out = '\0';
}

int mg_equation_unicode(const char *ascii, char *text, size_t size) {
  if (size < 3 * strlen(ascii) + 1) {
    if (size)
      *text = '\0';
    return mg_fail(GSL_EBADLEN, "a formula of %zu bytes may take %zu, not %zu",
                   strlen(ascii), 3 * strlen(ascii) + 1, size);
  }
  replace_all(ascii, text);
  take_out(text);
  return GSL_SUCCESS;
}
