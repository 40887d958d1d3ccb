/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games on a lesson's board: what a reader is shown is what the players do. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "lesson/library.h"
#include "models/gan_fit.h"

static int nothing(mg_lesson *lesson) {
  (void)lesson;
  return GSL_CONTINUE;
}

static const mg_step steps[] = {
    {.name = "only",
     .makes = "samples player sees x1 x2 D loss pull\n"
              "turns player loss on_real on_fake gradient\n"
              "players_epochs " MG_LESSON_GAN_COLUMNS "\n"
              "judged model claim nats std_error modes quality reverse_kl\n"
              "quoted sampler nats std_error width modes quality mmd_p "
              "accuracy\n"
              "values mu sigma value jsd\n"
              "answer series x y\n"
              "spirals game steps penalty centre growth measured angle end\n"
              "orbit series x y\n"
              "curve series x y\n",
     .run = nothing},
    {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static mg_lesson *lesson;

enum { BATCH = 8, MINIBATCHES = 3, EPOCHS = 3 };

static void begin(void) {
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "");
  cr_assert_not_null(lesson, "%s", mg_reason());
  cr_assert_eq(mg_lesson_advance(lesson), GSL_SUCCESS, "%s", mg_reason());
  lesson->place.piece = 0;
  cr_assert_eq(mg_board_take_data(BOARD, "ring", mg_toys_draw("ring", 400, 1)),
               GSL_SUCCESS, "%s", mg_reason());
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(games, .init = begin, .fini = end);

static const char *text(const char *name, size_t row, const char *column) {
  const mg_table *t = ROWS(name);
  cr_assert(t && row < mg_table_rows(t), "row %zu of %s", row, name);
  return mg_table_get(t, row, mg_table_find(t, column));
}

static double field(const char *name, size_t row, const char *column) {
  return strtod(text(name, row, column), NULL);
}

static mg_gan_options small(void) {
  mg_gan_options gan;
  mg_gan_options_default(&DATA("ring")->space, &gan);
  gan.hidden = 16;
  gan.climb.rate = 0.01;
  return gan;
}

static int play(size_t piece) {
  const mg_gan_options options = small();
  const mg_rows rows = {DATA("ring"), 0, BATCH * MINIBATCHES + 1};
  lesson->place.piece = piece;
  lesson->level = 0;
  return mg_lesson_play(lesson, "players", rows, &options, BATCH, EPOCHS);
}

/* Sixteen samples, four more steps, two more epochs. */
Test(games, three_levels) {
  const size_t pieces = 2 * BATCH + 2 * MINIBATCHES - 2 + EPOCHS - 1;
  for (size_t i = 0; i < pieces; i++) {
    const int status = play(i);
    cr_assert_eq(status, i + 1 < pieces ? GSL_CONTINUE : GSL_SUCCESS,
                 "piece %zu: %d %s", i, status, mg_reason());
    const bool sample = i < 2 * BATCH && i % BATCH != BATCH - 1;
    const size_t level = sample ? 0 : i + EPOCHS >= pieces ? 2 : 1;
    cr_expect_eq(lesson->level, level, "piece %zu ends level %zu, not %zu", i,
                 lesson->level, level);
  }
  cr_expect_eq(mg_table_rows(ROWS("samples")), 3 * BATCH, "samples");
  cr_expect_eq(mg_table_rows(ROWS("turns")), 2 * MINIBATCHES, "turns");
  cr_expect_eq(mg_table_rows(ROWS("players_epochs")), EPOCHS - 1, "epochs");
  const mg_gan *g = MODEL("players")->self;
  for (int who = 0; who < MG_GAN_PLAYERS; who++)
    cr_expect_eq(g->player[who].ascent.steps, EPOCHS * MINIBATCHES,
                 "player %d made %g steps", who, g->player[who].ascent.steps);
}

/* What is shown sample by sample has the mean that the step measured: the
 * codes shown are those that were drawn. */
Test(games, samples_shown_are_those_of_the_step) {
  double on_real = 0, on_fake = 0, loss = 0, g_loss = 0;
  for (size_t i = 0; i < 2 * BATCH; i++)
    cr_assert_eq(play(i), GSL_CONTINUE, "%s", mg_reason());
  for (size_t i = 0; i < BATCH; i++) {
    on_real += field("samples", 2 * i, "D") / BATCH;
    on_fake += field("samples", 2 * i + 1, "D") / BATCH;
    loss += (field("samples", 2 * i, "loss") +
             field("samples", 2 * i + 1, "loss")) /
            BATCH;
    g_loss += field("samples", 2 * BATCH + i, "loss") / BATCH;
  }
  cr_expect_str_eq(text("turns", 0, "player"), "D", "D is the first");
  cr_expect_float_eq(on_real, field("turns", 0, "on_real"), 1e-5, "%g",
                     on_real);
  cr_expect_float_eq(on_fake, field("turns", 0, "on_fake"), 1e-5, "%g",
                     on_fake);
  cr_expect_float_eq(loss, field("turns", 0, "loss"), 1e-5, "%g", loss);
  cr_expect_float_eq(g_loss, field("turns", 1, "loss"), 1e-5, "%g", g_loss);
}

/* An arrow points where the logit rises, and is no longer than it may be. */
Test(games, arrows_climb_the_field) {
  for (size_t i = 0; i < BATCH; i++)
    cr_assert_eq(play(i), GSL_CONTINUE, "%s", mg_reason());
  const mg_table *arrows = ROWS("players_arrows");
  cr_assert(mg_table_rows(arrows) > 10, "no arrows");
  for (size_t i = 0; i < mg_table_rows(arrows); i++) {
    const double x = field("players_arrows", i, "x");
    const double y = field("players_arrows", i, "y");
    const double dx = field("players_arrows", i, "dx");
    const double dy = field("players_arrows", i, "dy"), e = 1e-2;
    double at[4] = {x, y, x + e * dx, y + e * dy}, t[2];
    gsl_matrix_view both = gsl_matrix_view_array(at, 2, 2);
    gsl_vector_view says = gsl_vector_view_array(t, 2);
    mg_gan_discriminate(MODEL("players")->self, &both.matrix, &says.vector,
                        NULL);
    cr_expect(t[1] >= t[0] - 1e-6, "arrow %zu: %g to %g", i, t[0], t[1]);
    cr_expect(hypot(dx, dy) < MG_LESSON_ARROW * GIVEN("half_width"),
              "arrow %zu is %g long", i, hypot(dx, dy));
  }
}

Test(games, eight_points_are_quoted_above_the_truth) {
  cr_assert_eq(mg_lesson_truth(lesson, "fresh", "ring", 160), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_lesson_points(lesson, "points", DATA("ring"), 160),
               GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_lesson_quote(lesson, "fresh", "truth", DATA("ring")),
               GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_lesson_quote(lesson, "points", "points", DATA("ring")),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect(field("quoted", 1, "nats") > field("quoted", 0, "nats"),
            "points %g, truth %g", field("quoted", 1, "nats"),
            field("quoted", 0, "nats"));
  cr_expect_eq(field("quoted", 1, "quality"), 1, "points on the centres");
  cr_expect(field("quoted", 1, "width") > 0.008 &&
                field("quoted", 1, "width") < 0.012,
            "the window has the truth's width, %g",
            field("quoted", 1, "width"));
  cr_expect(field("quoted", 1, "accuracy") > 0.8, "points are told apart");
}

Test(games, data_without_known_modes_are_not_counted) {
  const mg_gan_options options = small();
  const mg_rows rows = mg_dataset_all(DATA("ring"));
  double covered[3];
  mg_dataset *moons = mg_toys_draw("moons", 100, 1);
  cr_assert_not_null(
      mg_lesson_fit(lesson, "plane", &mg_independent_type, NULL, &rows), "%s",
      mg_reason());
  cr_expect_eq(mg_lesson_coverage(lesson, "plane", moons, covered), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect(isnan(covered[0]) && isnan(covered[2]), "%g modes", covered[0]);
  const mg_rows few = {moons, 0, 4};
  lesson->place.piece = 0;
  cr_expect_eq(mg_lesson_play(lesson, "players", few, &options, BATCH, 2),
               GSL_EINVAL, "less than a minibatch");
  mg_dataset_free(moons);
}

Test(games, tables_of_closed_forms) {
  cr_assert_eq(mg_lesson_answer(lesson, "answer", 0, 1), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_float_eq(field("values", 0, "value"), -log(4), 1e-10, "-log 4");
  cr_expect_float_eq(field("values", 0, "jsd"), 0, 1e-10, "no divergence");
  const mg_dirac d = {MG_GAME_MINIMAX, 0.2, false, 0, 0};
  cr_assert_eq(mg_lesson_spiral(lesson, "orbit", "o", &d, 30), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect_float_eq(field("spirals", 0, "growth"), sqrt(1.01), 1e-10,
                     "growth");
  cr_expect_float_eq(field("spirals", 0, "measured"), sqrt(1.01), 1e-6,
                     "measured");
  cr_expect_eq(mg_table_rows(ROWS("orbit")), 31, "the orbit's points");
  cr_expect_float_eq(field("spirals", 0, "end"),
                     hypot(field("orbit", 30, "x"), field("orbit", 30, "y")),
                     1e-12, "the end is not that of the curve");
}
