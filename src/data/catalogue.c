/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data sets that are inside the program: a table and a look-up.
 *
 * The names are part of what a reader learns once and then types: digits and
 * faithful are real data whose published numbers calibrate the models, the rest
 * are toys, 4000 rows each, 2000 to learn from and 1000 each to choose and to
 * judge by. */
#include "data/catalogue.h"

#include <string.h>

#include "base/option.h"
#include "base/status.h"
#include "data/digits.h"
#include "data/faithful.h"
#include "data/toys.h"

enum { TOY_ROWS = 4000 };

const mg_catalogue_entry mg_catalogue[] = {
    {"digits", "handwritten digits, 8 x 8 pixels of 17 levels", MG_DIGITS_ROWS},
    {"digits-binary", "the digits as bits: level 8 and up is 1",
     MG_DIGITS_ROWS},
    {"faithful", "Old Faithful: eruption and waiting time, minutes",
     MG_FAITHFUL_ROWS},
    {"heights", "1-D toy: women and men, centimetres; truth known", TOY_ROWS},
    {"ring", "2-D toy: 8 narrow Gaussians on a circle; truth known", TOY_ROWS},
    {"grid", "2-D toy: 25 narrow Gaussians, 5 x 5; truth known", TOY_ROWS},
    {"checkerboard", "2-D toy: uniform on 8 squares; truth known", TOY_ROWS},
    {"moons", "2-D toy: two half circles", TOY_ROWS},
    {"pinwheel", "2-D toy: 5 bent arms", TOY_ROWS},
    {"spiral", "2-D toy: two arms of 1 1/2 turns", TOY_ROWS},
    {"swiss", "3-D toy: a rolled sheet", TOY_ROWS},
    {NULL, NULL, 0}};

const mg_catalogue_entry *mg_catalogue_find(const char *name) {
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++)
    if (strcmp(name, e->name) == 0)
      return e;
  return NULL;
}

static void fail_unknown(const char *name) {
  mg_suggestion known = {.wrong = name};
  char text[400];
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++)
    mg_suggestion_add(&known, e->name);
  mg_fail(GSL_EINVAL, "no data set '%.60s': %s", name,
          mg_suggestion_print(&known, text, sizeof text));
}

mg_dataset *mg_dataset_named(const char *name, unsigned long seed) {
  const mg_catalogue_entry *entry = mg_catalogue_find(name);
  if (!entry) {
    fail_unknown(name);
    return NULL;
  }
  if (strcmp(name, "digits") == 0)
    return mg_digits_read();
  if (strcmp(name, "digits-binary") == 0)
    return mg_digits_read_binary();
  if (strcmp(name, "faithful") == 0)
    return mg_faithful_read(seed);
  return mg_toys_draw(name, entry->rows, seed);
}
