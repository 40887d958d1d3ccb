/* ais-weight: a station of annealed importance sampling.
 *
 * The page ais-weight.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check ais-weight */
#include "eval/anneal.h"

/* From b_(t-1) to b_t: the weight of that change, at where the walkers are,
 * then a move that leaves f at b_t as it is; at the last b nothing moves.
 *                                                                    [ais.3]
 *   a           in      a->temperatures is T; a->b[0] .. a->b[T] go from 0 to
 *                       1; a->step[t] and a->leaps are the move's
 *   t           in      1 .. T
 *   h           in/out  room to move them; not looked at where t is T
 *   at          in/out  N walkers, evaluated: at->log_joint, at->log_base
 *   log_weight  in/out  N, nats
 *   accepted    out     as of mg_hmc_move, untouched where t is T; or NULL
 * Returns GSL_SUCCESS; what mg_hmc_move (infer/hmc.h) returns. */
int mg_annealing_cross(const mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t t, mg_hmc *h, mg_walkers *at,
                       gsl_vector *log_weight, double *accepted) {
#ifdef MARGINALIA_SOLUTION
  const double share = a->b[t] - a->b[t - 1];
  for (size_t n = 0; n < log_weight->size; n++)
    *gsl_vector_ptr(log_weight, n) +=
        share *
        (gsl_vector_get(at->log_joint, n) - gsl_vector_get(at->log_base, n));
  if (t == a->temperatures)
    return GSL_SUCCESS;
  return mg_hmc_move(h, path, rng, a->b[t], a->step[t], a->leaps, at, accepted);
#else
  /* Your turn.  Which comes first, and why is it not all the same? */
  (void)a, (void)path, (void)rng, (void)t, (void)h, (void)at;
  (void)log_weight, (void)accepted;
  return GSL_SUCCESS;
#endif
}
