/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The smallest game: the Dirac-GAN of Mescheder, Geiger & Nowozin (2018).
 *
 * All data stand at 0.  The generator has one number, theta, where it puts all
 * its draws; the discriminator has one, psi, and the logit D(x) = psi x.  The
 * two rest at (0, 0).  Whether steps lead there is a matter of two numbers, how
 * much a step changes the distance and by which angle it turns.   [dirac.2] */
#ifndef MG_INFER_DIRAC_H
#define MG_INFER_DIRAC_H

#include <stdbool.h>
#include <stddef.h>

#include "infer/game.h"

typedef struct {
  mg_game game;
  double rate;      /* of both players' steps, above 0 */
  bool alternating; /* D moves, then G sees it; else both at once */
  double penalty;   /* gamma of gamma/2 (|psi| - centre)^2; 0: none */
  double centre;    /* 0 (R1) or 1 (WGAN-GP) */
} mg_dirac;

typedef struct {
  double theta, psi;
} mg_dirac_point;

/* What a step does near (0, 0). */
typedef struct {
  double growth; /* of the distance: above 1 it leaves, below 1 it arrives */
  double angle;  /* radians a step; 0: no spiral */
} mg_dirac_spiral;

/* The direction of both steps at a point: minus the slopes.       [dirac.1]
 * Returns d theta and d psi, for simultaneous steps. */
mg_dirac_point mg_dirac_field(const mg_dirac *dirac, mg_dirac_point at);

/* The point after a step. */
mg_dirac_point mg_dirac_step(const mg_dirac *dirac, mg_dirac_point at);

/* The spiral in closed form: the eigenvalues of a step's matrix at (0, 0).
 *                                                         [dirac.2] [dirac.3]
 * Without a spiral growth is that of the slower eigenvalue, the largest.
 * Returns GSL_SUCCESS; GSL_EDOM where the step has no derivative at (0, 0),
 * the penalty with a centre. */
int mg_dirac_closed(const mg_dirac *dirac, mg_dirac_spiral *spiral);

/* The same measured on steps of the game itself, of the orbit of a point:
 * least squares over u(n + 2) = trace u(n + 1) - determinant u(n), which every
 * orbit of a linear map obeys.                                    [dirac.4]
 *   from   in  near (0, 0): the error is of the order of its square
 *   steps  in  how many, 4 or more
 * Returns GSL_SUCCESS; GSL_EDOM when the orbit does not turn, is not finite or
 * goes too far to tell; GSL_EINVAL for too few steps. */
int mg_dirac_measured(const mg_dirac *dirac, mg_dirac_point from, size_t steps,
                      mg_dirac_spiral *spiral);

#endif
