# The story of chapter 4.  What each step computes: ch04-monte-carlo.c.

setting heads size 8 0 1000  throws of the coin that showed heads
setting tails size 2 0 1000  throws that showed tails
setting prior real 10 0.1 1000  both shapes of the coin's beta prior
setting draws size 2000/1000 100 1000000  draws of z an estimate
setting trials size 500/100 10 100000  of an estimate with its interval
setting sd real 0.5 0.05 5  of the noise in each of L dimensions
setting learning size 40/20 1 1000  steps up the evidence
setting moves size 400/200 10 100000  of one walker
setting scale real 1.5 0.01 100  of a step of the random walk
setting step real 0.2 0.001 10  of the leapfrog
setting leaps size 15 1 1000  of the leapfrog, a move
setting slides size 40/20 1 10000  moves along the slope
setting chains size 4 2 64  walkers side by side
setting kept size 1000/300 20 100000  moves a chain after the warm-up
setting walkers size 400/200 20 100000  of annealing
setting temperatures size 100/40 2 10000  of annealing
setting climbing size 2000/500 10 1000000  iterations of a guide up its bound

== average  The evidence is an average over the prior
equation coin.1 naive.1
levels draw
make looks draw z likelihood mean
make running series x y
show looks
figure average lines  The mean likelihood of draws from the prior
  table lines=running
  text x=draws
  text y=p(x)

A coin was thrown and showed {heads} heads and {tails} tails. Before that, the
probability z of heads had the law Beta({prior}, {prior}). How probable were
these throws, under the model as a whole?

    p(x) = int p(z) p(x | z) dz = E p(x | z),   z from the prior

It is the average over all z of how well each would have predicted the throws:
the evidence. An average can be had by drawing. Step with s: a z from the
prior, its likelihood, the mean so far.
--
{draws} draws say p(x) = {p:.4g} with a standard error of {p_error:.2g}; the
truth is {p_exact:.4g}. The estimate is unbiased, its error falls as one over
the root of the number of draws, and nothing about z was solved for.

No z was chosen, either: most draws are of little use and cost as much as the
others. With one number in z that is no matter.

== starve  It starves in many dimensions
equation naive.1 ess.1 pareto.2
levels dimension
make starving L exact estimate gap ess pareto_k needed
make counts series x y
show starving
figure starve lines  Draws from the prior, as z becomes longer
  table lines=counts
  text x=length of z
  text y=draws
  number logx=1
  number logy=1

Now z has L numbers, each N(0, 1), and each is seen with noise of standard
deviation {sd}, and every `x_i` is 1. The evidence is
known. `needed` is how many draws would make the error a tenth of p(x), by a
formula: in every dimension the mean square of the weights over their squared
mean is the same number, and L of them multiply.
--
Twice as long a z squares that number, but for a hundred. At L =
{starving[last,L]:.0f} some {starving[last,needed]:.1g} would be needed; of the
{draws} that were made {starving[last,ess]:.1f} count, and the estimate is
{starving[last,gap]:.1f} nats too low. It is too low in nearly every
repetition, since the rare large weights that should carry the mean have not
been seen.

The spread of the weights that were seen is too weak a warning: when one of them
is nearly all of the mean, the standard error is as large as the mean, a nat or
so, however much is missing. The shape of their tail is a better one: pareto_k
above 0.7 says that the largest weight is still to come.

== importance  Draw where it matters, and weigh
equation ess.1 pareto.2 iwae.1
make proposals proposal a b claim nats std_error ess pareto_k
make guesses series x y
show proposals
figure importance lines  The posterior of the coin, and places to draw from
  table lines=guesses
  text x=z, probability of heads
  text y=density

Draw z from any law q instead, and put it right with the weight `w = p(x, z) /
q(z)`. The mean weight is p(x) for every q that is above 0 where the posterior
is. The best q is the posterior itself: then `w = p(x)` for every z. Here are
five, with {draws} draws each; log p(x) = {log_p:.5f} nats.
--
From the posterior every weight is the same, one draw would do. The prior and
the flat law waste some. The narrow one has the right mean and hides its fault:
its tails are lighter than the posterior's, so where it hardly ever draws the
weights grow without end. The one elsewhere is left with
{proposals[4,ess]:.1f} of {draws} draws.

Claims are >=, since the logarithm of an unbiased mean is too low in
expectation; a single one may be too high, when a rare large weight came.
Where k is above 0.7 the standard error is withdrawn: there is no interval.

