/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A struct's options by name: set, checked, printed.
 *
 * An entry of the table says where in the struct a value lies (offsetof) and
 * what it may be.  The value is moved by memcpy, so that no pointer of a wrong
 * type is ever made; a choice is an enum, which has int's size in every
 * compiler that we know, and is moved as an int.
 *
 * Counts are compared as counts.  A range is a pair of doubles, and a double
 * holds every count only up to 2^53; so the range is turned into counts once,
 * with the least rounded up and the greatest down, and a greatest at or above
 * the greatest size_t means no limit.  NaN lies in no range.
 *
 * A name that does not exist is answered with the closest one that does, by
 * the number of edits (Damerau 1964: insert, delete, replace, swap two
 * neighbours), in the variant where no part is edited twice, by the usual
 * dynamic programme over prefixes [opt.1]:
 *
 *     d(i,j) = min(d(i-1,j) + 1, d(i,j-1) + 1, d(i-1,j-1) + [a_i /= b_j],
 *                  d(i-2,j-2) + 1 when a_i = b_(j-1) and a_(i-1) = b_j)
 *
 * Not here: text as a value, lists, options that depend on one another; a
 * family checks those itself when it is made. */
#include "base/option.h"

#include <math.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

enum { WORD_MOST = 63, LIST_SIZE = 256, VALUE_SIZE = 64 };

