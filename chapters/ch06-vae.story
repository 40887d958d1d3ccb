# The story of chapter 6.  What each step computes: ch06-vae.c.

data faithful
setting x real 1 -4 4  the datum of the model on the line
setting draws size 2000/1000 50 100000  draws of z a datum
setting rows size 200/100 2 5000  data for naive Monte Carlo
setting copies size 20000/4000 2 200000  repetitions of a bound on the line
setting gradients size 100000/20000 100 1000000  draws of each gradient
setting linear_epochs size 200/100 1 500  epochs of the linear VAE
setting ring_epochs size 400/150 1 1000  epochs of the VAE on the ring
setting epochs size 60/12 1 500  epochs of the VAE on digits
setting latent size 8 1 50  length of z for digits
setting hidden size 128/64 1 500  units of both networks for digits
setting images size 50/16 2 400  images whose evidence is bounded
setting temperatures size 400/100 2 2000  of annealing

== integral  The integral that cannot be done
equation ppca.1 line.1
make rule nodes log_p error
make line_curves series x y
show rule
figure integral lines  The evidence is the area under the orange curve
  table lines=line_curves
  text x=z
  text y=density

Let the latent variable be a number with many values, `z ~ N(0, 1)`, and let
what is seen be `x = z + e` with noise `e ~ N(0, 1)`. In chapter 2 the evidence
was a sum over k. Now it is an integral,

    p(x) = int p(z) p(x | z) dz

For one z a rule of quadrature does it: evaluate `p(x, z)` at m nodes, weigh
them, add. Here x = {x}, and p(x) is a Gaussian whose closed form tells how
wrong a rule is.
--
The last row of the table is exact to rounding: log p = {exact:.6f} nats. In
the figure the orange curve is `p(x, z)` as a function of z; p(x) is the area
under it, and divided by that area it is the posterior.

Thirty-two nodes are good enough. For two latent numbers the rule has 32 x 32
nodes, for 20 it has {nodes_20:.2g}. That is the integral that cannot be done:
not because it is deep but because nodes are laid everywhere, and nearly
everywhere there is nothing.

== naive  Naive Monte Carlo, and how it fails
equation iwae.1 ess.1 ppca.3
levels dimension
make naive claim L exact bound gap ess pareto_k
make ess series x y
make gap series x y
show naive
figure naive lines  {draws} draws from the prior, as z becomes longer
  table lines_1=ess lines_2=gap
  text title_1=effective draws
  text title_2=log p minus the bound, nats
  text x_1=length of z
  text x_2=length of z
  number panels=2
  number logx=1
  number logy_1=1

Draw z from the prior instead and take the mean: `p(x) = E p(x | z)`. The mean
of {draws} draws is unbiased whatever the length of z. Its logarithm is a lower
bound in expectation, by Jensen's inequality, and how far below is the
question.

The model is now `x = z + e/2` in L dimensions. It is a case of probabilistic
PCA, so the evidence is exact beside each estimate. The effective sample size
says to how many equal weights the {draws} unequal ones amount.
--
With one dimension most draws count. With 32, {naive[last,ess]:.1f} of {draws}:
one draw, the least bad, is the whole estimate, and it is
{naive[last,gap]:.1f} nats too low. Every further dimension multiplies the
draws that are needed. The error is not noise that one could see from
repetitions: nearly every repetition is too low, by about the same.

The column pareto_k warns of it. It is the shape of the tail of the weights;
above 0.7 the mean is not to be trusted, and no interval for log p follows from
it; that it is a lower bound remains true.

== proposals  Importance sampling: look where the posterior is
equation line.2 ess.1 pareto.2
make proposals proposal mean sd elbo iwae_10 log_p ess pareto_k
make guesses series x y
show proposals
figure proposals lines  The posterior, and places to draw from
  table lines=guesses
  text x=z
  text y=density