== lies  The interval that lies
equation interval.1 pareto.2
levels proposal
make intervals proposal draws held below told pareto_k
make shares series x y
show intervals
figure lies lines  Intervals of 95 %: how many hold the truth
  table lines=shares
  text x=draws an estimate
  text y=share that holds log p(x)
  number logx=1
  number low_y=0
  number high_y=1.05

An estimate with a standard error has an interval, `log p +- 1.96 se`, that
should hold the truth in 95 of 100 cases. Whether it does can be tried where
the truth is known: do it {trials} times and count. The posterior is
Beta({posterior_a:.0f}, {posterior_b:.0f}). One law to draw from is wider, one
is narrower, one elsewhere.
--
Of the wide law's intervals {intervals[1,held]:.2f} hold the truth with 1000
draws. Of the narrow one's {intervals[4,held]:.2f}, and the law elsewhere has
{intervals[7,held]:.2f}: there intervals agree with each other and lie below
the truth, a share of {intervals[7,below]:.2f} of them altogether. A
standard error is made of the weights that came; the ones that matter did not
come, and a hundred times as many draws help little.

Column told is the share that the diagnostic lets stand, those with pareto_k up
to 0.7. Where intervals lie it falls: one would have been told. A k is an
estimate from the draws, too, and no proof.

== gradient  What learning needs is the posterior
equation fisher.1
levels step
make climb step a gradient std_error exact log_p
make path series x y
make hill series x y
make climber series x y
show climb
figure gradient lines  Up the evidence by draws from the posterior
  table lines_1=path lines_2=hill
  table points_2=climber
  text title_1=a, step by step
  text title_2=the evidence
  text x_1=step
  text x_2=a
  text y_1=a
  text y_2=log p(x; a), nats
  number panels=2
  number logx_2=1

The prior's shapes are a = {prior}: that is a parameter of the model, and
maximum likelihood would learn it. The gradient of the evidence is

    d log p(x; a) / da = E [ d log p(x, z; a) / da ],   z from p(z | x)

an average under the posterior, of something easy. Here the posterior can be
drawn from, 50 draws a step, and the exact gradient stands beside.
--
From a = {prior} to {a_end:.2f}; the highest evidence is at {a_best:.2f}. The
same formula is the M step of EM, the learning of a variational autoencoder and
more besides: whoever has draws from the posterior can learn. For a coin its law
is known. For most models it is not, and the rest of this chapter is about how
to draw from it all the same.

== metropolis  A walk that need not know where to go
equation mh.1
levels move hundred
make walk x y move log_p accepted
make banana x y log_p
make walk_path series x y
show walk
figure metropolis scatter  Where the walker has been, over the banana
  table samples_1=walk density_1=banana
  text title_1=random walk
  number panels=1

