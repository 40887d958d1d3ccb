# The story of chapter 5.  What each step computes: ch05-bbvi.c.

setting heads size 6 0 100  throws that showed heads
setting tails size 4 0 100  throws that showed tails
setting prior real 10 1 100  both shapes of the coin's beta prior
setting gap real 5 0 10  distance of the two modes
setting weight real 0.6 0.01 0.99  of the left mode
setting a real 15 1 1000  of Beta(a, b), a guide on the coin
setting b real 15 1 1000  of Beta(a, b)
setting draws size 100000/20000 100 1000000  draws whose scores are averaged
setting each size 10 2 1000  draws an iteration of the algorithm
setting iterations size 400/200 1 10000  of the algorithm
setting rate real 0.005 1e-6 1  of its first step, in log a and log b
setting estimator choice score score|baseline|control  how its draws become a gradient
setting gradients size 10000/2000 10 20000  draws of each gradient

== optimise  Inference is climbing
equation elbo.1 coin.1 beta.5
make guides guide a b elbo kl sum error
make family series x y
show guides
figure optimise lines  The bound of three families of guides
  table lines=family
  text x=mean of q
  text y=ELBO, nats

A coin has shown heads {heads} times and tails {tails} times. Its probability of
heads is z, and before the throws z was Beta({prior}, {prior}). What is z now? Bayes' rule has the answer p(z | x), and for a coin one can write it down.
For nearly all other models one cannot.

So ask something else. Choose a law q(z; lambda) that is easy to handle, here
Beta(a, b), and call it a guide. Of its numbers lambda = (a, b) take those that
bring it nearest to the posterior. That needs no posterior: as in chapter 2,

    log p(x) = ELBO(q) + KL(q || p(z | x))

holds for every q. The left side does not depend on q. So whoever raises the
bound E_q [log p(x, z) - log q(z)] lowers the distance, and of the model that
asks for the joint p(x, z) alone.
--
Five guides. Each elbo is a sum over 6001 nodes, each kl comes from its formula,
and nobody told the one of the other: the last column is how far their sum is
from log p(x) = {log_p:.6f}. The prior as a guide pays
{guides[0,kl]:.4f} nats. The one that is ten times too sure has the right mean
and pays {guides[2,kl]:.3f}.

In the figure a + b is how sure a guide is. Only the curve with the posterior's
own a + b reaches the line of log p(x), and in one point. Inference has become
climbing: no integral is left, only a hill.

== modes  Which mode? What KL(q || p) wants
equation two_modes.1 two_modes.2
levels guide
make modes q mean sd kl_q_p kl_p_q
make mode_curves series x y
show modes
figure modes lines  A target with two modes, and three Gaussians
  table lines=mode_curves
  text x=z
  text y=density

The distance that falls is KL(q || p), and not the other one. Take a target with
two modes and q a Gaussian, which has one. Twice q climbs its bound, once
from the left and once from the right. The third Gaussian has the target's own
mean and standard deviation, and that is the one for which KL(p || q) is least.
--
KL(q || p) counts only where q is. A q that sits on one mode never sees the
other. It pays about the log of the share that it leaves out: -log {weight}
on the left, and from the right {modes[1,kl_q_p]:.3f} nats. Both are tops of
hills, and a climber who stands on the lower one does not know. By the other
distance the moments are best: {modes[2,kl_p_q]:.3f} nats against
{modes[0,kl_p_q]:.1f} and {modes[1,kl_p_q]:.1f}.

So q from a bound tends to be too narrow, and so certain of itself. KL(p || q)
would cover everything, the empty middle, too; but it is a mean under p, from
which nobody can draw. (With `set gap=1` there is one hill, and all three
agree.)

== score  A gradient from values alone
equation estimator.1 estimator.2 guide.1
make scores what parameter mean std_error exact variance
make score_curves series x y
make score_shares series x y
show scores
figure score lines  The score of q, and its share in the mean
  table lines_1=score_curves lines_2=score_shares
  text title_1=d log q(z) / d lambda
  text title_2=times q(z): the areas cancel
  text x_1=z
  text x_2=z
  number panels=2

