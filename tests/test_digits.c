/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digits are the file that published numbers are about.
 *
 * Exact log masses of two models with counts for parameters, computed outside
 * this project on the original file, are met to every digit known: any changed
 * pixel, row or part would move them. */
#include <criterion/criterion.h>

#include <math.h>

#include "base/status.h"
#include "data/digits.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(digits, .init = setup);

/* -log p of a part under independent pixels whose laws are the train counts
 * plus `add`, nats an image. */
static double independent_nats(const mg_dataset *data, mg_part_name part,
                               double add) {
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows rows = mg_dataset_part(data, part);
  const unsigned levels = data->space.levels;
  double sum = 0;
  for (size_t d = 0; d < 64; d++) {
    double count[17] = {0};
    for (size_t i = 0; i < train.n; i++)
      count[data->bytes[(train.first + i) * 64 + d]]++;
    for (size_t i = 0; i < rows.n; i++)
      sum -= log((count[data->bytes[(rows.first + i) * 64 + d]] + add) /
                 ((double)train.n + add * levels));
  }
  return sum / (double)rows.n;
}

Test(digits, independent_pixels_have_their_published_log_mass) {
  mg_dataset *data = mg_digits_read();
  cr_assert_not_null(data, "digits: %s", mg_reason());
  const double expected[] = {106.7665, 110.5307, 106.3059};
  for (int p = 0; p < MG_PARTS; p++)
    cr_assert_float_eq(
        independent_nats(data, (mg_part_name)p, 0.1), expected[p], 6e-5,
        "%s: %.6f, expected %.4f", mg_part_text((mg_part_name)p),
        independent_nats(data, (mg_part_name)p, 0.1), expected[p]);
  mg_dataset_free(data);
}

Test(digits, binary_pixels_have_their_published_log_mass) {
  mg_dataset *data = mg_digits_read_binary();
  cr_assert_not_null(data, "digits-binary: %s", mg_reason());
  const double nats = independent_nats(data, MG_TEST, 1);
  cr_assert_float_eq(nats, 24.9144, 6e-5, "%.6f, expected 24.9144", nats);
  cr_assert_eq(data->space.measure, MG_BINARY, "measure");
  cr_assert_str_eq(data->name, "digits-binary", "name");
  mg_dataset_free(data);
}

/* Counts of UCI's optdigits.names for the 1797 images. */
Test(digits, classes_have_their_published_counts) {
  const size_t expected[10] = {178, 182, 177, 183, 181,
                               182, 181, 179, 174, 180};
  size_t counts[10] = {0};
  mg_dataset *data = mg_digits_read();
  for (size_t i = 0; i < data->n; i++)
    counts[data->labels[i]]++;
  for (size_t k = 0; k < 10; k++)
    cr_assert_eq(counts[k], expected[k], "%zu images of a %zu", counts[k], k);
  mg_dataset_free(data);
}

Test(digits, space_and_parts) {
  mg_dataset *data = mg_digits_read();
  char text[128];
  cr_assert_str_eq(mg_space_print(&data->space, text, sizeof text),
                   "64 pixels (8 x 8), 17 levels, 10 classes", "%s", text);
  cr_assert_eq(mg_dataset_part(data, MG_TRAIN).n, 1000, "train");
  cr_assert_eq(mg_dataset_part(data, MG_VALIDATION).n, 350, "validation");
  cr_assert_eq(mg_dataset_part(data, MG_TEST).n, 447, "test");
  for (size_t i = 0; i < data->n * 64; i++)
    cr_assert_lt(data->bytes[i], 17, "cell %zu is %u", i, data->bytes[i]);
  mg_dataset_free(data);
}
