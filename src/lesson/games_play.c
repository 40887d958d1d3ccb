/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about games: two networks that play.
 *
 * A turn is what the library's loop does in one, gather and update, taken apart
 * here so that a reader may stop between two samples.  Its minibatch and its
 * codes come from streams that are named by the turn, so the codes that are
 * shown are those that the family draws, and a turn done again after going back
 * is the same turn. */
#include "config.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "lesson/games.h"
#include "lesson/library.h"
#include "models/gan_fit.h"

enum { FIELD = 49, DRAWS = 400, ARROWS = 60 };

/* A game under way. */
typedef struct {
  mg_lesson *lesson;
  const char *name;
  mg_rows rows;
  size_t batch, minibatches, epochs;
} play;

static mg_gan *gan_of(mg_lesson *lesson, const char *name) {
  return mg_board_find_model(mg_lesson_board(lesson), name)->self;
}

static const mg_game_type *game_of(const mg_gan *g) {
  return &mg_games[g->options.objective];
}

/* ---- the picture ---- */

/* What D makes of the plane, half as wide again as the data. */
static int add_field(mg_lesson *lesson, const char *name,
                     const gsl_matrix *data) {
  gsl_matrix *x =
      mg_board_matrix(BOARD, "field_x", (size_t)FIELD * FIELD, 2, NULL);
  gsl_vector *t =
      mg_board_vector(BOARD, "field_t", (size_t)FIELD * FIELD, NULL);
  mg_table *rows =
      mg_board_table(BOARD, mg_board_join(name, "field").text, "x y d");
  if (!x || !t || !rows)
    return GSL_ENOMEM;
  for (size_t j = 0; j < 2; j++) {
    const gsl_vector_const_view y = gsl_matrix_const_column(data, j);
    double low, high;
    gsl_vector_minmax(&y.vector, &low, &high);
    const double edge = (high - low) / 4, wide = (high - low) * 1.5;
    for (size_t i = 0; i < t->size; i++)
      gsl_matrix_set(x, i, j,
                     low - edge +
                         wide * (double)(j ? i / FIELD : i % FIELD) /
                             (FIELD - 1));
  }
  const int status = mg_gan_discriminate(gan_of(lesson, name), x, t, NULL);
  for (size_t i = 0; i < t->size && status == GSL_SUCCESS; i++)
    MG_TABLE_LINE(rows, NULL, gsl_matrix_get(x, i, 0), gsl_matrix_get(x, i, 1),
                  mg_sigmoid(gsl_vector_get(t, i)));
  return status == GSL_SUCCESS ? mg_table_status(rows) : status;
}

/* Where D sends a draw, from its logit and the slope of that. */
static int add_arrow(mg_lesson *lesson, const char *name, const double *x,
                     double t, const double *dx) {
  const mg_gan *g = gan_of(lesson, name);
  double slope;
  game_of(g)->generator(t, &slope);
  const double v = fabs(slope) * hypot(dx[0], dx[1]) * g->scaling.scale[0];
  const double side = MG_LESSON_ARROW * v / (1 + v) * GIVEN("half_width");
  const double to = v > 0 ? copysign(side / hypot(dx[0], dx[1]), -slope) : 0;
  return MG_TABLE_LINE(ROWS(mg_board_join(name, "arrows").text), NULL, x[0],
                       x[1], to * dx[0], to * dx[1]);
}

