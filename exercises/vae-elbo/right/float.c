/* in the networks' own float, a pass over the draws outside */
#include "models/vae_objective.h"

#include <math.h>

double mg_vae_elbo(size_t latent, const mg_real *law, size_t k, size_t apart,
                   const double *log_p, double beta, double *reconstruction,
                   double *kl) {
  const mg_real *mu = law, *v = law + latent;
  double sum = 0, twice = 0;
  for (size_t j = 0; j < latent; j++)
    twice += (double)(mu[j] * mu[j] + expf(v[j]) - 1.f - v[j]);
  for (size_t r = 0; r < k; r++)
    sum += log_p[r * apart];
  *kl = 0.5 * twice;
  *reconstruction = sum / (double)k;
  return sum / (double)k - beta * 0.5 * twice;
}

void mg_vae_elbo_gradient(size_t latent, const mg_real *law, size_t k,
                          size_t apart, const mg_real *noise, const mg_real *dz,
                          double beta, mg_real *d_law) {
  const mg_real weight = (mg_real)beta;
  mg_real *d_mu = d_law, *d_v = d_law + latent;
  for (size_t j = 0; j < latent; j++) {
    d_mu[j] = -weight * law[j];
    d_v[j] = weight * (1.f - expf(law[latent + j])) * 0.5f;
  }
  for (size_t r = 0; r < k; r++, dz += apart * latent, noise += apart * latent)
    for (size_t j = 0; j < latent; j++) {
      d_mu[j] += dz[j];
      d_v[j] += 0.5f * expf(0.5f * law[latent + j]) * noise[j] * dz[j];
    }
}
