/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old Faithful, copied from faithful_data.c and shuffled. */
#include "data/faithful.h"

mg_dataset *mg_faithful_read(unsigned long seed) {
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  const char *const columns[] = {"eruptions", "waiting"};
  mg_dataset *data = mg_dataset_alloc("faithful", &space, MG_FAITHFUL_ROWS);
  if (!data)
    return NULL;
  for (size_t i = 0; i < MG_FAITHFUL_ROWS; i++)
    for (size_t d = 0; d < 2; d++)
      gsl_matrix_set(data->reals, i, d, mg_faithful_values[i][d]);
  if (mg_dataset_describe(data, "faithful",
                          "Old Faithful, Azzalini & Bowman (1990), minutes") ||
      mg_dataset_set_columns(data, columns) || mg_dataset_shuffle(data, seed) ||
      mg_dataset_split(data, "0.8/0.1/0.1")) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}