const mg_option *mg_option_find(const mg_option *table, const char *name) {
  for (; table->name; table++)
    if (strcmp(table->name, name) == 0)
      return table;
  return NULL;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

size_t mg_word_distance(const char *a, const char *b) {
  size_t rows[3][WORD_MOST + 1];
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  size_t m = least(strlen(a), WORD_MOST), n = least(strlen(b), WORD_MOST);
  for (size_t j = 0; j <= n; j++)
    row[j] = j;
  for (size_t i = 1; i <= m; i++) {
    size_t *oldest = before;
    before = above;
    above = row;
    row = oldest;
    row[0] = i;
    for (size_t j = 1; j <= n; j++) {
      row[j] = least(above[j], row[j - 1]) + 1;
      row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = least(row[j], before[j - 2] + 1);
    }
  }
  return row[n];
}

void mg_suggestion_add(mg_suggestion *s, const char *name) {
  const size_t distance = mg_word_distance(s->wrong, name);
  const size_t length = strlen(s->wrong);
  const bool begins = length > 1 && strncmp(s->wrong, name, length) == 0;
  const bool near =
      distance <= (strlen(name) + 2) / 3 && distance < strlen(name);
  if ((begins || near) && (!s->closest || distance < s->distance)) {
    s->closest = name;
    s->distance = distance;
  }
  if (s->used < sizeof s->list)
    s->used += (size_t)snprintf(s->list + s->used, sizeof s->list - s->used,
                                "%s%.60s", s->used ? ", " : "", name);
}

const char *mg_suggestion_print(const mg_suggestion *s, char *text,
                                size_t size) {
  const char *list = s->used ? s->list : "none";
  if (s->closest)
    snprintf(text, size, "did you mean '%.60s'? there are %s", s->closest,
             list);
  else
    snprintf(text, size, "there are %s", list);
  return text;
}

static int unknown_option(const mg_option *table, const char *name) {
  mg_suggestion known = {.wrong = name};
  char text[400];
  for (; table->name; table++)
    mg_suggestion_add(&known, table->name);
  return mg_fail(GSL_EINVAL, "no option '%.60s': %s", name,
                 mg_suggestion_print(&known, text, sizeof text));
}

/* The length of the choice that begins at text. */
static size_t choice_length(const char *text) {
  return strcspn(text, "|");
}

/* Where choice number index begins; NULL when there is none. */
static const char *choice_at(const char *choices, int index) {
  if (index < 0)
    return NULL;
  for (; index > 0; index--) {
    choices += choice_length(choices);
    if (!*choices)
      return NULL;
    choices++;
  }
  return choices;
}

/* The index of a choice; -1 when there is none of that name. */
static int choice_find(const char *choices, const char *value) {
  const char *at;
  for (int index = 0; (at = choice_at(choices, index)); index++)
    if (strlen(value) == choice_length(at) &&
        strncmp(at, value, choice_length(at)) == 0)
      return index;
  return -1;
}

static size_t count_min(const mg_option *option) {
  return option->min > 0 ? (size_t)ceil(option->min) : 0;
}

static size_t count_max(const mg_option *option) {
  return option->max >= (double)SIZE_MAX ? SIZE_MAX : (size_t)option->max;
}

const char *mg_option_range(const mg_option *option, char *text, size_t size) {
  char from[MG_NUMBER_SIZE], to[MG_NUMBER_SIZE];
  switch (option->kind) {
  case MG_OPTION_SIZE:
    snprintf(text, size, "%zu .. %zu", count_min(option), count_max(option));
    break;
  case MG_OPTION_REAL:
    mg_print_real(option->min, 0, from, sizeof from);
    mg_print_real(option->max, 0, to, sizeof to);
    snprintf(text, size, "%s .. %s", from, to);
    break;
  case MG_OPTION_CHOICE:
    snprintf(text, size, "%s", option->choices);
  }
  return text;
}

/* A value of any kind, out of its struct or on the way in. */
typedef union {
  size_t count;
  double real;
  int choice;
} option_value;

static size_t value_size(const mg_option *option) {
  switch (option->kind) {
  case MG_OPTION_SIZE:
    return sizeof(size_t);
  case MG_OPTION_REAL:
    return sizeof(double);
  default:
    return sizeof(int);
  }
}

static option_value value_get(const mg_option *option, const void *options) {
  option_value value;
  memcpy(&value, (const char *)options + option->offset, value_size(option));
  return value;
}

static int value_allowed(const mg_option *option, option_value value) {
  switch (option->kind) {
  case MG_OPTION_SIZE:
    return count_min(option) <= value.count && value.count <= count_max(option);
  case MG_OPTION_REAL:
    return option->min <= value.real && value.real <= option->max;
  default:
    return choice_at(option->choices, value.choice) != NULL;
  }
}

static int refuse_value(const mg_option *option, const char *value) {
  char range[LIST_SIZE];
  mg_option_range(option, range, sizeof range);
  const char *kind = option->kind == MG_OPTION_CHOICE ? "one of "
                     : option->kind == MG_OPTION_SIZE ? "a whole number, "
                                                      : "";
  return mg_fail(GSL_EINVAL, "%s is %.60s: give %s%s", option->name, value,
                 kind, range);
}

static int value_parse(const mg_option *option, const char *text,
                       option_value *value) {
  switch (option->kind) {
  case MG_OPTION_SIZE:
    return mg_parse_size(text, &value->count);
  case MG_OPTION_REAL:
    return mg_parse_real(text, &value->real);
  default:
    value->choice = choice_find(option->choices, text);
    return GSL_SUCCESS;
  }
}

int mg_option_set(const mg_option *table, const char *name, const char *value,
                  void *options) {
  const mg_option *option = mg_option_find(table, name);
  if (!option)
    return unknown_option(table, name);
  option_value parsed;
  if (value_parse(option, value, &parsed) != GSL_SUCCESS ||
      !value_allowed(option, parsed))
    return refuse_value(option, *value ? value : "empty");
  memcpy((char *)options + option->offset, &parsed, value_size(option));
  return GSL_SUCCESS;
}

int mg_option_check(const mg_option *table, const void *options) {
  char text[VALUE_SIZE];
  for (; table->name; table++)
    if (!value_allowed(table, value_get(table, options)))
      return refuse_value(table,
                          mg_option_print(table, options, text, sizeof text));
  return GSL_SUCCESS;
}

const char *mg_option_print(const mg_option *option, const void *options,
                            char *text, size_t size) {
  option_value value = value_get(option, options);
  const char *at;
  switch (option->kind) {
  case MG_OPTION_SIZE:
    snprintf(text, size, "%zu", value.count);
    break;
  case MG_OPTION_REAL:
    mg_print_real(value.real, 0, text, size);
    break;
  case MG_OPTION_CHOICE:
    at = choice_at(option->choices, value.choice);
    if (at)
      snprintf(text, size, "%.*s", (int)choice_length(at), at);
    else
      snprintf(text, size, "choice %d", value.choice);
  }
  return text;
}
