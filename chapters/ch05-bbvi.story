# The story of chapter 5.  What each step computes: ch05-bbvi.c.

data faithful
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
setting dim size 10 2 100  length of the chain that is raced for
setting rho real 0.5 -0.95 0.95  correlation of its neighbours
setting laps size 1000/500 10 100000  iterations of the race
setting passes size 10/8 1 50  passes of EM
setting rows size 272 2 2000  data of EM, the first so many
setting e_iterations size 300/200 10 10000  iterations of a climbed E step
setting correlation real 0.9 -0.99 0.99  of the pair of numbers
setting school_iterations size 5000/1000 10 100000  iterations for eight schools
setting school_draws size 50000/10000 100 1000000  draws of each guide
setting chain size 2000/500 10 100000  draws of each of four chains, and of warm-up
setting walkers size 1000/500 10 10000  walkers of annealing

== optimise  Inference is climbing
equation elbo.1 coin.1 beta.5
make guides guide a b elbo kl sum error
make family series x y
show guides
figure optimise lines  The bound of three families of guides
  table lines=family
  text x=mean of q
  text y=ELBO, nats

A coin has shown heads {heads} times and tails {tails} times. Its probability
of heads is z, and before the throws z was Beta({prior}, {prior}). What is z
now? Bayes' rule has the answer p(z | x), and for a coin one can write it down.
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
other. It pays minus the log of the share that its mode has, {weight} or the
rest: {modes[0,kl_q_p]:.3f} nats from the left, {modes[1,kl_q_p]:.3f} from the
right. So far apart both are tops of hills, and a climber who stands on the
lower one does not know. By the other
distance the moments are best: {modes[2,kl_p_q]:.3f} nats against
{modes[0,kl_p_q]:.1f} and {modes[1,kl_p_q]:.1f}.

So q from a bound tends to be too narrow, and so certain of itself. KL(p || q)
would cover everything, the empty middle, too; but it is a mean under p, from
which nobody can draw. (With `set gap=1` there is one hill, and all three
nearly agree.)

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

The last three of four have one mean, and look at their variances: from
{scores[2,variance]:.3g} over {scores[1,variance]:.3g} to
{scores[3,variance]:.3g}. The constant changes nothing except how many draws
are needed. Keep that.

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

It ends at Beta({end_a:.2f}, {end_b:.2f}), {end_gap:.4f} nats below log p(x).
Where se is longer than the slope, a step is mostly noise; if the climb comes
near all the same, it is due to the falling rate, which lets the noise average
out. What the fog costs, and how to lift it, is
next. (Go back with b, `set estimator=control`, and look at se.)

== variance  What one draw's gradient varies by
equation estimator.3 estimator.4 estimator.5 estimator.6 estimator.7
levels dimension
make variances_1 estimator D mean std_error variance expected
make variances_10 estimator D mean std_error variance expected
make variances_100 estimator D mean std_error variance expected
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
All means are -1 within a few std_error, and expected is the formula. The score
pays for the noise of all D numbers, (1 + D/2)^2; a constant saves the square,
D + 1. With Rao-Blackwell the dimension is gone. The path has 1.

Sticking has 0 in these rows (but for rounding) although it is made of draws:
here q has the target's shape, d f/dz is the same everywhere, and every draw
says the same. In general that is so only at the top of the hill, and only when
the target itself is among the guides.

== race  What variance costs
equation bbvi.1 bbvi.3 estimator.2
levels estimator
make race estimator variance elbo behind
make racers series x y
show race
figure race lines  What each estimator is behind the best product
  table lines=racers
  text x=iteration
  text y=nats
  number logx=1
  number logy=1

All estimators are right on average. What is it worth to vary less? The target
is a chain of {dim} Gaussian numbers, neighbours correlated by {rho}; q is a
product that starts two standard deviations away in every number. Each
estimator climbs {laps} iterations with {each} draws and the same steps. Of this
pair the bound has a formula, so the curves have no noise but the climber's own.
--
The column variance is of one draw, summed over all parameters, as the first
{each} draws tell it: {race[0,variance]:.0f} for the score,
{race[5,variance]:.0f} for the path. The column behind is what is missing at
the end to the best product, whose bound is -{least:.4f}; it is not 0, since no
product is the target.

In the figure go along a level, 1 nat say: that is how many iterations each
needs. To halve the noise of a mean takes four times the draws, so a variance
that is ten times smaller is worth ten times the computer. And that is why
values alone, though they are always enough, are taken only where there is
nothing else: for classes, or a program that has no derivative.

