# The story of chapter 2.  What each step computes: ch02-em.c.

data faithful
setting components size 2 1 8  K, Gaussians fitted to heights and to the geyser
setting n size 2000 50 20000  people measured; as many are held out
setting passes size 8 1 50  passes of EM that are shown half step by half step
setting restarts size 8/4 1 50  starts of a fit, of which the best is kept
setting most_components size 6/4 1 8  the largest K to choose from
setting height real 172 145 195  the height whose posterior is asked for, cm
setting start real 155 100 250  where the mean of component 0 starts, cm
setting apart real 20 -50 50  from a mean to the next at the start, cm
setting floor real 0.001 1e-6 100  least variance of a component of heights, cm^2
setting tolerance real 1e-7 1e-12 1e-2  rise that ends a fit, nats per datum

== map  Five names on one picture
equation em.1 em.2 em.8
show known_law
figure map lines  The prior: {known_law[0,weight]:.3f} women, {known_law[1,weight]:.3f} men. Then Bayes' rule:
  table lines_1=known_likelihood lines_2=known_joint
  table lines_3=known_posterior
  text title_1=likelihood p(x|k)
  text title_2=joint p(x, k), marginal p(x)
  text title_3=posterior p(k|x)
  text x_1=height, cm
  text x_2=height, cm
  text x_3=height, cm
  text y_1=1/cm
  text y_2=1/cm
  number panels=3
  number low_y_3=0

{n} people were measured, and beside each height stands who it was. The
height is x, what we see. Who it was is k, a latent variable as soon as
somebody loses that column. A model of both is a joint law `p(x, k)`, made
from two pieces: the prior `p(k) = w_k`, how many there are of each kind, and
the likelihood `p(x | k) = N(x; mu_k, s_k^2)`, how tall that kind is.

With the labels at hand, learning is counting: a share, a mean and a standard
deviation for each label.
--
The table holds the prior (weight) and the likelihood's two numbers. In the
figure, the left panel is the likelihood, two curves of area 1. The middle one
has each multiplied by its weight, the joint; the two add up to the marginal
`p(x) = sum_k p(x, k)`, which is all that remains when the labels are lost. The
right one is the joint over the marginal: the posterior `p(k | x)`.

Look at p(x): two kinds of people and one hump. The means are
{known.means[0,0]:.1f} and {known.means[1,0]:.1f} cm, not far enough apart for
two.

== generate  Generation: choose k, then x
equation em.1
levels draw
show draws
make draws k x
make bins low high height series
figure draws lines  20000 draws, and the curves they were drawn from
  table lines=known_joint histogram=bins
  text x=height, cm
  text y=density, 1/cm

To draw from the model is to follow its arrows from the cause to the effect:
throw a coin with `p(k)` to choose who it is, then draw a height from
`p(x | k)`. That is ancestral sampling. Nothing else is needed, which is why
latent-variable models are easy to sample from. Step with s: each is one
person.
--
Eight draws, and then 20000 at once. The bins of women lie under the
joint `p(x, k)` of women and not under their likelihood: a bar's area is how
often both things happen, this k and this x.

Of all those draws, {near} fell within half a centimetre of {height} cm, and the
share of women among these is {near_share:.3f}. Keep that number.

== invert  Inference: from x back to k
equation em.2
show bayes
make bayes k prior likelihood joint posterior
make mark text x
figure invert lines  Who is {height} cm tall?
  table lines=known_posterior marks=mark
  text x=height, cm
  text y=p(k|x)

Inference goes against the arrows: the effect is seen, the cause is asked for.
Bayes' rule says what is left of the prior after a height of {height} cm:

    `p(k | x) = p(k) p(x | k) / p(x)`
--
Read a row from left to right: prior, likelihood, their product, and the
product over the sum of the column. The sum is the marginal,
{marginal:.5f} per cm. So a person of {height} cm is a woman with probability
{bayes[0,posterior]:.3f}.

The count of the last step said {near_share:.3f}, without any rule: draw many
pairs, keep those whose x is right, look at their k. Inference is generation
run backwards. With one x in a thousand right it still works; with images it
never would, and we need the rule.

== jensen  Why the log of a sum is hard
equation jensen.1 em.3
watch log_of_mean mean_of_logs gap
make logarithm series x y
make guesses series x y
figure jensen lines  Jensen: the chord of a concave curve lies below it
  table lines_1=logarithm lines_2=guesses
  text title_1=the logarithm of t = p(x, k) / q(k), q = (1/2, 1/2)
  text title_2=the bound for every q, x = {height} cm
  text x_1=t
  text x_2=q(first kind)
  text y=nats
  number panels=2

Now the labels are lost, and parameters must be found from heights alone, by
the likelihood `log p(x) = log sum_k p(x, k)`. The logarithm stands outside of
the sum and cannot reach the Gaussians inside it, where it would turn products
into sums. So the derivative for one component has all the others in it, and
there is no formula for the best one.

