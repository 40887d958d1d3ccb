/* shifted by the largest of the group, by hand */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double total = 0;
  for (const double *group = log_w; group < log_w + s; group += k) {
    double top = group[0], sum = 0;
    for (size_t i = 1; i < k; i++)
      top = fmax(top, group[i]);
    for (size_t i = 0; i < k && top > -INFINITY; i++)
      sum += exp(group[i] - top);
    total += top + log(top > -INFINITY ? sum / (double)k : 1);
  }
  return total * (double)k / (double)s;
}
