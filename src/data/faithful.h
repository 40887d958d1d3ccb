/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old Faithful, inside the program: the mixture everybody fits first.
 *
 * 272 eruptions in two clear groups: short ones with a short wait after them,
 * long ones with a long wait.  Maximum-likelihood fits of it are published to
 * many digits, so it calibrates EM.  Reals, in minutes: a log density of it is
 * in nats against minutes squared. */
#ifndef MG_DATA_FAITHFUL_H
#define MG_DATA_FAITHFUL_H

#include "data/dataset.h"

enum { MG_FAITHFUL_ROWS = 272 };

/* eruptions, waiting; minutes. */
extern const double mg_faithful_values[MG_FAITHFUL_ROWS][2];

/* Old Faithful: 272 x 2 reals in an order drawn from the seed's stream
 * "split", 218 train, 27 validation, 27 test.
 * Returns NULL with the reason when memory is short. */
mg_dataset *mg_faithful_read(unsigned long seed);

#endif
