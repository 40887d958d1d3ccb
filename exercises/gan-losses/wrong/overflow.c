/* unstable softplus: exp(1000) is infinite */
#include "infer/game.h"

#include <math.h>
#include <stddef.h>

#include "base/logmath.h"

double mg_game_real(double t, double *slope) {
  if (slope)
    *slope = -1 / (1 + exp(t));
  return log(1 + exp(-t));
}

double mg_game_fake(double t, double *slope) {
  if (slope)
    *slope = 1 / (1 + exp(-t));
  return log(1 + exp(t));
}

double mg_game_minimax(double t, double *slope) {
  if (slope)
    *slope = -1 / (1 + exp(-t));
  return -log(1 + exp(t));
}

double mg_game_nonsaturating(double t, double *slope) {
  if (slope)
    *slope = -1 / (1 + exp(t));
  return log(1 + exp(-t));
}
