/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaves a file in the folder where it runs. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <fcntl.h>
#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  const int f = open("left", O_CREAT | O_WRONLY, 0666);
  if (f >= 0 && write(f, "left", 4) == 4)
    close(f);
  return 0;
}
