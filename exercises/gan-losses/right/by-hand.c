/* softplus and sigmoid by hand */
#include "infer/game.h"

#include <math.h>
#include <stddef.h>

#include "base/logmath.h"

static double softplus(double a) {
  return fmax(a, 0) + log1p(exp(-fabs(a)));
}

static double sigmoid(double a) {
  return 1 / (1 + exp(-a));
}

double mg_game_real(double t, double *slope) {
  if (slope)
    *slope = sigmoid(t) - 1;
  return softplus(t) - t;
}

double mg_game_fake(double t, double *slope) {
  if (slope)
    *slope = sigmoid(t);
  return softplus(t);
}

double mg_game_minimax(double t, double *slope) {
  if (slope)
    *slope = -sigmoid(t);
  return -softplus(t);
}

double mg_game_nonsaturating(double t, double *slope) {
  if (slope)
    *slope = -sigmoid(-t);
  return softplus(-t);
}