Draw z from any q and put right what q did by a weight,
`w = p(x, z) / q(z)`. The mean weight is p(x) for every q that is nowhere 0
where the posterior is not. Its spread depends on q alone. Here are five, again
for x = {x} on the line, with {draws} draws each.
--
The second is the posterior itself: every weight is p(x), one draw is enough,
and the tail has no shape (-inf). The wide one is nearly as good. The narrow
one has the right mean and hides its fault: where it hardly ever draws, its
weights grow without end, their variance is infinite, and the k of their tail
is 3/4 (estimated from these draws: {proposals[3,pareto_k]:.2f}). The one
elsewhere keeps {proposals[4,ess]:.1f} draws.

The columns elbo, iwae_10 and log_p are logarithms of one weight, of a mean of
ten and of the mean of all, and the first two are averaged over the draws. What
an average of logarithms loses, a better q would keep.

So q should be close to the posterior and rather too wide than too narrow. And
it depends on x: for every datum another one.

== price  The price of a logarithm
equation elbo.1 iwae.1 eubo.1
levels rung
make bounds bound claim nats std_error ess pareto_k
make axis model split nats std_error claim kind
show bounds
figure price evidence  Bounds on log p(x) for one x, z drawn from the prior
  table evidence=axis

For learning, log p is what is needed. By Jensen's inequality the logarithm of
a mean of K weights is too low in expectation:

    E log (1/K) sum_k w_k  <=  log p(x)

With K = 1 it is the ELBO, and the difference is KL(q || posterior), as in
chapter 2. Step with s: K grows, and the last turn draws z from the
posterior, which makes the same expression an upper bound.
--
From {bounds[0,nats]:.3f} to {bounds[4,nats]:.3f}, towards {exact:.4f}: each
bound was computed {copies} times, and std_error is that of their mean. A
bound with K weights is in expectation never below one with fewer, and the ELBO
pays the most.
The last row is on the other side, {bounds[5,nats]:.3f}; a mark in the figure
says which.

All of them are one number with different directions. Raising a lower bound in
the parameters of p is learning; raising it in q is inference.

== gradient  Why a gradient cannot go through a sample
equation draw.1
levels dimension
make gradients estimator dim mean std_error variance
make spread dim score baseline pathwise
make spreads series x y
show gradients
figure gradient lines  The variance of one draw's gradient
  table lines=spreads
  text x=dimensions
  text y=variance
  number logx=1
  number logy=1

To raise the bound in the numbers of q, its gradient is needed, and the bound
is a mean over draws from q. A draw is a number; the number does not depend on
mu any more. There are two ways out.

The score: `d/dmu E_q f(z) = E_q [f(z) d log q(z)/dmu]`. It needs nothing but
values of f. Or the path: write `z = mu + sigma e`, e ~ N(0, 1). Now chance
stands outside, z is a function of mu, and `df/dz dz/dmu` goes through.

Take q = N(1, 1) and the target N(0, 1): the gradient in the mean is exactly
-1. Each estimator is asked {gradients:.0f} times.
--
All means agree with -1: none is wrong. The variances do not. In one dimension
the score has {gradients[0,variance]:.2f}, {gradients[1,variance]:.2f} with the
best baseline, the path {gradients[2,variance]:.2f}, and with the part left
out whose mean is 0 ("sticking the landing") {gradients[3,variance]:.2g}.

In 100 dimensions the score of one coordinate has {gradients[8,variance]:.0f}:
f adds up the noise of all the others. The path still has
{gradients[10,variance]:.2f}. That is why a network with thousands of latent
numbers can be learnt by one draw a datum, and why z = mu + sigma e had to be
found first.

== linear  A VAE that can be checked
equation vae.1 vae.2 vae.3 vae.4 ppca.2
levels epoch
make calibrated bound claim nats std_error ess pareto_k
show linear_epochs calibrated
figure linear lines  The ELBO climbs to the exact evidence
  table lines=linear_learning
  text x=epoch
  text y=nats per datum

