/* log(1 - sigmoid): -inf where D is 1 in double precision */
#include "infer/game.h"

#include <math.h>
#include <stddef.h>

#include "base/logmath.h"

double mg_game_real(double t, double *slope) {
  if (slope)
    *slope = mg_sigmoid(t) - 1;
  return -log(mg_sigmoid(t));
}

double mg_game_fake(double t, double *slope) {
  if (slope)
    *slope = mg_sigmoid(t);
  return -log(1 - mg_sigmoid(t));
}

double mg_game_minimax(double t, double *slope) {
  if (slope)
    *slope = -mg_sigmoid(t);
  return log(1 - mg_sigmoid(t));
}

double mg_game_nonsaturating(double t, double *slope) {
  if (slope)
    *slope = mg_sigmoid(t) - 1;
  return -log(mg_sigmoid(t));
}
