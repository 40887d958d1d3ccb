/* gan-losses: what the two players of a GAN make small.
 *
 * The page gan-losses.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check gan-losses */
#include "infer/game.h"

#include <stddef.h>

#include "base/logmath.h"

/* D = sigmoid(t), with t the logit that the discriminator gives.  Each function
 * returns a loss, in nats, and puts d loss / d t into *slope unless slope is
 * NULL.  Both are finite where |t| < 1e150.                        [game.2] */

/* D's on a datum: -log D. */
double mg_game_real(double t, double *slope) {
#ifdef MARGINALIA_SOLUTION
  if (slope)
    *slope = -mg_sigmoid(-t);
  return mg_log1p_exp(-t);
#else
  /* Your turn.  -log D as a function of t is a softplus. */
  (void)t;
  (void)slope;
  return 0;
#endif
}

/* D's on a draw of G: -log(1 - D). */
double mg_game_fake(double t, double *slope) {
#ifdef MARGINALIA_SOLUTION
  if (slope)
    *slope = mg_sigmoid(t);
  return mg_log1p_exp(t);
#else
  (void)t;
  (void)slope;
  return 0;
#endif
}

/* G's on its draw in the minimax game: log(1 - D).                 [game.5] */
double mg_game_minimax(double t, double *slope) {
#ifdef MARGINALIA_SOLUTION
  if (slope)
    *slope = -mg_sigmoid(t);
  return -mg_log1p_exp(t);
#else
  (void)t;
  (void)slope;
  return 0;
#endif
}

/* G's on its draw in the non-saturating game: -log D.              [game.6] */
double mg_game_nonsaturating(double t, double *slope) {
#ifdef MARGINALIA_SOLUTION
  if (slope)
    *slope = -mg_sigmoid(-t);
  return mg_log1p_exp(-t);
#else
  (void)t;
  (void)slope;
  return 0;
#endif
}
