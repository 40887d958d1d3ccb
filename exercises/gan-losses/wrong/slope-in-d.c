/* slopes in D, not in the logit t */
#include "infer/game.h"

#include <math.h>
#include <stddef.h>

#include "base/logmath.h"

double mg_game_real(double t, double *slope) {
  if (slope)
    *slope = -1 / mg_sigmoid(t);
  return mg_log1p_exp(-t);
}

double mg_game_fake(double t, double *slope) {
  if (slope)
    *slope = 1 / mg_sigmoid(-t);
  return mg_log1p_exp(t);
}

double mg_game_minimax(double t, double *slope) {
  if (slope)
    *slope = -1 / mg_sigmoid(-t);
  return -mg_log1p_exp(t);
}

double mg_game_nonsaturating(double t, double *slope) {
  if (slope)
    *slope = -1 / mg_sigmoid(t);
  return mg_log1p_exp(-t);
}
