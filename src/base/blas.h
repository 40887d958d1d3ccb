/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The BLAS underneath, kept on one thread.
 *
 * Work is split over threads above the matrix products, in shards of fixed
 * size; a BLAS that starts threads of its own beside them slows both (its
 * workers spin while they wait) and may sum in another order.  Programs call
 * this once at their start.  The library does not: whoever links it may have
 * other plans for the same BLAS. */
#ifndef MG_BASE_BLAS_H
#define MG_BASE_BLAS_H

/* Puts OpenBLAS or BLIS on one thread; GSL's own CBLAS has but one. */
void mg_blas_serial(void);

#endif