Now all of it: p(x | z) is a network, the decoder, and q(z | x) is another, the
encoder, which looks at x and says mu and sigma. Both climb the ELBO by the
pathwise gradient, a minibatch a step. That is a variational autoencoder.

Leave the hidden layers out, and the decoder is `x = W z + b` with one noise
variance: probabilistic PCA. Its best parameters and its evidence are
known in closed form, its posterior is a Gaussian with one variance, which the
encoder can say exactly. So here the bound must reach the evidence. The
data are Old Faithful's two columns (or yours), each less its mean and over its
standard deviation.
--
Exact for ppca {calibrated[0,nats]:.4f}, and the VAE's ELBO
{calibrated[1,nats]:.4f}, found by {linear_epochs[last,epoch]} epochs of noisy
steps. The rate of the steps falls to 0, and what is left between them is
little. Its IWAE with 500 weights is {calibrated[2,nats]:.4f}, of which
{calibrated[2,ess]:.0f} are effective: when q is the posterior all weights are
equal, and more of them do not help. That a VAE passes here says that the code
is right; it says nothing about deep decoders, where the posterior is no
Gaussian.

In the figure each epoch is judged by one new draw of z a datum, so the curve
trembles and may cross the line: a bound holds in expectation.

== mixtures  A mixture of eight, and one of infinitely many
equation em.1 vae.1
levels epoch
make rings bound claim nats std_error ess pareto_k
show rings
figure mixtures scatter  A ring of eight: data, and draws from both models
  table samples_1=points_data samples_2=points_gmm samples_3=points_vae
  text title_1=data
  text title_2=Gaussian mixture, 8 components
  text title_3=VAE
  number panels=3

A Gaussian mixture is `p(x) = sum_k p(k) N(x; mu_k, s_k)`. A VAE on reals is
`p(x) = int p(z) N(x; mu(z), s(z)) dz`: a mixture, too, with a component for
every z, all of them told by one smooth function.

Both look at points from a ring of eight narrow Gaussians.
--
The finite mixture is the truth's own form and has {rings[0,nats]:.2f} nats, an
equality. The infinite one has at least {rings[1,nats]:.2f}. Its weakness is in
the picture: the function is smooth, so on the way from one cluster to the next
it must go through the empty middle, and points lie there. A discrete k
can jump. Where data have no clusters but directions in which they vary, the
smooth function is the better idea.

== digits  Digits
equation vae.2 vae.4 vae.5
levels epoch
show vae_epochs
figure digits lines  ELBO = reconstruction - KL, on images that are not learnt
  table lines=vae_learning
  text x=epoch
  text y=nats an image

The digits of chapter 2: 64 pixels on 17 levels. z has {latent} numbers,
encoder and decoder have one hidden layer of {hidden} units, and a pixel's
level has a discretised logistic law. An epoch is a walk through 1000 images in
minibatches of 50. The table shows images that are not learnt from.
--
Two numbers move against each other. Reconstruction, `E_q log p(x | z)`, rises
when the code tells more about the image. KL is the price of telling: how far q
is from the prior, in nats. It begins near {vae_epochs[0,kl]:.1f} and grows to
{vae_epochs[last,kl]:.1f}. Their difference is the bound,
{vae_epochs[last,elbo]:.1f} nats an image at the end.

== look  What the code knows
equation vae.4 vae.9
make vae_codes latent kl movement
show vae_codes
figure look images  Images, what is left of them, and new ones
  table panel_1=seen panel_2=rebuilt_by panel_3=drawn
  text title_1=test images
  text title_2=through encoder and decoder
  text title_3=drawn: z from the prior
  number panels=3

Put test images through the encoder, take the mean of each code, decode it.
Then forget the encoder, draw z from the prior and decode: only this is the
model. And ask of each latent number what it carries.
--
{active} of {latent} numbers are active: their mean moves with the image. A
dimension that does not is as in the prior, costs nothing and says nothing; if
all were like that, one would speak of a collapse of the posterior.

