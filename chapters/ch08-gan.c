/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 8, two players: what a step computes; the rest of it stands in
 * ch08-gan.story. */
#include "lesson/library.h"
#include "chapters/ch08-gan.story.h"

enum { PLACES = 400, HAND = 256, MINIBATCH = 32, BATCH = 100, FEW = 500 };

/* What the steps say most. */
#define RING(part) mg_dataset_part(DATA("ring"), part)
#define MORE(list) (PIECE + 1 < sizeof(list) / sizeof *(list))
#define GO_ON(list) (MORE(list) ? GSL_CONTINUE : GSL_SUCCESS)
#define FIT(epochs, rows)                                                      \
  ((mg_fit_options[]){{.restarts = 1, .passes = epochs, .batch = rows}})

/* Two networks of this chapter's size. */
static mg_gan_options players(mg_lesson *lesson, int game, size_t packing) {
  mg_gan_options gan;
  mg_gan_options_default(&(mg_space){.dim = 2, .measure = MG_REALS}, &gan);
  gan.objective = (mg_game)game;
  gan.hidden = SET->hidden;
  gan.packing = packing;
  gan.climb.rate = SET->gan_rate;
  return gan;
}

/* A gan on the ring: an epoch, of players whose steps become shorter. */
static int ring_epoch(mg_lesson *lesson, const char *name, size_t packing) {
  const mg_rows train = RING(MG_TRAIN);
  mg_gan_options gan = players(lesson, MG_GAME_NONSATURATING, packing);
  gan.climb.schedule = MG_SCHEDULE_COSINE;
  gan.climb.decay = (double)SET->epochs * ceil((double)train.n / BATCH);
  return mg_lesson_gan_epoch(lesson, name, train, &gan,
                             FIT(SET->epochs, BATCH));
}

static int sampler(mg_lesson *lesson) {
  return mg_lesson_can(lesson, &mg_gmm_type) ||
         mg_lesson_can(lesson, &mg_vae_type) ||
         mg_lesson_can(lesson, &mg_autoregressive_type) ||
         mg_lesson_can(lesson, &mg_gan_type);
}

static int best(mg_lesson *lesson) { /* a distance a piece */
  static const char *const panels[] = {"far", "near", "same"};
  const double mus[] = {2 * SET->mu, SET->mu, 0};
  if (mg_lesson_answer(lesson, panels[PIECE], mus[PIECE], 1))
    return GSL_EFAILED;
  return MORE(mus) ? GSL_CONTINUE : mg_lesson_value(lesson, 2 * SET->mu + 1);
}

static int sure(mg_lesson *lesson) {
  for (double mu = 0.5; mu <= 16; mu *= 2)
    if (mg_lesson_pull(lesson, mu))
      return GSL_EFAILED;
  return mg_lesson_pull_curves(lesson, 0.5, 16) || mg_lesson_slopes(lesson, 8);
}

static int game(mg_lesson *lesson) { /* a sample, a step, an epoch a piece */
  const mg_dataset *data = mg_lesson_data(lesson);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows few = {data, train.first, GSL_MIN(train.n, HAND)};
  const mg_gan_options gan = players(lesson, SET->objective, 1);
  const int status =
      mg_lesson_play(lesson, "players", few, &gan, MINIBATCH, SET->game_epochs);
  if (status)
    return status;
  mg_table_series(ROWS("players_says"), ROWS("players_epochs"), "epoch",
                  "on_real on_fake");
  return mg_table_status(ROWS("players_says"));
}

static int dirac(mg_lesson *lesson) { /* a way to step a piece */
  const double h = SET->rate, gamma = SET->penalty;
  const struct {
    const char *orbits, *series;
    mg_dirac game;
  } ways[] = {
      {"at_once", "minimax", {MG_GAME_MINIMAX, h, false, 0, 0}},
      {"at_once", "non-saturating", {MG_GAME_NONSATURATING, h, false, 0, 0}},
      {"in_turn", "minimax", {MG_GAME_MINIMAX, h, true, 0, 0}},
      {"in_turn", "non-saturating", {MG_GAME_NONSATURATING, h, true, 0, 0}},
      {"held", "centre 0", {MG_GAME_NONSATURATING, h, true, gamma, 0}},
      {"held", "centre 1", {MG_GAME_WASSERSTEIN, h, true, gamma, 1}},
  };
  return mg_lesson_spiral(lesson, ways[PIECE].orbits, ways[PIECE].series,
                          &ways[PIECE].game, SET->orbit)
             ? GSL_EFAILED
             : GO_ON(ways);
}

static int collapse(mg_lesson *lesson) { /* an epoch a piece */
  if (!PIECE && (mg_board_take_data(BOARD, "ring",
                                    mg_toys_draw("ring", SET->rows, SEED)) ||
                 mg_lesson_data_scatter(lesson, "places",
                                        (mg_rows){DATA("ring"), 0, PLACES})))
    return GSL_EFAILED;
  return ring_epoch(lesson, "plain", 1);
}