Write the sum as a mean under any guess q(k): `p(x) = sum_k q(k) t_k` with
`t_k = p(x, k) / q(k)`. The log of a mean is at least the mean of the logs,
because the logarithm bends down:

    `log sum_k q(k) t_k  >=  sum_k q(k) log t_k  =  ELBO(q)`
--
On the left is one height with the guess q = (1/2, 1/2). The chord joins the
two values of t. At their mean, the curve has the log of the mean,
{log_of_mean:.4f}, and the chord below it the mean of the logs,
{mean_of_logs:.4f}. The gap of {gap:.4f} nats is what the guess costs.

On the right is the same for every guess. The bound touches log p(x) at one q
only, {bayes[0,posterior]:.3f}: the posterior. There both t are equal to p(x),
the chord has no length, and the gap is `KL(q || p(k | x)) = 0`.

== em  EM, half a step at a time
equation em.3 em.2 em.4
levels half-step pass
show heights_bound
figure em bars  log p = ELBO + KL, per datum, from the first M step on
  table bars=heights_bars
  text total_name=log_p
  text y=nats per datum

For all heights at once, `log p(x) = ELBO(q) + KL(q || p(k | x))`. EM climbs by
turns. The E step changes q alone: it sets `r_nk = p(k | x_n)`, so KL falls to 0
and the bound rises to meet log p. The M step changes the parameters alone:
with r held, each component takes the mean and the spread of its share of the
data. That raises the bound; and log p, which is never below it, must rise, too.

The start is poor on purpose: {components} narrow components of 3 cm, the first
at {start} cm, each {apart} cm from the one before, and every r the same. Step
with s, and look at a person with v heights_r 17.
--
Every row adds up, elbo + kl = log_p, each computed by its own sum (and rounded
by its own when printed). After an E step kl is 0, and log_p did not move. After
an M step elbo is higher; kl is above 0 again, because q is the posterior of
parameters that are no longer there; and log_p rose by both together.

It began at {heights_bound[0,log_p]:.2f} nats a datum, with a bound of
{heights_bound[0,elbo]:.2f} for the guess that knows nothing. The figure
leaves the first rows out: beside their jump the rest would not be seen. Look
how small the orange pieces become. When E has nothing left to close, M has
nothing left to lift.

== converge  How fast it converges
equation em.6 em.7
show heights_climb heights_law
make measured low high height series
figure converge lines  The rise of each pass, and where it ends
  table lines_1=heights_rises lines_2=heights_joint histogram_2=measured
  text title_1=rise of the objective in a pass, nats per datum
  text title_2=heights, and the mixture that was found
  text x_1=pass
  text x_2=height, cm
  number panels=2
  number logy_1=1

EM stops when a pass lifts the objective by less than {tolerance} nats per
datum. The objective is log p minus a small penalty, which a later step
explains.
--
Watch the last column. (Did all components begin as one, as after `set apart=0`?
Then every r stays the same, EM can never part them and is done at once: there
is no rise to take a share of, the numbers of the next lines are nan, and the
left panel is empty.) Each rise is a nearly constant share of the one before
it, {heights_climb[last,rate]:.3f} at the end: on the logarithmic axis a
straight line. EM is linear. The root of that share is what a pass leaves of the
distance to the optimum: the fraction of what the labels would tell that the
heights do not. Components that overlap this much make it large, and EM slow.

And look at what it found. With the labels, the weights were
{known.weights[0]:.2f} and {known.weights[1]:.2f}; without them, EM says
{heights_law[0,weight]:.2f} for component 0, whose mean is
{heights_law[0,mean]:.1f} cm. No error: per datum the labelled parameters have
log p = {known_log_p:.5f}, EM's {heights_climb[last,objective]:.5f}. The
likelihood prefers EM's, by very little. Components are what the data can tell
apart, not what we had in mind.

== optima  Restarts and bad optima
equation fit.1
levels start
show optima
make optima start log_p
figure optima ellipses  Eight components on a ring of eight: a panel, a start
  table points=modes_points ellipses=modes_ellipses captions=modes_captions
  number frames={modes_frames}

EM climbs the hill on which it starts. Here are points from a ring of eight
narrow Gaussians, a mixture of eight, and {restarts} starts, each from eight
rows drawn at random. Every one of them runs to the end.
--
All of these are optima: EM moves none of them any further, though the best is
far above the worst. In the figure (of more than eight starts, it shows eight)
look for a component that covers two clusters. Elsewhere two components then
share one cluster, or one sits on a handful of points. To mend it, a component
would have to cross the empty middle, where the likelihood is lower on the way.
So one starts often, keeps the best, and says how many starts there were. A
better start (k-means++, which places the means far apart) makes good optima
likely and promises nothing.

== collapse  A component on a single datum
equation em.6 em.4
show spike_ends
make shrink series x y
figure collapse lines  A component sits on one datum and shrinks
  table lines=shrink
  text x=its standard deviation, cm
  text y=nats per datum
  number logx=1
  number low_y=-5
  number high_y=-3

