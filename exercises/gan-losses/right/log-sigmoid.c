/* by log sigmoid, whose derivative is 1 - D; losses from each other */
#include "infer/game.h"

#include <math.h>
#include <stddef.h>

#include "base/logmath.h"

double mg_game_nonsaturating(double t, double *slope) {
  if (slope != NULL)
    *slope = tanh(t / 2) / 2 - 0.5;
  return -mg_log_sigmoid(t);
}

double mg_game_minimax(double t, double *slope) {
  if (slope != NULL)
    *slope = -0.5 - tanh(t / 2) / 2;
  return mg_log_sigmoid(-t);
}

double mg_game_fake(double t, double *slope) {
  const double loss = -mg_game_minimax(t, slope);
  if (slope != NULL)
    *slope = -*slope;
  return loss;
}

double mg_game_real(double t, double *slope) {
  return mg_game_nonsaturating(t, slope);
}