/* Draws, the same codes always, and the first of them with arrows. */
static int add_draws(mg_lesson *lesson, const char *name, const char *table,
                     bool arrows) {
  const mg_gan *g = gan_of(lesson, name);
  gsl_rng *rng = mg_stream_alloc(SEED, "game/picture", 0);
  gsl_matrix *z =
      mg_board_matrix(BOARD, "picture_z", DRAWS, g->options.latent, NULL);
  gsl_matrix *x = mg_board_matrix(BOARD, "picture_x", DRAWS, 2, NULL);
  gsl_matrix *dx = mg_board_matrix(BOARD, "picture_dx", DRAWS, 2, NULL);
  gsl_vector *t = mg_board_vector(BOARD, "picture_t", DRAWS, NULL);
  mg_table *draws = mg_board_table(BOARD, table, "x y");
  int status = rng && z && x && dx && t && draws ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; i < DRAWS * g->options.latent && !status; i++)
    z->data[i] = gsl_ran_gaussian_ziggurat(rng, 1);
  gsl_rng_free(rng);
  if (!status)
    status = mg_gan_generate(g, z, x);
  if (!status && arrows)
    status = mg_gan_discriminate(g, x, t, dx);
  for (size_t i = 0; i < DRAWS && !status; i++) {
    const double *at = gsl_matrix_const_ptr(x, i, 0);
    MG_TABLE_LINE(draws, NULL, at[0], at[1]);
    if (arrows && i < ARROWS)
      status = add_arrow(lesson, name, at, gsl_vector_get(t, i),
                         gsl_matrix_const_ptr(dx, i, 0));
  }
  return status ? status : mg_table_status(draws);
}

static int add_picture(const play *p) {
  mg_lesson *lesson = p->lesson;
  if (!mg_board_table(BOARD, mg_board_join(p->name, "arrows").text,
                      "x y dx dy"))
    return GSL_ENOMEM;
  return add_field(lesson, p->name, MATRIX("players_x")) ||
         add_draws(lesson, p->name, mg_board_join(p->name, "draws").text, true);
}

/* ---- an epoch's row ---- */

static int add_epoch(mg_lesson *lesson, const char *name, mg_rows rows,
                     double epoch, const double *gauge) {
  double covered[3];
  const int status = mg_lesson_coverage(lesson, name, rows.data, covered);
  mg_table *epochs = ROWS(mg_board_join(name, "epochs").text);
  if (status != GSL_SUCCESS)
    return status;
  return NUMBER("epoch", epoch, NULL) || NUMBER("modes", covered[0], NULL) ||
         NUMBER("quality", covered[1], NULL) ||
         NUMBER("on_real", gauge[MG_GAN_ON_REAL], NULL) ||
         NUMBER("on_fake", gauge[MG_GAN_ON_FAKE], NULL) ||
         MG_TABLE_LINE(epochs, NULL, epoch, gauge[MG_GAN_LOSS],
                       gauge[MG_GAN_GENERATOR_LOSS], gauge[MG_GAN_ON_REAL],
                       gauge[MG_GAN_ON_FAKE], covered[0], covered[1],
                       covered[2]);
}

/* ---- by hand ---- */

static bool is_judge(size_t turn) {
  return turn % 2 == 0;
}

/* What turns need, made once a piece. */
typedef struct {
  size_t *order, epoch; /* of all rows, in that epoch */
  gsl_rng *rng;
  mg_stats stats;
} desk;

static void desk_clear(desk *d) {
  free(d->order);
  gsl_rng_free(d->rng);
  gsl_vector_free(d->stats.sums);
  gsl_vector_free(d->stats.work);
  free(d->stats.gradient);
  free(d->stats.tape);
}

static int desk_init(const play *p, desk *d) {
  mg_lesson *lesson = p->lesson;
  const mg_need need = mg_gan_need(gan_of(lesson, p->name), p->batch);
  *d = (desk){.epoch = SIZE_MAX, .stats = {.threads = 1, .n = p->batch}};
  d->order = calloc(MATRIX("players_x")->size1, sizeof *d->order);
  d->rng = gsl_rng_alloc(gsl_rng_mt19937);
  d->stats.sums = gsl_vector_alloc(need.sums);
  d->stats.work = gsl_vector_alloc(need.work);
  d->stats.gradient = calloc(need.gradient, sizeof *d->stats.gradient);
  d->stats.tape = calloc(need.tape, sizeof *d->stats.tape);
  return d->order && d->rng && d->stats.sums && d->stats.work &&
                 d->stats.gradient && d->stats.tape
             ? GSL_SUCCESS
             : mg_fail(GSL_ENOMEM, "no memory for a turn of %zu rows",
                       p->batch);
}