The likelihood of a mixture has no maximum. Take 40 people and two components,
put one on a single person, and let its standard deviation s go to 0. The
density at that datum grows as 1/s, and the other component looks after
everybody else.

The floor f replaces the likelihood by a penalised one,
`(1/N) sum_n log p(x_n) - (f/2) sum_k 1/s_k^2`. EM then adds f N / N_k to every
variance.
--
Follow the upper curve to the left: each factor 10 in s adds log(10)/40 to it,
without end. It is a density as high as one likes at a place that means nothing.
The lower one, with f = {floor} cm^2, falls where the spike begins.

EM started on the spike, without a floor, ends with what the library says:
"{spike_why[0,reason]}" (it counts them from 1). With the floor,
{spike_why[1,reason]} after {spike_ends[1,passes]} passes: the spike has become
a component of {spike_ends[1,sd]:.1f} cm and of weight
{spike_ends[1,weight]:.2g}.

== choose  How many components?
equation bic.1 gain.1
levels fit
show choice
figure choose lines  Choosing K
  table lines_1=bic lines_2=held_out
  text title_1=BIC: lower is better
  text title_2=gain on held-out people over one Gaussian
  text x_1=components K
  text x_2=components K
  text y_1=nats
  text y_2=nats per datum, with standard error
  number panels=2

On the data it was fitted to, a mixture with one more component is never worse:
log p cannot choose. BIC charges for it: `-2 log p + P log N`, with P free
parameters. Evidence on people who were not used needs no charge: what was
learned by heart does not help there. The column claim says that each held-out
number is exact (=), nothing is bounded or estimated; its error is the chance
of which people were held out.
--
Find the lowest BIC. On the held-out people, log p differs by thousandths, far
less than std_error. But the same people are hard for every K, so look at
gain, the mean difference to K = 1 person by person, and at its own error:
most of the chance has cancelled. More components than the truth has gain
nothing and lose little.

Try fewer people: set n 300, and see what one can still tell.

== geyser  Old Faithful, in the plane
equation em.2 em.4 em.5
levels half-step pass
show geyser_bound
watch geyser_log_p:.3f
figure geyser ellipses  EM, half a step a frame
  table points=geyser_points ellipses=geyser_ellipses captions=geyser_captions
  text x=first column (Old Faithful: eruption, minutes)
  text y=second column (waiting)
  number frames={geyser_frames}

The same EM in two dimensions: minutes that an eruption lasts, and minutes until
the next one. A component is now an ellipse. After an E step the colours change,
after an M step the ellipses move. The start is {components} rows drawn at
random, each with the same large circle.

(With --data, these are your own two columns. With --term gif, the figure is a
film.)
--
For a while little happens: the components lie on each other, every r is near
1/K, and nothing says who should go where. Then a small difference feeds itself,
and within few passes they part. A plateau of log p is no sign of the end.

From {restarts} starts and run to the end, the total log-likelihood is
{geyser_log_p:.5f} nats. For the geyser and K = 2 other programs (mclust,
scikit-learn) find -1130.26396: the optimum belongs to the data and the model,
not to the program.

== digits  A mixture of digits
equation mix.1 mix.2 tab.2 ind.1
show families
make families model parameters claim log_p std_error
figure digits images  Handwritten digits and two models of them
  table panel_1=seen panel_2=means
  table panel_3=drawn_mixture panel_4=drawn_pixels
  text title_1=the data
  text title_2=the means of the components
  text title_3=drawn from the mixture
  text title_4=drawn from independent pixels
  number panels=4

Nothing in EM asks for Gaussians. Let a component say for each of 64 pixels how
probable each of its 17 levels is, all pixels independent given k: a mixture of
categoricals. E is Bayes' rule as before, M is counting with weights r. Beside
it stands the same with one component, pixels that know nothing of each other.
--
The means are digits that nobody named; some digits have two, some share one.
The mixture's draws have shapes, the independent ones are noise with the right
brightness. All that separates the two is one latent variable with a handful of
values, and it moves log p from {families[0,log_p]:.1f} to
{families[1,log_p]:.1f} nats an image.

Within a component the pixels are still independent, so a draw is a mean with
holes. More components help a little; better is a latent variable that is more
than a number.

== beyond  What is left open
equation em.3

All this stood on one thing: the sum over k had few terms, so the posterior
could be written down, and the E step closed the gap completely.

Let the latent variable be 64 switches instead of one number, and the sum has
`2^64` terms. Let it be a vector of reals that goes through a network, and the
sum is an integral that nobody can do.
--
With {terms:.0f} terms there is no exact E step, KL does not fall to 0, and log
p is not even known.

What is left is the bound. `ELBO(q) <= log p(x)` holds for any q, also for one
that we can write down and draw from. So choose a family of q, raise the ELBO in
q as far as the family goes, and in the parameters as before. The part of KL
that stays is the price. That is variational inference, and the next chapters.
