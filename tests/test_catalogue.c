/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue: every name gives what its line says. */
#include <criterion/criterion.h>

#include <string.h>

#include "base/status.h"
#include "data/catalogue.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(catalogue, .init = setup);

Test(catalogue, every_name_is_a_data_set_with_three_parts) {
  size_t count = 0;
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++, count++) {
    mg_dataset *data = mg_dataset_named(e->name, 1);
    cr_assert_not_null(data, "%s: %s", e->name, mg_reason());
    cr_assert_str_eq(data->name, e->name, "%s is called %s", e->name,
                     data->name);
    cr_assert_eq(data->n, e->rows, "%s has %zu rows", e->name, data->n);
    cr_assert_neq(data->source[0], '\0', "%s has no source", e->name);
    for (int p = 0; p < MG_PARTS; p++)
      cr_assert_gt(mg_dataset_part(data, (mg_part_name)p).n, 0, "%s has no %s",
                   e->name, mg_part_text((mg_part_name)p));
    cr_assert_eq(data->start[MG_PARTS], data->n, "%s: rows unused", e->name);
    cr_assert_leq(strlen(e->line), 56, "%s: the line is long", e->name);
    cr_assert_eq(strstr(e->line, "truth") != NULL,
                 data->truth.log_density != NULL, "%s: truth", e->name);
    mg_dataset_free(data);
  }
  cr_assert_eq(count, 11, "%zu names", count);
}

Test(catalogue, an_unknown_name_is_answered_with_the_names) {
  cr_assert_null(mg_dataset_named("chekerboard", 1), "chekerboard");
  cr_assert(strstr(mg_reason(), "did you mean 'checkerboard'?"), "%s",
            mg_reason());
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++)
    cr_assert(strstr(mg_reason(), e->name), "%s is not listed: %s", e->name,
              mg_reason());
  /* grid is near too, but not as near */
  cr_assert_null(mg_dataset_named("rind", 1), "rind");
  cr_assert(strstr(mg_reason(), "did you mean 'ring'?"), "%s", mg_reason());
  cr_assert_null(mg_dataset_named("xyzzy", 1), "xyzzy");
  cr_assert_null(strstr(mg_reason(), "did you mean"), "%s", mg_reason());
  cr_assert_null(mg_catalogue_find(""), "the empty name");
}