/* Room on the board for the minibatch and codes of this piece's turns. */
static int lay_out(const play *p) {
  mg_lesson *lesson = p->lesson;
  const size_t latent = gan_of(lesson, p->name)->options.latent;
  return mg_board_matrix(BOARD, "minibatch", p->batch, 2, NULL) &&
                 mg_board_matrix(BOARD, "codes", p->batch, latent, NULL)
             ? GSL_SUCCESS
             : GSL_ENOMEM;
}

static void shuffle(const play *p, desk *d, size_t epoch) {
  mg_lesson *lesson = p->lesson;
  const size_t n = MATRIX("players_x")->size1;
  if (epoch == d->epoch)
    return;
  for (size_t i = 0; i < n; i++)
    d->order[i] = i;
  mg_stream_set(d->rng, SEED, "game/order", epoch);
  gsl_ran_shuffle(d->rng, d->order, n, sizeof *d->order);
  d->epoch = epoch;
}

/* The minibatch of a turn, and the codes that the family will draw. */
static void read_turn(const play *p, desk *d, size_t turn) {
  mg_lesson *lesson = p->lesson;
  const gsl_matrix *all = MATRIX("players_x");
  gsl_matrix *x = MATRIX("minibatch"), *z = MATRIX("codes");
  const size_t at = turn / 2;
  shuffle(p, d, at / p->minibatches);
  for (size_t i = 0; i < 2 * p->batch; i++)
    x->data[i] = gsl_matrix_get(
        all, d->order[at % p->minibatches * p->batch + i / 2], i % 2);
  mg_stream_set(d->rng, SEED, "game/codes", turn);
  for (size_t i = 0; i < z->size1 * z->size2; i++)
    z->data[i] = gsl_ran_gaussian_ziggurat(d->rng, 1);
}

/* Gathers the minibatch, and lets the player step. */
static int take_turn(const play *p, desk *d, size_t turn, mg_report *report) {
  mg_lesson *lesson = p->lesson;
  mg_model *model = MODEL(p->name);
  const mg_batch batch = {.x = *MATRIX("minibatch")};
  for (size_t i = 0; i < MG_GAUGES; i++)
    report->gauge[i] = NAN;
  gsl_vector_set_zero(d->stats.sums);
  memset(d->stats.gradient, 0,
         mg_gan_need(model->self, p->batch).gradient *
             sizeof *d->stats.gradient);
  d->stats.step = turn;
  mg_stream_set(d->rng, SEED, "game/codes", turn);
  const int status =
      model->type->gather(model->self, d->rng, &batch, &d->stats);
  return status ? status : model->type->update(model->self, &d->stats, report);
}

/* A turn's row of the table "turns". */
static int add_turn(const play *p, size_t turn, const double *gauge) {
  mg_lesson *lesson = p->lesson;
  const bool d = is_judge(turn);
  if (d && (NUMBER("on_real", gauge[MG_GAN_ON_REAL], NULL) ||
            NUMBER("on_fake", gauge[MG_GAN_ON_FAKE], NULL)))
    return GSL_ENOMEM;
  return MG_TABLE_LINE(ROWS("turns"), d ? "D" : "G",
                       gauge[d ? MG_GAN_LOSS : MG_GAN_GENERATOR_LOSS],
                       gauge[MG_GAN_ON_REAL], gauge[MG_GAN_ON_FAKE],
                       gauge[d ? MG_GAN_STEEPNESS : MG_GAN_PULL]);
}

/* ---- a sample ---- */

static int add_sample(const play *p, const char *player, const char *sees,
                      const double *x, double t, mg_game_loss of) {
  mg_lesson *lesson = p->lesson;
  mg_table *samples = ROWS("samples");
  double slope;
  const double loss = of(t, &slope);
  mg_table_row(samples);
  mg_table_text(samples, player);
  mg_table_text(samples, sees);
  mg_table_real(samples, x[0]);
  mg_table_real(samples, x[1]);
  mg_table_real(samples, mg_sigmoid(t));
  mg_table_real(samples, loss);
  mg_table_real(samples, -slope);
  return mg_table_status(samples);
}

