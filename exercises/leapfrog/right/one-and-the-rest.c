/* a leap, and then the rest of them by the same function */
#include "infer/hmc.h"

int mg_hmc_leapfrog(mg_hmc *h, const mg_path *path, double b, double step,
                    size_t leaps) {
  mg_hmc_kick(h, b, step / 2);
  mg_hmc_drift(h, step);
  const int status = mg_path_evaluate(path, &h->other);
  if (status != GSL_SUCCESS)
    return status;
  mg_hmc_kick(h, b, step / 2);
  return leaps == 1 ? GSL_SUCCESS
                    : mg_hmc_leapfrog(h, path, b, step, leaps - 1);
}