== em  EM is the case where q is exact
equation em.2 em.3 estimator.5
levels half-step pass
make halves half em_elbo em_log_p elbo kl log_p
make by_half half EM climbed log_p
make meeting series x y
make turns_points series x y
show halves
figure em lines  EM, and black-box VI in the place of its E step
  table lines=meeting points=turns_points
  text x=half step
  text y=nats per datum

Chapter 2 raised the same bound, and drew nothing. There z was the component
k_n of a datum, and the E step set q(k_n) to the posterior by Bayes' rule. That
is the climb at its end, found in one step because a sum over two values can be
done.

So put the climb in its place. Both mixtures below see the same column of
numbers and start as one. One does EM: em_elbo, em_log_p. Of the other an E
step is {e_iterations} iterations by Rao-Blackwell with control: q is a product
over the data, log p(x, k) is a sum over the data, and to each logit only the
term of its own datum is told. The M step is the same for both.
--
em_elbo and elbo go together, and kl, which is how far the climbed q is from
the posterior, is next to nothing behind an E step: {halves[1,kl]:.2g} nats a
datum after the first one, {e_kl:.2g} after the last one. At the
posterior f is the same constant for every k, so that a control variate leaves
no noise at all; but where r is nearly 0 or 1, the logits have far to go. An E
step that stops early is allowed, too: whatever q it ends with, the M step
raises the bound from there, and log p stays above it.

EM is variational inference with the exact q. What chapter 2 could not do, when
the sum has too many terms, needs no new idea: only a q that can be drawn from.

== spread  Entropy against energy
equation estimator.6
levels shape
make widths q sd_1 sd_2 correlation elbo
make ellipses series x y
make target_points series x y
show widths
figure spread lines  A target of two numbers, and guides: two standard deviations
  table lines=ellipses points=target_points
  text x=z_1
  text y=z_2

The bound has two parts: E_q log p(x, z), which wants q on the mode, and the
entropy of q, which wants it wide. The second is what makes a law of the answer
and not a point. The target here is a pair of numbers with variances 1 and the
correlation {correlation}. Three guides climb: a product, a Gaussian with any
covariance, and a product whose entropy was left out.
--
Without entropy q falls onto the mode: {widths[3,sd_1]:.3f} is where it was
stopped, and given time it would go to 0. Its bound is the worst, and
where it goes is the maximum a posteriori, a point.

The product is too narrow: {widths[1,sd_1]:.3f} where the truth is 1. A product
with KL(q || p) takes the spread of z_1 for a fixed z_2, which is sqrt(1 -
rho^2) = {narrow:.4f}, and not that of z_1 alone. The full-rank guide has the
target among its laws and finds it; its path has no noise there. It pays with
D(D+1)/2 numbers instead of D.

== schools  Eight schools: what would one trust?
equation schools.1 schools.2 iwae.1 ais.3 pareto.2
levels method
make schools by mu sd_mu tau sd_tau eta_1 sd_eta_1
make claims bound claim nats std_error ess pareto_k
make claim_axis model split nats std_error claim kind
show schools claims
figure schools evidence  Claims about log p(y) of eight schools
  table evidence=claim_axis
  text axis=log p(y), nats in total

Eight schools coached their pupils; y are the effects that were estimated, each
with its error. mu is the mean effect, tau how much schools differ, and
theta_j = mu + tau eta_j the effect of school j. All ten numbers are
unknown. tau is positive, so a guide and the chains work on log tau.

Four ways to one posterior, and bounds on its evidence beside the exact one:
the ELBO of each guide; importance sampling, which draws from the guide and
weighs; annealing from the prior, with chains.
--
The guides have mu and eta about right, and of tau too little: the posterior of
log tau is no Gaussian, and KL(q || p) lets q leave large values out. sd_tau is
{schools[1,sd_tau]:.2f} and {schools[2,sd_tau]:.2f} where
{schools[0,sd_tau]:.2f} is right. Chains know no shape; what they have is the
error of their draws.

A claim >= holds in expectation, so one of these numbers may stand above the
exact evidence by a few of its std_error. The ELBOs are {claims[1,nats]:.3f}
and {claims[3,nats]:.3f}; weighing draws of the same guides gains most of the
rest, and pareto_k tells whether that error may be believed (below 0.7). So: a
guide for speed and for a place to draw from, weights to put right what it did,
chains for moments that are to be trusted, and the bound always with its sign.

== beyond  What is left open
equation elbo.1 vae.4

One posterior was climbed to, for one data set. For a thousand images, each with
its own z, that would be a thousand climbs.
--
Let a network look at x and say lambda: then one climb serves all x, those that
come later, too. That is amortisation. With the pathwise gradient, since it
varies little, and p a network as well, it is the variational autoencoder of the
next chapter. It pays a new price: one network for all x is not the best q for
each.
