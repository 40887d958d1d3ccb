/* log p(x) by mg_gmm_log_density, the joint in a matrix of its own */
#include <math.h>

#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  if (r->size1 != x->size1 || r->size2 != g->weights->size)
    return mg_fail(GSL_EBADLEN, "r does not fit");
  gsl_matrix *joint = gsl_matrix_alloc(r->size1, r->size2);
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  int status = joint && log_p ? GSL_SUCCESS : GSL_ENOMEM;
  if (!status)
    status = mg_gmm_log_joint(g, x, joint);
  if (!status)
    status = mg_gmm_log_density(g, x, log_p);
  for (size_t n = 0; !status && n < r->size1; n++)
    for (size_t k = 0; k < r->size2; k++)
      gsl_matrix_set(
          r, n, k, exp(gsl_matrix_get(joint, n, k) - gsl_vector_get(log_p, n)));
  gsl_matrix_free(joint);
  gsl_vector_free(log_p);
  return status;
}
