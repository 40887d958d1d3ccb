/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of posteriors that come along. */
#ifndef MG_TARGETS_NAMED_H
#define MG_TARGETS_NAMED_H

#include "targets/posterior.h"

/* All of them, ended by NULL, in the order of listings. */
extern const mg_posterior_type *const mg_posteriors[];

/* The one of that name; NULL with the reason, and the closest name. */
const mg_posterior_type *mg_posterior_find(const char *name);

#endif
