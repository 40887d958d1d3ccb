/* half a drift, a kick, half a drift: another rule, and the end is not
 * evaluated */
#include "infer/hmc.h"

/* The leapfrog: slides the walkers h->other along their momentum.     [hmc.2]
 *   h      in/out  h->other, N walkers, evaluated, with h->momentum, N x D:
 *                  from where, and to where they go
 *   path   in      on which mg_path_evaluate tells densities and gradients
 *   b      in      where on the path, 0 .. 1
 *   step   in      of a leap, of either sign; minus that goes back
 *   leaps  in      at least 1
 * Returns GSL_SUCCESS, or at once what mg_path_evaluate returns, which is asked
 * once a leap.
 *
 * Of infer/hmc.h, to build it from:
 *     mg_hmc_kick(h, b, e)    r += e d log f_b / dz, as last evaluated
 *     mg_hmc_drift(h, e)      z += e r */
int mg_hmc_leapfrog(mg_hmc *h, const mg_path *path, double b, double step,
                    size_t leaps) {
  for (size_t l = 0; l < leaps; l++) {
    mg_hmc_drift(h, step / 2);
    const int status = mg_path_evaluate(path, &h->other);
    if (status != GSL_SUCCESS)
      return status;
    mg_hmc_kick(h, b, step);
    mg_hmc_drift(h, step / 2);
  }
  return GSL_SUCCESS;
}
