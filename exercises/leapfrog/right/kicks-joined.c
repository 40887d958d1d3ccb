/* where two half kicks meet they are one, as in most textbooks */
#include "infer/hmc.h"

int mg_hmc_leapfrog(mg_hmc *h, const mg_path *path, double b, double step,
                    size_t leaps) {
  mg_hmc_kick(h, b, 0.5 * step);
  for (;;) {
    mg_hmc_drift(h, step);
    const int status = mg_path_evaluate(path, &h->other);
    if (status || --leaps == 0) {
      if (!status)
        mg_hmc_kick(h, b, 0.5 * step);
      return status;
    }
    mg_hmc_kick(h, b, step);
  }
}