/* What the player sees of sample i, and says, before any step. */
static int show_sample(const play *p, size_t turn, size_t i) {
  mg_lesson *lesson = p->lesson;
  const mg_gan *g = gan_of(lesson, p->name);
  gsl_matrix_view z =
      gsl_matrix_submatrix(MATRIX("codes"), i, 0, 1, g->options.latent);
  double pair[2][2] = {{gsl_matrix_get(MATRIX("minibatch"), i, 0),
                        gsl_matrix_get(MATRIX("minibatch"), i, 1)}};
  double t[2], dx[2][2];
  gsl_matrix_view both = gsl_matrix_view_array(pair[0], 2, 2);
  gsl_matrix_view slopes = gsl_matrix_view_array(dx[0], 2, 2);
  gsl_matrix_view draw = gsl_matrix_submatrix(&both.matrix, 1, 0, 1, 2);
  gsl_vector_view says = gsl_vector_view_array(t, 2);
  const mg_game_type *game = game_of(g);
  int status = mg_gan_generate(g, &z.matrix, &draw.matrix);
  if (status == GSL_SUCCESS)
    status = mg_gan_discriminate(g, &both.matrix, &says.vector, &slopes.matrix);
  if (status != GSL_SUCCESS)
    return status;
  if (is_judge(turn))
    return add_sample(p, "D", "datum", pair[0], t[0], game->real) ||
           add_sample(p, "D", "draw", pair[1], t[1], game->fake);
  return add_sample(p, "G", "draw", pair[1], t[1], game->generator) ||
         add_arrow(lesson, p->name, pair[1], t[1], dx[1]);
}

/* ---- pieces ---- */

static int sample_piece(const play *p, desk *d, size_t turn, size_t i) {
  mg_lesson *lesson = p->lesson;
  mg_report report;
  int status = GSL_SUCCESS;
  if (i == 0) {
    status = lay_out(p);
    if (!status && !mg_board_table(BOARD, mg_board_join(p->name, "arrows").text,
                                   "x y dx dy"))
      status = GSL_ENOMEM;
    if (!status)
      read_turn(p, d, turn);
  }
  if (!status)
    status = show_sample(p, turn, i);
  if (status || i + 1 < p->batch)
    return status;
  mg_lesson_level(lesson, 1);
  status = take_turn(p, d, turn, &report);
  return status ? status : add_turn(p, turn, report.gauge) || add_picture(p);
}

static int turn_piece(const play *p, desk *d, size_t turn) {
  mg_lesson *lesson = p->lesson;
  mg_report report;
  int status = lay_out(p);
  if (status)
    return status;
  read_turn(p, d, turn);
  status = take_turn(p, d, turn, &report);
  mg_lesson_level(lesson, turn + 1 == 2 * p->minibatches ? 2 : 1);
  return status ? status : add_turn(p, turn, report.gauge) || add_picture(p);
}

static int epoch_piece(const play *p, desk *d, size_t epoch) {
  mg_lesson *lesson = p->lesson;
  const size_t first = 2 * epoch * p->minibatches;
  double gauge[MG_GAUGES] = {0};
  mg_report report;
  int status = lay_out(p);
  for (size_t turn = first;
       turn < first + 2 * p->minibatches && status == GSL_SUCCESS; turn++) {
    read_turn(p, d, turn);
    status = take_turn(p, d, turn, &report);
    for (size_t i = 0; i < MG_GAN_GAUGES && !status; i++)
      if (!isnan(report.gauge[i]))
        gauge[i] += report.gauge[i] / (double)p->minibatches;
  }
  if (status != GSL_SUCCESS)
    return status;
  mg_lesson_level(lesson, 2);
  return add_epoch(lesson, p->name, p->rows, (double)epoch + 1, gauge) ||
         add_picture(p);
}