To climb one needs the slope. The bound is a mean under q, and lambda is in q.
Differentiate under the integral, and use dq = q dlog q:

    d ELBO / d lambda = E_q [f(z) d log q(z) / d lambda],
    f(z) = log p(x, z) - log q(z)

Of f only values are needed, at draws from q. No derivative of the model, no
formula for an integral: a program that returns log p(x, z) will do. That is
why the method is called black-box.

But f has lambda inside, too. Why is its own derivative missing? It would be
-E_q [d log q / d lambda], and the score has the mean 0, since a density has the
area 1 whatever lambda is. The parameters here are log a and log b, so that a
step never leaves the positive numbers; {draws:.0f} draws.
--
Compare mean and exact, in units of std_error. The first row of each parameter
is the score itself: 0. The second is the gradient. In the third, f has been
raised by 100, and the gradient stays: any constant times 0 is 0. The fourth
takes log p(x) away, the constant for which f would be 0 at the posterior.

All have one mean, and look at their variances: from {scores[2,variance]:.3g}
over {scores[1,variance]:.3g} to {scores[3,variance]:.3g}. The constant changes
nothing except how many draws are needed. Keep that.

== algorithm  Algorithm 1, draw by draw
equation bbvi.1 estimator.2 sgd.2
levels draw iteration
make draws t draw z log_p log_q f score_a score_b
make steps t a b g_a se_a exact_a g_b se_b exact_b elbo
make climb series x y
make path series x y
show draws steps
watch rate_now
figure algorithm lines  Algorithm 1 on the coin
  table lines_1=climb lines_2=path
  text title_1=the bound
  text title_2=the way of (a, b)
  text x_1=iteration
  text x_2=a
  text y_1=nats
  text y_2=b
  number panels=2

Now all of it (Ranganath, Gerrish & Blei 2014). From lambda: draw {each} times z
from q, multiply f(z) with the score, take the mean, and step that way:

    lambda <- lambda + rate_t mean(f score)

The rate falls by Robbins and Monro's rule: slowly enough to arrive from
anywhere, fast enough to come to rest. It starts at Beta({a}, {b}). Step with s:
in the first two iterations each is a draw, later an iteration.
--
Read a row of the draws: z, the two log densities, f, and the two
scores. The products f score are far longer than their mean. In the second
table stand the mean g, its standard error, and the exact slope of the hill at
that place: the climber sees the slope through a fog of se, and goes.

It ends at Beta({end_a:.2f}, {end_b:.2f}), {end_gap:.4f} nats below log p(x). The
first steps were made of noise; that it arrives is due to the falling rate,
which lets the noise average out. What the fog costs, and how to lift it, is
next: try `set estimator=control`, and step back.

== variance  What one draw's gradient varies by
equation estimator.3 estimator.4 estimator.5 estimator.6 estimator.7
levels dimension
make variances_1 estimator mean std_error variance expected
make variances_10 estimator mean std_error variance expected
make variances_100 estimator mean std_error variance expected
make spread dim score control rao_blackwell pathwise
make spreads series x y
show variances_1 variances_10 variances_100
figure variance lines  The variance of one draw's gradient
  table lines=spreads
  text x=dimensions
  text y=variance
  number logx=1
  number logy=1

Seven estimators of one gradient. Take q = N(1, I) and the target N(0, I) in D
dimensions; in each mean the slope is -1. Then f = -D/2 - sum_i e_i for
z = 1 + e, and all variances can be found on paper.

score: f times the score, as before. baseline: f less its mean. control: f less
the best constant for each parameter, E[f score^2] / E[score^2], found from the
other draws. rao-blackwell: the score of z_i times only those terms of f that
hold z_i; the others have, given z_i, the same mean for every z_i. Then both.
pathwise: z = mu + sigma e, and the derivative goes through z into log p; that
needs the gradient of the model. sticking: the same, of f alone, with lambda
inside log q held.
--
All means are -1 within a few std_error, and expected is the formula. The score pays for the noise
of all D numbers, (1 + D/2)^2; a constant saves the square, D + 1. With
Rao-Blackwell the dimension is gone. The path has 1.

Sticking has 0 in these rows (but for rounding) although it is made of draws:
here q has the target's shape, d f/dz is the same everywhere, and every draw
says the same. In general that is so only at the top of the hill, and only when
the target itself is among the guides.
