/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains of conditionals on a lesson's board, against counts and sums. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "lesson/library.h"

static int nothing(mg_lesson *lesson) {
  (void)lesson;
  return GSL_CONTINUE;
}

static const mg_step steps[] = {{.name = "only",
                                 .makes = "chain pixels counted on back\n"
                                          "pixels line column p_ink ink nats\n"
                                          "audits model audit value bound "
                                          "passed\n"
                                          "exposure series x y low high\n"
                                          "orders order claim nats std_error "
                                          "gain gain_error\n"
                                          "order_axis model split nats "
                                          "std_error claim kind\n"
                                          "lags series x y\n",
                                 .run = nothing},
                                {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static mg_lesson *lesson;

static void begin(void) {
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "");
  cr_assert_not_null(lesson, "%s", mg_reason());
  cr_assert_eq(mg_lesson_advance(lesson), GSL_SUCCESS, "%s", mg_reason());
  lesson->place.piece = 0;
  cr_assert_eq(mg_board_take_data(BOARD, "digits", mg_digits_read_binary()),
               GSL_SUCCESS, "%s", mg_reason());
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(chains, .init = begin, .fini = end);

static double field(const char *name, size_t row, const char *column) {
  const mg_table *t = ROWS(name);
  cr_assert(t && row < mg_table_rows(t), "row %zu of %s", row, name);
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

static mg_rows part(mg_part_name which) {
  return mg_dataset_part(DATA("digits"), which);
}

static mg_pixelcnn_options small(mg_pixelcnn_kind kind) {
  return (mg_pixelcnn_options){.kind = kind,
                               .channels = 8,
                               .blocks = 4,
                               .kernel = 3,
                               .climb = mg_ascent_options_default(0.01)};
}

/* Learns a model for some epochs, a piece each. */
static void learn(const char *name, const mg_model_type *type,
                  const void *options, size_t epochs) {
  const mg_fit_options fit = {.restarts = 1, .passes = epochs, .batch = 50};
  for (size_t i = 0; i < epochs; i++) {
    lesson->place.piece = i;
    cr_assert_eq(
        mg_lesson_chain_epoch(lesson, name, type, options, part(MG_TRAIN),
                              part(MG_VALIDATION), &fit),
        i + 1 < epochs ? GSL_CONTINUE : GSL_SUCCESS, "%s", mg_reason());
  }
  lesson->place.piece = 0;
}

/* Seven images in all: counts that are easy, and a state that is never seen. */
Test(chains, three_columns_are_counted) {
  const mg_space three = {.dim = 3, .measure = MG_BINARY, .levels = 2};
  static const unsigned char bits[7][3] = {{0, 0, 0}, {0, 0, 0}, {0, 1, 1},
                                           {1, 1, 1}, {1, 1, 1}, {1, 1, 1},
                                           {1, 0, 0}};
  static const double counts[8] = {2, 0, 0, 1, 1, 0, 0, 3};
  mg_dataset *d = mg_dataset_alloc("three", &three, 7);
  for (size_t i = 0; i < 21; i++)
    d->bytes[i] = bits[i / 3][i % 3];
  cr_assert_eq(mg_lesson_chain(lesson, mg_dataset_all(d), (size_t[]){0, 1, 2}),
               GSL_SUCCESS, "%s", mg_reason());
  for (size_t s = 0; s < 8; s++) {
    cr_expect(fabs(field("chain", s, "counted") - counts[s] / 7) < 1e-10,
              "state %zu", s);
    cr_expect(fabs(field("chain", s, "on") - counts[s] / 7) < 1e-10,
              "state %zu, forwards", s);
    cr_expect(fabs(field("chain", s, "back") - counts[s] / 7) < 1e-10,
              "state %zu, backwards", s);
  }
  mg_dataset_free(d);
}

/* What is told while an image is drawn adds up to its log p. */
Test(chains, an_image_drawn_has_the_log_p_that_was_told) {
  const mg_rows rows = part(MG_TRAIN);
  cr_assert_not_null(mg_lesson_fit(lesson, "fvbn", &mg_fvbn_type, NULL, &rows),
                     "%s", mg_reason());
  for (size_t i = 0; i < 64; i++) {
    lesson->place.piece = i;
    lesson->level = 0;
    cr_assert_eq(mg_lesson_pixel(lesson, "fvbn"),
                 i < 63 ? GSL_CONTINUE : GSL_SUCCESS, "%s", mg_reason());
    cr_expect_eq(lesson->level, i % 8 == 7, "the level of pixel %zu", i);
  }
  gsl_vector *log_p = gsl_vector_alloc(1);
  mg_model_log_density(MODEL("fvbn"), MATRIX("image"), log_p);
  cr_expect(fabs(gsl_vector_get(log_p, 0) - GIVEN("total")) < 1e-10,
            "%g and %g", gsl_vector_get(log_p, 0), GIVEN("total"));
  gsl_vector_free(log_p);
}

Test(chains, a_leak_is_found) {
  const mg_pixelcnn_options o = small(MG_PIXELCNN_PLAIN);
  learn("cnn", &mg_pixelcnn_type, &o, 1);
  learn("leak", mg_lesson_leak(), &o, 4);
  cr_expect_gt(field("leak_epochs", 3, "held_out"), -8,
               "a leak has %g nats only", field("leak_epochs", 3, "held_out"));
  cr_assert_eq(mg_lesson_audits(lesson, "cnn", part(MG_TEST)), GSL_SUCCESS,
               "%s", mg_reason());
  cr_assert_eq(mg_lesson_audits(lesson, "leak", part(MG_TEST)), GSL_SUCCESS,
               "%s", mg_reason());
  static const char *const passed[] = {"yes", "yes", "yes", "yes", "no", "no"};
  const mg_table *t = ROWS("audits");
  for (size_t i = 0; i < 6; i++)
    cr_expect_str_eq(mg_table_get(t, i, 4), passed[i], "%s of %s",
                     mg_table_get(t, i, 1), mg_table_get(t, i, 0));
  cr_expect_null(mg_lesson_leak()->sample, "a leak that samples");
  gsl_matrix *x = gsl_matrix_calloc(1, 64);
  cr_expect_neq(mg_pixelcnn_continue(MODEL("leak")->self, RNG("draw"), 0, x),
                GSL_SUCCESS, "a leak that draws");
  gsl_matrix_free(x);
}

/* Epochs a piece each are a fit: the same bytes. */
Test(chains, pieces_make_the_fit) {
  const mg_pixelcnn_options o = small(MG_PIXELCNN_PLAIN);
  const mg_fit_options fit = {.restarts = 1, .passes = 2, .batch = 50};
  const mg_rows rows = part(MG_TRAIN);
  learn("cnn", &mg_pixelcnn_type, &o, 2);
  mg_model *whole =
      mg_model_alloc(&mg_pixelcnn_type, &rows.data->space, &o, false);
  cr_assert(whole && mg_fit_run(whole, &rows, &fit, SEED) == GSL_SUCCESS, "%s",
            mg_reason());
  const mg_pixelcnn *a = whole->self, *b = MODEL("cnn")->self;
  cr_expect_eq(memcmp(a->ascent.model, b->ascent.model,
                      a->ascent.numbers * sizeof *a->ascent.model),
               0, "two epochs in pieces are another fit");
  cr_expect_eq(mg_table_rows(ROWS("cnn_learning")), 4, "%zu rows",
               mg_table_rows(ROWS("cnn_learning")));
  mg_model_free(whole);
}

/* Raster order is the images as they are; backwards, the images turned. */
Test(chains, an_order_is_a_model_of_other_columns) {
  const mg_evidence_options usual = mg_evidence_options_default();
  const mg_rows rows = part(MG_TRAIN), test = part(MG_TEST);
  mg_evidence e;
  const mg_model *model =
      mg_lesson_fit(lesson, "fvbn", &mg_fvbn_type, NULL, &rows);
  cr_assert(model && mg_evidence_of(model, &test, &usual, 1, &e) == GSL_SUCCESS,
            "%s", mg_reason());
  for (size_t i = 0; i < MG_ORDERS; i++) {
    lesson->place.piece = i;
    cr_assert_eq(mg_lesson_order(lesson, DATA("digits")),
                 i + 1 < MG_ORDERS ? GSL_CONTINUE : GSL_SUCCESS, "%s",
                 mg_reason());
    cr_expect(fabs(field("orders", i, "gain") + field("orders", 0, "nats") -
                   field("orders", i, "nats")) < 1e-9,
              "a gain is no difference of means");
    cr_expect((field("orders", i, "gain_error") > 0.005) == (i > 0), "%zu", i);
  }
  cr_expect(fabs(field("orders", 0, "nats") - e.value) < 1e-9, "%g, not %g",
            field("orders", 0, "nats"), e.value);
}

/* Five layers of masks: everything above and left, but for a triangle that no
 * diagonal reaches; with two stacks everything. */
Test(chains, the_blind_spot) {
  static const char *const names[] = {"plain", "residual", "gated"};
  const mg_rows few = {DATA("digits"), 0, 10};
  const size_t pixel = 43; /* line 5, column 3 */
  for (int kind = 0; kind < 3; kind++) {
    const mg_pixelcnn_options o = small((mg_pixelcnn_kind)kind);
    learn(names[kind], &mg_pixelcnn_type, &o, 1);
    cr_assert_eq(mg_lesson_influence(lesson, names[kind], "panel", few, pixel),
                 GSL_SUCCESS, "%s", mg_reason());
    const gsl_vector *moved =
        VECTOR(mg_board_join(names[kind], "influence").text);
    size_t seen = 0;
    for (size_t j = 0; j < 64; j++) {
      const size_t up = 5 - j / 8, v = j % 8;
      const bool before = j < pixel;
      const bool reached = before && (kind == 2 || v <= 3 + up);
      const bool sees = gsl_vector_get(moved, j) > 0;
      cr_expect(!sees || reached, "%s sees pixel %zu", names[kind], j);
      seen += sees;
    }
    cr_expect_eq((double)seen, GIVEN(mg_board_join(names[kind], "seen").text),
                 "%s", names[kind]);
    /* A relu may be dead and hide a pixel; no other pixel may show. */
    cr_expect(kind == 2 ? seen > 37 : seen > 25, "%s sees %zu", names[kind],
              seen);
  }
}

Test(chains, exposure_adds_up) {
  const mg_rows rows = part(MG_TRAIN), test = part(MG_TEST);
  const mg_evidence_options usual = mg_evidence_options_default();
  mg_evidence e;
  double sum = 0;
  const mg_model *model =
      mg_lesson_fit(lesson, "fvbn", &mg_fvbn_type, NULL, &rows);
  cr_assert(model && mg_lesson_exposure(lesson, "fvbn", test) == GSL_SUCCESS &&
                mg_evidence_of(model, &test, &usual, 1, &e) == GSL_SUCCESS,
            "%s", mg_reason());
  for (size_t i = 0; i < 8; i++)
    sum += field("exposure", i, "y");
  cr_expect(fabs(sum - e.value) < 1e-9, "%g, not %g", sum, e.value);
  cr_expect(fabs(GIVEN("on_data") - e.value) < 1e-9, "%g, not %g",
            GIVEN("on_data"), e.value);
}
