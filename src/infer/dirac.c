/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A game of two numbers, where everything can be seen.
 *
 * With data at 0, draws at theta and D(x) = psi x, the logit of data is 0
 * whatever psi is, that of draws psi theta.  The players go down
 *
 *   D  fake(psi theta) + gamma/2 (|psi| - c)^2      in psi
 *   G  generator(psi theta)                         in theta       [dirac.1]
 *
 * by steps of rate h.  The second term of D is the penalty on the slope of D in
 * x, which is psi everywhere, on data as between data and draws: centre 0 is R1
 * (Mescheder et al. 2018), 1 is WGAN-GP (Gulrajani et al. 2017).
 *
 * Near (0, 0), with a = fake'(0) and b = -generator'(0), the steps are linear:
 *
 *   theta' = theta + h b psi,   psi' = (1 - h gamma) psi - h a theta
 *
 * with psi' in place of psi on the left where D moves first.  Trace and
 * determinant of a step,
 *
 *   simultaneous  T = 2 - h gamma             d = 1 - h gamma + h^2 a b
 *   alternating   T = 2 - h gamma - h^2 a b   d = 1 - h gamma      [dirac.2]
 *
 * give the two eigenvalues, a pair sqrt(d) exp(+-i angle) when T^2 < 4 d,
 *
 *   growth = sqrt(d),   cos(angle) = T / (2 sqrt(d))               [dirac.3]
 *
 * Minimax and the non-saturating game have a = b = 1/2, so near the rest they
 * do the same.  Without a penalty simultaneous steps grow by
 * sqrt(1 + h^2 / 4), always outwards; alternating steps by 1 exactly, and turn
 * for ever.  Smaller steps turn more slowly, and do not arrive.  A penalty with
 * centre 0 takes about h gamma / 2 a step from the distance, as friction does.
 * With centre 1 there is no slope at psi = 0 and nothing arrives.
 *
 * Farther out the two differ.  Along a flow of minimax the distance r is kept;
 * in the non-saturating game d(r^2)/dt = -2 u tanh(u / 2) of u = psi theta,
 * which over a turn is about -r^4 / 8:
 *
 *   r(t)^2 = 1 / (1 / r(0)^2 + t / 8)   alternating steps, time t = n h
 *   r^2 -> 2 h                          simultaneous steps         [dirac.5]
 *
 * an arrival like 1 / sqrt(t), and a circle, where the growth of simultaneous
 * steps, h r^2 / 4 a unit of time, holds the balance.
 *
 * Least squares has a = 0: its D should say 1/2 at the rest, and psi x says 0.
 *
 * An orbit of a linear map obeys the map's own equation,
 *
 *   u(n + 2) = T u(n + 1) - d u(n)                                 [dirac.4]
 *
 * by which T and d are measured without knowing the map.
 *
 * Not here: learning from data; the flow of infinitely small steps. */
#include "infer/dirac.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"

/* Minus D's slope in psi.  At psi = 0 a penalty with a centre has none. */
static double pull_psi(const mg_dirac *dirac, mg_dirac_point at) {
  double slope;
  mg_games[dirac->game].fake(at.psi * at.theta, &slope);
  const double side = (at.psi > 0) - (at.psi < 0);
  return -slope * at.theta - dirac->penalty * (at.psi - side * dirac->centre);
}

static double pull_theta(const mg_dirac *dirac, mg_dirac_point at) {
  double slope;
  mg_games[dirac->game].generator(at.psi * at.theta, &slope);
  return -slope * at.psi;
}

mg_dirac_point mg_dirac_field(const mg_dirac *dirac, mg_dirac_point at) {
  return (mg_dirac_point){pull_theta(dirac, at), pull_psi(dirac, at)};
}

mg_dirac_point mg_dirac_step(const mg_dirac *dirac, mg_dirac_point at) {
  mg_dirac_point next = at;
  next.psi += dirac->rate * pull_psi(dirac, at);
  if (dirac->alternating)
    at.psi = next.psi;
  next.theta += dirac->rate * pull_theta(dirac, at);
  return next;
}

/* The eigenvalues' modulus and angle, from trace and determinant. */
static mg_dirac_spiral spiral_of(double trace, double determinant) {
  const double root = trace * trace / 4 - determinant;
  if (root >= 0) /* two real ones: the larger in size */
    return (mg_dirac_spiral){fabs(trace) / 2 + sqrt(root), 0};
  return (mg_dirac_spiral){sqrt(determinant), atan2(sqrt(-root), trace / 2)};
}

int mg_dirac_closed(const mg_dirac *dirac, mg_dirac_spiral *spiral) {
  double a, b;
  if (dirac->penalty != 0 && dirac->centre != 0)
    return mg_fail(GSL_EDOM,
                   "a penalty about %g has no slope where D is 0: there is no "
                   "rate in closed form, iterate",
                   dirac->centre);
  mg_games[dirac->game].fake(0, &a);
  mg_games[dirac->game].generator(0, &b);
  const double h = dirac->rate, turn = h * h * a * -b;
  const double friction = h * dirac->penalty;
  *spiral = dirac->alternating ? spiral_of(2 - friction - turn, 1 - friction)
                               : spiral_of(2 - friction, 1 - friction + turn);
  return GSL_SUCCESS;
}

/* Sums of the normal equations of [dirac.4]. */
typedef struct {
  double oo, om, mm, on, mn; /* old, middle, new */
} sums;

/* Each triple counts the same, however far out it is. */
static void add(sums *s, double old, double middle, double new, double scale) {
  old /= scale;
  middle /= scale;
  new /= scale;
  s->oo += old * old;
  s->om += old * middle;
  s->mm += middle * middle;
  s->on += old * new;
  s->mn += middle * new;
}

int mg_dirac_measured(const mg_dirac *dirac, mg_dirac_point from, size_t steps,
                      mg_dirac_spiral *spiral) {
  sums s = {0};
  if (steps < 4)
    return mg_fail(GSL_EINVAL, "%zu steps are too few: take 4 or more", steps);
  mg_dirac_point old = from, middle = mg_dirac_step(dirac, old);
  for (size_t n = 2; n <= steps; n++) {
    const mg_dirac_point new = mg_dirac_step(dirac, middle);
    const double scale = hypot(old.theta, old.psi);
    if (!(scale > 1e-150 && scale < 1e150))
      return mg_fail(GSL_EDOM, "after %zu steps the orbit is at %g: take fewer",
                     n, scale);
    add(&s, old.theta, middle.theta, new.theta, scale);
    add(&s, old.psi, middle.psi, new.psi, scale);
    old = middle;
    middle = new;
  }
  const double area = s.mm * s.oo - s.om * s.om;
  const double trace = (s.mn * s.oo - s.on * s.om) / area;
  const double determinant = (s.mn * s.om - s.on * s.mm) / area;
  if (!isfinite(trace) || !isfinite(determinant) ||
      trace * trace >= 4 * determinant)
    return mg_fail(GSL_EDOM, "the orbit does not turn: it has no spiral");
  *spiral = spiral_of(trace, determinant);
  return GSL_SUCCESS;
}