One number is seen, x = 1, and two made it: `x = z_2 + z_1^2 + e`, so the
posterior of (z_1, z_2) is bent like a banana. From where it stands, a walker
proposes a place nearby, and goes there with probability

    min(1, p(z') / p(z))

else stays, and staying counts. The evidence cancels in the ratio. Step with s:
one move; `s hundred`: on to the next hundred.
--
{walk_accepted:.2f} of {moves} proposals were taken. Go back and set scale to
0.1, and to 10: small steps are nearly all taken and lead nowhere, large ones
are nearly all refused. In both cases the walker forgets
slowly where it was. In D dimensions the best step shrinks like one over the
root of D, and D moves are needed to get anywhere.

== hmc  A walk that follows the slope
equation hmc.1
levels leap move
make slides x y move leap energy
make slid x y move log_p accepted
make slide_path series x y
show slides slid
figure hmc scatter  One move after the other: the trajectories over the banana
  table samples_1=slides samples_2=slid
  table density_1=banana density_2=banana
  text title_1=every leap
  text title_2=where moves end
  number panels=2
figure ways lines  The ways of both walkers
  table lines_1=walk_path lines_2=slide_path
  text title_1=random walk
  text title_2=slides, each move by itself
  text x_1=z_1
  text x_2=z_1
  text y_1=z_2
  text y_2=z_2
  number panels=2
  number low_x=-3
  number high_x=3
  number low_y=-5
  number high_y=3

Give the walker a push r ~ N(0, I) and let it slide on the surface -log p(z),
without friction. It goes far, round the bend, and ends at a place as probable
as where it began, were the slide exact. The leapfrog is nearly so, and what it
errs in energy is put right by accepting with probability min(1, exp(-error)).

The picture has every leap of each slide. Step with s: one leap; `s move`: on to
the end of the move. energy is `H = -log p(z) + |r|^2 / 2`.
--
{slid_accepted:.2f} of the moves were taken, each {leaps} gradients long. A
slide crosses the whole law where the random walk makes one small step. The
price is a gradient, and a step that fits: too long, and the energy
runs away, and all is refused.

== chains  When may one believe a walk?
equation rhat.2 ess.3 mcse.1
levels kernel
make mixing kernel coordinate mean std_error exact rhat ess_bulk ess_tail
make trace_1 series x y
make trace_2 series x y
show mixing
figure chains lines  The mean of z_2 so far, chain by chain
  table lines_1=trace_1 lines_2=trace_2
  text title_1=random walk
  text title_2=along the slope
  text x_1=moves
  text x_2=moves
  text y_1=mean of z_2 so far
  text y_2=mean of z_2 so far
  number panels=2

Draws of a walk hang together, and it begins where nobody knows. So let
{chains} walkers begin far from each other, let a warm-up fit the length of
their steps and be forgotten, and compare: R-hat is how much wider all chains
together are than each of them. The effective sample size says to how many
independent draws the moves amount, for the middle of the law and for its
tails.
--
Each kernel made {chains} x {kept} moves. The random walk's are worth
{mixing[1,ess_bulk]:.0f} draws of z_2, the slides' {mixing[3,ess_bulk]:.0f},
at {leaps} gradients a move. R-hat above 1.01 says that the chains do not agree
yet; below, it says only that they have found the same place, not that there is
no other.

The standard error is that of a mean of so many effective draws: with it a
mean by Markov chain is a number with an error bar as any other.

== bridge  A bridge from the prior to the posterior
equation ais.1 ais.2 ais.3
levels station
make bridge b mean_1 mean_2 acceptance log_p ess
make station_1 x y
make station_2 x y
make station_3 x y
make station_4 x y
show bridge
figure bridge scatter  Walkers on their way from the prior to the posterior
  table samples_1=station_1 samples_2=station_2 samples_3=station_3 samples_4=station_4
  text title_1=b = 0, the prior
  text title_2=b = 0.1
  text title_3=b = 0.5
  text title_4=b = 1, the posterior
  number panels=4

A chain tells the posterior, and not the evidence: that cancelled. Importance
sampling tells the evidence, when it draws near the posterior. Put together,
they are a bridge. Walkers begin as draws from the prior; the law they walk in
changes by small steps, `prior^(1-b) joint^b`, and at each step they earn the
weight of the change and make a move.
--
At the end the log of the mean weight is {bridge[last,log_p]:.3f} nats, where
the truth is {banana_log_p:.3f}, and {bridge[last,ess]:.0f} of the walkers
count. The mean weight is p(x) in expectation, even if the moves have not
mixed: a bad walk makes weights of large spread and no bias. That is annealed
importance sampling. The mean of log p(x, z) - log prior at each station, times
the step of b and summed, is log p(x) as well: thermodynamic integration. It
needs walkers that have mixed, and says ~.

== evidence  Four estimates of one number
equation naive.1 iwae.1 ais.3 ti.1
levels method
make estimates bound claim nats std_error ess pareto_k
make axis model split nats std_error claim kind
show estimates
figure evidence evidence  log p(x) of the eight schools, four times
  table evidence=axis
  text axis=log p(y), nats in total (higher is better)

Eight schools tried a course, and each measured its effect with a known
standard error. The model lets the effects differ by an unknown amount tau,
which is to be inferred with them: ten numbers in z. The evidence is known by
quadrature.
--
The truth is {exact_schools:.5f} nats. Naive Monte Carlo is not so bad
here, since the data say little and the posterior is near to the prior.
Importance sampling is from a product of laws that was fitted by its bound, as
in the next chapter. All are numbers on one axis, with a direction and an error;
~ promises no side.

Take data that say more, and only the bridge is left standing.

== beyond  What is left open
equation elbo.1

A walk takes time, for every posterior anew. The weights of importance sampling
are good when q is near to the posterior, and q was chosen by hand.
--
So let q be chosen by an algorithm: write it with parameters, and climb the
bound that the weights give, E log w. That is variational inference, the next
chapter. It gives up being right in the limit, and is done when it is done.
