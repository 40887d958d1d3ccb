/* the KL by the library's law of a Gaussian */
#include "models/vae_objective.h"

#include <math.h>

#include "dist/gaussian.h"

double mg_vae_elbo(size_t latent, const mg_real *law, size_t k, size_t apart,
                   const double *log_p, double beta, double *reconstruction,
                   double *kl) {
  double mean = 0, all = 0, one = 0;
  for (size_t j = 0; j < latent; j++) {
    mg_gaussian_kl(law[j], exp(0.5 * law[latent + j]), 0, 1, &one);
    all += one;
  }
  for (size_t r = 0; r < k; r++)
    mean += (log_p[r * apart] - mean) / (double)(r + 1);
  *kl = all;
  *reconstruction = mean;
  return mean - beta * all;
}

void mg_vae_elbo_gradient(size_t latent, const mg_real *law, size_t k,
                          size_t apart, const mg_real *noise, const mg_real *dz,
                          double beta, mg_real *d_law) {
  for (size_t j = 0; j < latent; j++) {
    const double s = exp(0.5 * law[latent + j]);
    double path_mu = 0, path_s = 0;
    for (size_t r = 0; r < k; r++) {
      path_mu += dz[r * apart * latent + j];
      path_s += dz[r * apart * latent + j] * noise[r * apart * latent + j];
    }
    /* d/ds of the KL is s - 1/s, and d s / d log s^2 = s / 2. */
    d_law[j] = (mg_real)(path_mu - beta * law[j]);
    d_law[latent + j] = (mg_real)((path_s - beta * (s - 1 / s)) * s / 2);
  }
}