Reconstructions are smooth: what the code does not say is averaged. Draws are
noisy because every pixel throws its own dice, given z. Reconstruction error is
no evidence: an autoencoder without the KL would win it, and could draw nothing.

== ladder  Bounds that rise with K
equation iwae.1 ais.2 ais.3
levels rung
make rungs bound claim nats std_error ess pareto_k
make rung_axis model split nats std_error claim kind
show rungs
figure ladder evidence  One model, one set of {images} images, five bounds
  table evidence=rung_axis

How good is the model? The ELBO says how good it is at least, and mixes two
faults: p may be bad, or q. More weights inside the logarithm take q's share
away. Annealed importance sampling goes further: it walks from the prior to the
posterior by {temperatures} small steps, each with a move of Hamiltonian Monte
Carlo, and does not depend on q at all.
--
The model is the same in each row; only the bound moves, from
{rungs[0,nats]:.2f} to {rungs[3,nats]:.2f} nats with 500 weights. Annealing
says {rungs[4,nats]:.2f}; the larger of the two is the better bound, and it may
be either: more steps raise the one, more weights the other. std_error is over images and is large, since images
differ; all rows share the images, so their order is much surer than that.
pareto_k above 0.7 means that the weights of some image have so heavy a tail
that its log p may be far above the bound; the claim >= holds in expectation
whatever the tail.

Two models may only be compared by the same bound, and by one that is tight.

== split  Whose fault is the gap?
equation gap.1 gap.2 rule.1
levels part
make gaps number images claim nats std_error
make gap_axis model split nats std_error claim kind
show gaps
figure split evidence  The encoder's bound, the best Gaussian's, and log p's
  table evidence=gap_axis

Between the ELBO and log p lies KL(q || posterior), and q may be at fault in two
ways. A Gaussian without correlations may be unable to look like the posterior.
Or it could, and the encoder, one network for all images, does not say the best
one.

So do for an image what the encoder does for all: look for its own best mu and
sigma, q*, with the gradients of the step `gradient`, {images} images one by
one. What q* still lacks is the approximation gap. What the encoder lacks beside
q* is the amortisation gap. Once for images that were learnt from, once for
others.
--
On test images the approximation gap is at least {gaps[8,nats]:.2f} nats, the
amortisation gap {gaps[9,nats]:.2f}: so much could be had with the same shape
of q. On images that the encoder has learnt from its gap is
{gaps[4,nats]:.2f}, and the other one {gaps[3,nats]:.2f}. An encoder overfits,
as every network does; the shape does not know which images were learnt from.

All signs are >=. The search may miss the best, so the true amortisation gap is
no smaller. And log p is bounded from below only, by weights of draws about q*;
so KL(q* || posterior) is no smaller than the approximation gap that stands
here. All three bounds are about one model: p has not changed.

== sandwich  From both sides
equation ais.4 eubo.1
levels rung
make slices bound claim nats std_error ess pareto_k
make slice_axis model split nats std_error claim kind
show slices
figure sandwich evidence  log p of simulated images, from below and from above
  table evidence=slice_axis

A lower bound that has stopped rising may be tight, or stuck. An upper bound
would tell, and needs a draw from the posterior. For images that the model
itself has drawn there is one: the z that each was made from. Walk from there
back to the prior.
--
With one temperature the two sides are ELBO and EUBO; with 100 they are
{slices[4,nats]:.2f} and {slices[5,nats]:.2f}. The truth about these images is
between them, in expectation. So this many temperatures are enough for such a
model, and it is fair to use as many on real images, where there is no upper
side.

== beyond  What is left open
equation vae.2

The bound is known, and the model is what it is: given z, all pixels are drawn
independently, q is a Gaussian without correlations, and one prior has to fit
all codes.
--
One z has to say all that {pixels} pixels have in common. Each of the three can be changed. Several layers of z, a q with correlations,
a decoder that looks at its neighbours. Or give up z: the next chapters write
log p(x) pixel by pixel as an exact sum, or learn to draw without any
likelihood, and then the question is what may be claimed at all.
