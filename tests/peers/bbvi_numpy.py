# SPDX-License-Identifier: GPL-3.0-or-later
"""Iterations a second of black-box variational inference in NumPy: the loop of
`marginalia bench bbvi`, as fast as NumPy can be made to do it.

    bbvi_numpy.py [score|control] [logaddexp|log1p|log]

Logistic regression with a N(0, 2.5^2) prior, N rows, D columns; a mean-field
Gaussian guide; S draws an iteration; the gradient and the variance of one
draw's, the bound and its standard error, Adam with a rate that falls, and the
mean of lambda.  Nothing is allocated in the loop that NumPy can be told where
to put.  log sigmoid has several formulas that do not overflow: logaddexp is the
usual one; without a name the fastest is found first, by the clock.

Prints iterations a second, the median over turns, and microseconds of processor
an iteration."""
import math
import sys
import time

import numpy as np

N, D, S, TURNS, ITERATIONS = 1000, 20, 100, 9, 200
ESTIMATOR = sys.argv[1] if len(sys.argv) > 1 else "control"
FORMULA = sys.argv[2] if len(sys.argv) > 2 else None
PRIOR, LOG_2PI = 2.5, math.log(2 * math.pi)

rng = np.random.Generator(np.random.SFC64(1))  # the fastest of NumPy's
x = rng.standard_normal((N, D))
x[:, 0] = 1
y = rng.random(N) < 1 / (1 + np.exp(-x @ rng.normal(0, D**-0.5, D)))
x *= np.where(y, 1.0, -1.0)[:, None]  # log p(y) = sum log sigmoid(x beta)
x_t = np.ascontiguousarray(x.T)
x_sum = x.sum(0)

a, e = np.empty((S, N)), np.empty((S, N))
ones = np.ones(N)


# Sums over rows of log sigmoid(z x'), S of them.
def by_logaddexp(z):
    np.matmul(z, x_t, out=a)
    np.negative(a, out=a)
    np.logaddexp(0, a, out=a)
    return -(a @ ones)


def by_log1p(z):
    np.matmul(z, x_t, out=a)
    np.abs(a, out=e)
    a_plus = np.minimum(a, 0, out=a) @ ones
    np.negative(e, out=e)
    np.exp(e, out=e)
    np.log1p(e, out=e)
    return a_plus - e @ ones


# min(a, 0) = (a - |a|) / 2, and the sum of a needs no logits.
def by_log(z):
    np.matmul(z, x_t, out=a)
    np.abs(a, out=a)
    linear = (z @ x_sum - a @ ones) / 2
    np.negative(a, out=a)
    np.exp(a, out=a)
    np.add(a, 1, out=a)
    np.log(a, out=a)
    return linear - a @ ones


formulas = {"logaddexp": by_logaddexp, "log1p": by_log1p, "log": by_log}
if ESTIMATOR not in ("score", "control") or FORMULA not in (None, *formulas):
    sys.exit("bbvi_numpy.py [score|control] [logaddexp|log1p|log]")


def times_of(function, clock, turns, count):
    times = []
    for _ in range(turns):
        start = clock()
        for _ in range(count):
            function()
        times.append((clock() - start) / count)
    return sorted(times)


# The least time of many short turns, which a neighbour disturbs least.
def fastest_formula():
    z = rng.standard_normal((S, D))
    truth, least = by_logaddexp(z), {}
    for name, formula in formulas.items():
        assert np.allclose(formula(z), truth, rtol=1e-12, atol=0)
        least[name] = times_of(lambda: formula(z), time.perf_counter, 40, 5)[0]
    return min(least, key=least.get)


FORMULA = FORMULA or fastest_formula()
log_likelihood = formulas[FORMULA]
lam = np.zeros(2 * D)  # means, then logs of standard deviations
first, second, mean = np.zeros(2 * D), np.zeros(2 * D), np.zeros(2 * D)
eps, z = np.empty((S, D)), np.empty((S, D))
square = np.empty((S, D))
score, rows, score2 = (np.empty((S, 2 * D)) for _ in range(3))
t = 0


def iterate():
    global t
    sd = np.exp(lam[D:])
    rng.standard_normal(out=eps)
    np.multiply(eps, sd, out=z)
    np.add(z, lam[:D], out=z)
    np.multiply(eps, eps, out=square)
    log_q = -square.sum(1) / 2 - (D * LOG_2PI / 2 + lam[D:].sum())
    log_p = log_likelihood(z) - np.einsum("ij,ij->i", z, z) / (2 * PRIOR**2)
    f = log_p - D * (LOG_2PI / 2 + math.log(PRIOR)) - log_q
    np.divide(eps, sd, out=score[:, :D])
    np.subtract(square, 1, out=score[:, D:])
    if ESTIMATOR == "score":
        np.multiply(score, f[:, None], out=rows)
    else:  # the best constant of each parameter, from the other draws
        np.multiply(score, score, out=score2)
        top, bottom = f @ score2, score2.sum(0)
        np.multiply(f[:, None], bottom, out=rows)
        np.subtract(rows, top, out=rows)
        np.subtract(bottom, score2, out=score2)
        np.divide(rows, score2, out=rows)
        np.multiply(rows, score, out=rows)
    gradient = rows.mean(0)
    variance = rows.var(0, ddof=1)
    t += 1
    rate = 0.03 * (1 + t / 300) ** -0.75
    first[:] = 0.9 * first + 0.1 * gradient
    second[:] = 0.999 * second + 0.001 * gradient * gradient
    step = rate * first / (1 - 0.9**t)
    step /= np.sqrt(second / (1 - 0.999**t)) + 1e-8
    lam[:] += step
    share = 1 / (0.25 * t + 0.75)
    mean[:] += share * (lam - mean)
    return (f.mean(), f.std(ddof=1) / math.sqrt(S), variance.sum(),
            math.sqrt(gradient @ gradient), math.sqrt(step @ step))


times_of(iterate, time.perf_counter, 1, ITERATIONS)
process = time.process_time()
seconds = times_of(iterate, time.perf_counter, TURNS, ITERATIONS)[TURNS // 2]
process = (time.process_time() - process) / (TURNS * ITERATIONS)
print(f"numpy bbvi iterations_per_s={1 / seconds:.0f}"
      f" cpu_us={process * 1e6:.0f}"
      f" n={N} d={D} draws={S} estimator={ESTIMATOR} formula={FORMULA}"
      f" elbo={iterate()[0]:.2f}")