/* The players before their first turn. */
static int begin(const play *p, const mg_gan_options *options) {
  mg_lesson *lesson = p->lesson;
  const gsl_matrix *x = mg_board_rows(BOARD, "players_x", &p->rows, NULL);
  mg_model *model = mg_board_model(BOARD, p->name, &mg_gan_type,
                                   &p->rows.data->space, options, false);
  gsl_rng *rng = mg_stream_alloc(SEED, "game/start", 0);
  int status = x && model && rng ? GSL_SUCCESS : GSL_EFAILED;
  if (status == GSL_SUCCESS) {
    const mg_batch all = {.x = *x};
    const gsl_vector_const_view across = gsl_matrix_const_column(x, 0);
    double low, high;
    gsl_vector_minmax(&across.vector, &low, &high);
    status = NUMBER("half_width", (high - low) / 2, NULL) ||
             NUMBER("epoch", 0, NULL) || NUMBER("on_real", NAN, NULL) ||
             NUMBER("on_fake", NAN, NULL) || NUMBER("modes", NAN, NULL) ||
             model->type->start(model->self, rng, &all);
  }
  gsl_rng_free(rng);
  if (status)
    return status;
  return mg_lesson_data_scatter(lesson, "players_data", p->rows) ||
         add_picture(p);
}

int mg_lesson_play(mg_lesson *lesson, const char *name, mg_rows rows,
                   const mg_gan_options *options, size_t batch, size_t epochs) {
  const mg_space *space = &rows.data->space;
  const play p = {lesson, name, rows, batch, rows.n / batch, epochs};
  const size_t samples = 2 * batch, turns = 2 * p.minibatches;
  int status = GSL_SUCCESS;
  if (space->measure != MG_REALS || space->dim != 2 || !p.minibatches)
    return mg_fail(GSL_EINVAL, "%s is not of two reals, %zu rows or more",
                   rows.data->name, batch);
  if (!PIECE)
    status = begin(&p, options);
  desk d = {.order = NULL};
  if (!status)
    status = desk_init(&p, &d);
  const size_t rest = PIECE < samples ? 0 : PIECE - samples + 2;
  if (!status && PIECE < samples)
    status = sample_piece(&p, &d, PIECE / batch, PIECE % batch);
  else if (!status && rest < turns)
    status = turn_piece(&p, &d, rest);
  else if (!status)
    status = epoch_piece(&p, &d, rest - turns + 1);
  desk_clear(&d);
  if (status)
    return status;
  return rest + 2 < turns + epochs ? GSL_CONTINUE : GSL_SUCCESS;
}

/* ---- by the loop ---- */

int mg_lesson_gan_epoch(mg_lesson *lesson, const char *name, mg_rows rows,
                        const mg_gan_options *options,
                        const mg_fit_options *fit) {
  mg_report report;
  const size_t done = PIECE + 1, all = fit->passes;
  if (!mg_lesson_learn(lesson, name, &mg_gan_type, options, &rows, fit,
                       &report) ||
      !mg_lesson_table(lesson, mg_board_join(name, "epochs").text,
                       MG_LESSON_GAN_COLUMNS) ||
      add_epoch(lesson, name, rows, (double)done, report.gauge))
    return GSL_EFAILED;
  for (size_t frame = (done - 1) * MG_LESSON_FRAMES / all + 1;
       frame <= done * MG_LESSON_FRAMES / all; frame++) {
    char what[16];
    snprintf(what, sizeof what, "at_%zu", frame);
    if (NUMBER(mg_board_join(name, what).text, (double)done, NULL) ||
        add_draws(lesson, name, mg_board_join(name, what + 3).text, false))
      return GSL_EFAILED;
  }
  return done < all ? GSL_CONTINUE : GSL_SUCCESS;
}

int mg_lesson_curve(mg_lesson *lesson, const char *table, const char *series,
                    const char *epochs, const char *column) {
  const mg_table *from = ROWS(epochs);
  const size_t x = mg_table_find(from, "epoch");
  const size_t y = mg_table_find(from, column);
  double at[2];
  for (size_t i = 0; i < mg_table_rows(from); i++)
    if (mg_parse_real(mg_table_get(from, i, x), &at[0]) == GSL_SUCCESS &&
        mg_parse_real(mg_table_get(from, i, y), &at[1]) == GSL_SUCCESS)
      MG_TABLE_LINE(ROWS(table), series, at[0], at[1]);
  return mg_table_status(ROWS(table));
}
