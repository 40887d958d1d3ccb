/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A jump in the place of a function. */
#ifndef MG_EXERCISE_DETOUR_H
#define MG_EXERCISE_DETOUR_H

#include "exercise/exercise.h"

/* Overwrites the first bytes of `from` by a jump to `to`, in this process.
 * Returns GSL_SUCCESS; GSL_EUNSUP where that is not known how, and GSL_EFAILED
 * where the system does not let it: then `from` is as it was. */
int mg_detour(mg_function from, mg_function to);

#endif
