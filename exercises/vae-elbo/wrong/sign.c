/* the loss and its gradient: the signs of what is descended, not climbed */
#include "models/vae_objective.h"

#include <math.h>

/* The ELBO of one datum, from K draws of its z; draw r of it stands `apart`
 * draws behind draw r - 1.                                   [vae.2] [vae.4]
 *   latent          in   L
 *   law             in   2 L, of q(z | x): mu, then log sigma^2
 *   log_p           in   log p(x | z_r) at [r apart], nats
 *   beta            in   weight of the KL                            [vae.7]
 *   reconstruction  out  the mean of log p(x | z_r)
 *   kl              out  KL(q(z | x) || N(0, I)), without its weight
 * Returns reconstruction - beta kl, nats. */
double mg_vae_elbo(size_t latent, const mg_real *law, size_t k, size_t apart,
                   const double *log_p, double beta, double *reconstruction,
                   double *kl) {
  *reconstruction = 0;
  for (size_t r = 0; r < k; r++)
    *reconstruction += log_p[r * apart] / (double)k;
  *kl = 0;
  for (size_t j = 0; j < latent; j++) {
    const double mu = law[j], log_s2 = law[latent + j];
    *kl += (mu * mu + exp(log_s2) - 1 - log_s2) / 2;
  }
  return -(*reconstruction - beta * *kl);
}

/* Its gradient in the law, through z_r = mu + sigma e_r.     [vae.3] [vae.5]
 *   latent, law, k, apart, beta  in  as above
 *   noise  in   e_r, L numbers at [r apart L]
 *   dz     in   1/K d log p(x | z_r) / dz_r, L numbers at [r apart L]
 *   d_law  out  2 L, d ELBO / d mu, then d ELBO / d log sigma^2 */
void mg_vae_elbo_gradient(size_t latent, const mg_real *law, size_t k,
                          size_t apart, const mg_real *noise, const mg_real *dz,
                          double beta, mg_real *d_law) {
  for (size_t j = 0; j < latent; j++) {
    const double mu = law[j], sigma = exp(law[latent + j] / 2);
    double d_mu = -beta * mu;
    double d_log_s2 = -beta * (sigma * sigma - 1) / 2;
    for (size_t r = 0; r < k; r++) {
      const size_t at = r * apart * latent + j;
      d_mu += dz[at];
      d_log_s2 += dz[at] * noise[at] * sigma / 2;
    }
    d_law[j] = -(mg_real)d_mu;
    d_law[latent + j] = -(mg_real)d_log_s2;
  }
}