static int entropy(mg_lesson *lesson) {
  for (int half = 2; half > -9; half--)
    if (mg_lesson_spread(lesson, pow(2, half / 2.)))
      return GSL_EFAILED;
  mg_table_series(ROWS("spread"), ROWS("spreads"), "s", "reward entropy both");
  return mg_table_status(ROWS("spread"));
}

static int packing(mg_lesson *lesson) { /* an epoch a piece */
  const int status = ring_epoch(lesson, "packed", SET->packing);
  if (status)
    return status;
  return mg_lesson_curve(lesson, "found", "one a time", "plain_epochs",
                         "modes") ||
         mg_lesson_curve(lesson, "found", "together", "packed_epochs", "modes");
}

/* What is claimed of a model, and what its draws show. */
static int judge(mg_lesson *lesson, const char *model, const char *row,
                 bool bounded) {
  const mg_rows test = RING(MG_TEST), few = {test.data, test.first, FEW};
  mg_evidence e;
  const int status =
      bounded ? mg_lesson_bound(lesson, model, MG_BOUND_IWAE, few, NULL, "",
                                NULL, NULL, &e)
              : mg_lesson_exact(lesson, model, few, "", NULL, NULL, &e);
  return status ? status : mg_lesson_judged(lesson, model, row, &e, test.data);
}

static int four(mg_lesson *lesson) { /* an epoch of two networks a piece */
  const mg_rows train = RING(MG_TRAIN), test = RING(MG_TEST);
  const mg_rows few = {test.data, test.first, FEW};
  const mg_fit_options em = {.restarts = 4, .passes = 200, .tolerance = 1e-6};
  const int vae = mg_lesson_epoch(
      lesson, "vae",
      &(mg_vae_options){.channels = 1,
                        .draws = 1,
                        .beta = 1,
                        .latent = 2,
                        .hidden = 64,
                        .hidden2 = 64,
                        .activation = MG_VAE_RELU,
                        .climb = mg_ascent_options_default(0.003)},
      train, few, FIT(SET->other_epochs, BATCH));
  const int chain = mg_lesson_chain_epoch(
      lesson, "chain", &mg_autoregressive_type,
      &(mg_autoregressive_options){.components = 10,
                                   .hidden = 64,
                                   .hidden2 = 64,
                                   .climb = mg_ascent_options_default(0.005)},
      train, few, FIT(SET->other_epochs, BATCH));
  if (vae != GSL_SUCCESS || chain != GSL_SUCCESS)
    return vae == GSL_CONTINUE ? chain : vae;
  mg_model *gmm = mg_board_model(
      BOARD, "em", &mg_gmm_type, &test.data->space,
      &(mg_gmm_options){8, MG_GMM_FULL, MG_GMM_KMEANS, 1e-9}, false);
  return !gmm || mg_fit_run(gmm, &train, &em, SEED) ||
         mg_lesson_judged_truth(lesson, &few) ||
         judge(lesson, "em", "mixture by EM", false) ||
         judge(lesson, "chain", "autoregressive", false) ||
         judge(lesson, "vae", "vae", true) ||
         mg_lesson_judged(lesson, "plain", "gan", NULL, test.data) ||
         mg_lesson_judged(lesson, "packed", "gan, packed", NULL, test.data) ||
         mg_lesson_scatter(lesson, "by_em", "em", PLACES) ||
         mg_lesson_scatter(lesson, "by_chain", "chain", PLACES) ||
         mg_lesson_scatter(lesson, "by_vae", "vae", PLACES) ||
         mg_lesson_scatter(lesson, "by_gan", "plain", PLACES) ||
         mg_lesson_scatter(lesson, "by_packed", "packed", PLACES);
}

static int quoted(mg_lesson *lesson) { /* a sampler a piece */
  static const char *const names[] = {"fresh", "points", "forged"};
  static const char *const rows[] = {"the truth", "eight points",
                                     "gan, packed"};
  static const double factors[] = {1, 0.7, 0.5, 0.3, 0.2, 0.1};
  const mg_dataset *ring = DATA("ring");
  const mg_parzen_options kernels = {SET->draws, 1};
  const size_t n = SET->draws;
  int status;
  if (PIECE == 0)
    status = mg_lesson_truth(lesson, names[0], "ring", n);
  else if (PIECE == 1)
    status = mg_lesson_points(lesson, names[1], ring, n);
  else
    status = mg_lesson_own(lesson, names[2], "packed", n);
  if (status || mg_lesson_quote(lesson, names[PIECE], rows[PIECE], ring))
    return GSL_EFAILED;
  if (MORE(names))
    return GSL_CONTINUE;
  return mg_parzen_shrunk(MODEL("em"), ring, factors, 6, &kernels, SEED,
                          ROWS("exact"), ROWS("kernels"));
}

static int beyond(mg_lesson *lesson) {
  return NUMBER("players", MG_GAN_PLAYERS, NULL);
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
