/* gaussian-kl: the divergence between two Gaussians with independent
 * coordinates.
 *
 * The page gaussian-kl.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check gaussian-kl */
#include "dist/mvn_diagonal.h"

#include <gsl/gsl_errno.h>
#include <math.h>

/* KL((mean0, sigma0) || (mean1, sigma1)), nats.            [mvn_diagonal.5]
 *   mean0, mean1    in   D, finite
 *   sigma0, sigma1  in   D, standard deviations, finite and above 0
 *   kl              out
 * Returns GSL_SUCCESS.  (The library's own also refuses other arguments; here
 * there are none.) */
int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl) {
#ifdef MARGINALIA_SOLUTION
  double sum = 0;
  for (size_t d = 0; d < mean0->size; d++) {
    const double s0 = gsl_vector_get(sigma0, d);
    const double s1 = gsl_vector_get(sigma1, d);
    const double shift = gsl_vector_get(mean0, d) - gsl_vector_get(mean1, d);
    sum += log(s1 / s0) + (s0 * s0 + shift * shift) / (2 * s1 * s1) - 0.5;
  }
  *kl = sum;
  return GSL_SUCCESS;
#else
  /* Your turn.  Which of the two laws is the mean over? */
  (void)mean0;
  (void)sigma0;
  (void)mean1;
  (void)sigma1;
  (void)kl;
  return GSL_SUCCESS;
#endif
}
