/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 8 x 8 handwritten digits, decoded from digits_data.c. */
#include "data/digits.h"

static const char digits_source[] =
    "UCI Optical Recognition of Handwritten Digits, Alpaydin & Kaynak (1998), "
    "CC BY 4.0";

mg_dataset *mg_digits_read(void) {
  const mg_space space = {.dim = MG_DIGITS_PIXELS,
                          .measure = MG_LEVELS,
                          .levels = 17,
                          .height = 8,
                          .width = 8,
                          .classes = 10};
  mg_dataset *data = mg_dataset_alloc("digits", &space, MG_DIGITS_ROWS);
  if (!data)
    return NULL;
  for (size_t i = 0; i < MG_DIGITS_ROWS; i++) {
    const char *text = mg_digits_text[i];
    for (size_t d = 0; d < MG_DIGITS_PIXELS; d++)
      data->bytes[i * MG_DIGITS_PIXELS + d] = (unsigned char)(text[d] - 'a');
    data->labels[i] = (unsigned)(text[MG_DIGITS_PIXELS] - '0');
  }
  if (mg_dataset_describe(data, "digits", digits_source) ||
      mg_dataset_split(data, "1000/350/447")) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}

mg_dataset *mg_digits_read_binary(void) {
  mg_dataset *data = mg_digits_read();
  if (data && (mg_dataset_binarise(data, 8) ||
               mg_dataset_describe(data, "digits-binary", digits_source))) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}
