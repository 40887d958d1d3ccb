# The story of chapter 7.  What each step computes: ch07-autoregressive.c.

data ring
setting plane_epochs size 80/40 1 1000  epochs of the model of the plane
setting pixel size 43 16 63  the pixel, from 0, whose sight is looked at
setting images size 30/20 2 400  images in which pixels are changed
setting sight choice previous around|previous  what a recurrent step is shown
setting hidden size 64/32 1 200  numbers in its state
setting rnn_epochs size 12 1 200  epochs of the recurrent network
setting channels size 32/16 1 100  maps of the convolutions
setting cnn_epochs size 30/15 1 200  epochs of the masked convolutions
setting dropout real 0.2/0 0 0.9  share of their numbers left out in learning
setting leak_epochs size 6/4 1 200  epochs without the mask
setting vae_hidden size 128/64 1 500  units of both networks of the VAE
setting vae_epochs size 60/12 1 500  epochs of the VAE

== chain  The chain rule is an identity
equation ar.1 audit.1
make chain pixels counted forwards backwards
show chain

Chapter 6 had an integral that nobody could do, and lived with bounds. This one
has no latent variable. It writes the probability of a datum as a product,

    p(x) = p(x_1) p(x_2 | x_1) p(x_3 | x_1, x_2) ...

which is no model but an identity: every law of x has these factors, whatever
it is. Take three pixels of the binary digits and count. The table has the share
of images for each of the eight states, then the product of three counted
factors from the first pixel to the last, then from the last to the first.
--
Three equal columns, for {chain[7,counted]:.3f} as for the others. Nothing was
assumed, so nothing was proved about digits either. What will be assumed is a
form for the factors.

If every factor is a law of its one pixel, the product is a law of all: it adds
up to 1 without anybody adding. For images of 3 x 3 bits one can add, over all
512 of them. A model of the next steps, fitted to the middles of the digits,
has a sum that differs from 1 by {patch_excess:.1g}. So log p(x) is a sum of
logarithms, exact, and its claim is =, not >=.

== plane  One coordinate, then the other
equation autoregressive.1
levels epoch
make planes bound claim nats std_error ess pareto_k
show planes
figure factors lines  A density in two factors
  table lines_1=first lines_2=second
  text title_1=p(x1)
  text title_2=p(x2 | x1), at three x1
  text x_1=x1
  text x_2=x2
  text y=density
  number panels=2
figure plane scatter  Data, and draws over the density that the factors make
  table samples_1=points_data samples_2=points_drawn density_2=density
  text title_1=data
  text title_2=first x1, then x2 given x1
  number panels=2

The smallest case is the plane: `p(x1) p(x2 | x1)`. Here each factor is a
mixture of ten Gaussians on the line, and a small network makes the weights,
means and variances of the second out of the number x1. The data are a ring of
eight narrow Gaussians (or yours, two columns).

A fit climbs log p itself, by its gradient, a minibatch a step.
--
On rows not learnt from it has {planes[0,nats]:.3f} nats, an
equality. Compare the VAE of chapter 6 on the same ring, which had to cross the
empty middle: here x2 may jump when x1 does, since a mixture can.

To draw, throw x1, put it into the network, throw x2. In the first figure the
left curve is the law that is thrown first. The right ones are slices of the
density, each divided by its own area; they differ completely from one x1 to
the next, and one network has learnt them all. The second figure shows what
that costs: at the edge of a cluster x1 may be taken for that of another, and
a draw goes to the wrong place.

== order  Order is a choice
equation ar.1 fvbn.1
levels order
make orders order claim nats std_error gain gain_error
make order_axis model split nats std_error claim kind
show orders
figure order evidence  What each order gains over the first
  table evidence=order_axis
  text axis=gain in log p(x) over the raster order, nats an image

Which pixel is the first? The identity holds in every order. The model does
not: a factor that is easy in one order may have no good form in another, so
the same family with the same number of parameters is another model.

The family is the simplest: a logistic regression a pixel on all pixels before
it, a fully visible belief network. The six orders: line by line, column by
column, the first backwards, every other pixel and then those between, from the
middle outwards, and one drawn by lot. Each is fitted to its one optimum.
--
From {orders[3,nats]:.3f} to {orders[1,nats]:.3f}: six different numbers, one
family. The columns gain and gain_error are image by image over raster order,
so that what makes an image hard for all of them cancels; they, and not
std_error, tell whether an order is better. The checkerboard, whose first half
has no neighbours to look at, gains {orders[3,gain]:.3f} with an error of
{orders[3,gain_error]:.3f}; column by column {orders[1,gain]:.3f} with
{orders[1,gain_error]:.3f}. The others cannot be told from raster order.

The differences are small because each regression may look at all pixels
before it wherever they lie. A network that looks at a neighbourhood will need
an order in which neighbours come early.

== regressions  Sixty-four regressions
equation fvbn.1 fvbn.2
figure weights images  The weights of 64 regressions
  table panel_1=weights
  number panels=1
figure fvbn images  Images, and draws from the regressions
  table panel_1=tiles panel_2=fvbn_draws
  text title_1=images
  text title_2=drawn pixel by pixel
  number panels=2

In raster order regression i has i - 1 weights, one for each pixel above it or
to its left. They can be put where these pixels are: a picture a regression, in
which black means "ink there makes ink here more likely", white less likely,
grey no matter.
--
64 pictures, in the order of the pixels. Each ends before its own pixel: what
comes later has no weight, that is all there is to causality. Near the pixel
one sees the stroke go on, black above it or beside it. Farther off there are
the digits' habits, learnt once for every place, because no regression knows of
the others: 64 tasks, {weights_used:.0f} numbers, from 1000 images.

The draws have strokes, and few digits. A logistic regression adds up evidence;
it cannot say "if this is a loop, then close it here".

== memory  A memory
equation pixelrnn.1 terms.1
levels epoch
make lags series x y
show pixelrnn_epochs
figure lags lines  How far back a changed pixel is felt
  table lines=lags
  text x=pixels back (8: the pixel above)
  text y=total variation of the law
figure memory images  What moves the law of pixel {pixel}, counted from 0
  table panel_1=fvbn_sees panel_2=pixelrnn_sees panel_3=pixelrnn_draws
  text title_1=of its regression
  text title_2=of the recurrent network
  text title_3=drawn by the network
  number panels=3

One network for all pixels, then. It goes along the raster and carries a state
of {hidden} numbers. At each pixel it reads the pixel just before (with
`--set sight=around` those above, too), changes its state, and tells the law of
this one. Whatever it knows of earlier pixels it has written there itself.

How much does it remember? Change one pixel of an image and ask whether the law
of pixel {pixel} moves. Half the sum of the changes of its probabilities is
called total variation: 0 is no change of mind, 1 a complete one. The mean is
over {images} images.
--
The pixel above is 8 steps back in the raster, and moves the law by
{lags[7,y]:.2f}. A network that reads the previous pixel only was never shown it
beside this one: that is memory. The line above that, 16 back:
{lags[15,y]:.2f}. The first pixel of all, {pixel} back:
{pixelrnn_influence[0]:.1g}.

Of {pixel} earlier pixels {pixelrnn_seen:.0f} are felt, and {fvbn_seen:.0f} by
the regression: the others are blank in every image that it learnt from, so that
their weights are 0. A network whose
weights are shared has no such choice, and needs none. The draws have longer
strokes than those of the regressions.

== mask  A convolution with a mask
equation pixelcnn.1 masked.1
levels epoch
show pixelcnn_epochs
figure mask lines  Learning
  table lines=pixelcnn_learning
  text x=epoch
  text y=nats an image

The recurrent network waits: pixel i cannot be told before i - 1 was read. A
convolution does not wait. All pixels of all images are told side by side, by
the same small window everywhere. Only, the window must not see its own pixel
nor what is behind it, or the factors are none. So half of its weights are
left out: that is the mask. The first layer also leaves out the middle
(mask A); the others may have it (mask B), since what stands there has not seen
the pixel.

Here are a layer of 7 x 7, two of 3 x 3, and {channels} maps.
--
{pixelcnn_epochs[last,held_out]:.2f} nats on the validation images, which it did
not learn from; {weights:.0f} parameters. (The step `axis` says more of the same
network: that is on the test images, which are easier for every model.) It knows
nothing but what the window sees. Where in the image it is it can only tell from
the zeros beyond the edge.

== leak  Without the mask
equation audit.2 audit.3
levels epoch
make audits model audit value bound passed
show leak_epochs audits
figure leak images  Draws with the mask, and without
  table panel_1=masked_draws panel_2=leaky_draws
  text title_1=with the mask
  text title_2=without
  number panels=2

Now let the first window go on to the end of its lines, over the pixel itself
and those to the right. Everything else stays: data, layers, steps. It is a
small slip in a program, an index too far.
--
{leak_epochs[last,held_out]:.3f} nats an image. The other networks of
this chapter have about -20 there; this one says that it is never surprised. It has learnt
to copy. No curve of training and no held-out data tell that this is wrong:
both agree.

What tells is what holds of every law. The audits: the terms add up to log p
(they do, in both). Causality: change a later pixel, and no term before it may
move, not by a bit; here {audits[4,value]:.0f} do. Columns: over the values of
a pixel its law adds up to 1; here the sum is too large by
{audits[5,value]:.2f}, since the network says "surely" to both.

And draws tell. Each pixel is thrown in proportion to its terms; with nothing
to copy from all that is left is noise.

== blind  A blind spot
equation pixelcnn.1 terms.1
levels kind
figure blind images  What moves the law of pixel {pixel}, counted from 0
  table panel_1=plain_sees panel_2=residual_sees panel_3=gated_sees
  text title_1=plain
  text title_2=residual
  text title_3=gated: two stacks
  number panels=3

A mask may be right and still lose something. Layers of 3 x 3 with mask B pass
on what they see, a pixel left, right or up a layer. To the right of a pixel in
its own line nothing is seen, so everything that comes from the upper right has
to come along a diagonal. What lies below that diagonal, though it comes before
the pixel, is never seen. Ask each of three networks, five layers deep and a
pass over the data old, what moves its law of pixel {pixel}.
--
White above the pixel is what it does not see: not faintly but not at all, to
the last bit. Of {pixel} earlier pixels {plain_seen:.0f} are seen by the plain
stack and {residual_seen:.0f} by the one with residual blocks; more layers would
not help. The gated network has two stacks. One looks at whole lines above, and
needs no mask but for lines; the other goes along the line and takes from the
first. Together they see {gated_seen:.0f}.

== pixel  One image, pixel by pixel
equation ar.1
levels pixel line
watch at p_ink:.3f ink total:.3f next_ink:.3f
make pixels line column p_ink ink nats
figure drawing images  Before each pixel: the next one as grey as it is likely
  table panel_1=states
  number panels=1
figure drawn images  The laws, and what was thrown
  table panel_1=told panel_2=drawn_one
  text title_1=p(ink | the pixels before)
  text title_2=the image
  number panels=2

Draw. Ask the recurrent network for the law of the first pixel, throw it, give
it back, ask for the next. Step with s: each piece is a pixel, with the
probability of ink that it was thrown by (p_ink) and that of the next one
(next_ink; nan behind the last). Enter does the rest, and `p drawing` shows the lines that are done.
--
The last pixel was number {at}, with p(ink) = {p_ink:.3f}. The logarithms of
the 64 probabilities of what was thrown add up to {total:.3f} nats: log p of
this image, known when it is finished. The left picture of `drawn` is no image that the
model expects. Each of its greys is the law of one pixel given all before it as
they fell, and a pixel that is sure (black or white) is one whose past has
decided it.

== complete  The lower half
equation ar.1
figure complete images  Upper halves of test images, and lower halves drawn
  table panel_1=whole panel_2=upper panel_3=by_fvbn panel_4=by_rnn
  table panel_5=again panel_6=by_cnn
  text title_1=test images
  text title_2=what is given
  text title_3=regressions
  text title_4=recurrent
  text title_5=recurrent, again
  text title_6=convolutions
  number panels=6

Nothing says that the first pixels must be thrown. Give the upper half of an
image and draw the rest: that is a draw from p(lower | upper), exact, and
costs half an image. A latent variable would need its posterior for this.
--
Two of the panels are of one model with other chance: where they differ the
upper half had not decided. The other way round, the upper half given the lower, is not to
be had so: the factors are for one direction. For that one fits another order.

== teacher  Teacher forcing
equation ar.1 audit.4
make exposure series x y low high
show exposure
figure teacher lines  log p of a line of pixels, given the lines before
  table lines=exposure
  text x=line of the image
  text y=nats

While it learns, every pixel is told from the true pixels before it, never from
what the model would have drawn there: teacher forcing. This is no trick. It is
the chain rule at a datum, and it is why all pixels of an image can be learnt
at once. But a draw goes on from its own past. If the model errs there, it may
come where no datum has been, and has learnt nothing about what to do.

Here is log p line by line, of test images and of as many draws.
--
In all {on_data:.2f} nats on test images and {on_draws:.2f} on its own draws,
which have {exposed:.2f} more, with an error of {exposed_error:.2f}. Were the
model the truth, they would have as much. More says that draws keep to what the
model finds easy; less, that they come to places where it is unsure. Neither
says that draws look like data.

== axis  Exact beside a bound
equation ar.1 elbo.1 iwae.1
levels epoch
make claims bound claim nats std_error ess pareto_k
make claim_axis model split nats std_error claim kind
show claims
figure axis evidence  The same test images, six claims
  table evidence=claim_axis

Last, all of them beside a VAE with 8 latent numbers, learnt now. The chains say
=, the VAE says >=, by its ELBO and by 500 weights.
--
Pixels without each other have {claims[0,nats]:.2f}, the regressions
{claims[1,nats]:.2f}, the recurrent network {claims[2,nats]:.2f}, the
convolutions {claims[3,nats]:.2f}. The VAE has at least
{claims[5,nats]:.2f}. Where it stands to the left of an equality, it is not
proved to be the worse model: a lower bound may be far below. Annealing, and
simulated data with an upper side (chapter 6), would tell; an equality needs
nothing.

In the step `mask` the same convolutions had
{pixelcnn_epochs[last,held_out]:.2f}. That was on the 350 validation images, this
is on the 447 test images, which are easier for every model: even pixels without
each other have -26.24 there and {claims[0,nats]:.2f} here. Numbers are compared
within a part.

What the axis does not show: the VAE draws an image in one go, and says with 8
numbers what is in it.

== cost  What it costs
equation raster.1
make costs pixels learn_steps draw_steps learn draw naive
show costs

Learning is in parallel, drawing in sequence. Let the masked network of 5
layers and {weights:.0f} weights go on to larger images. learn_steps and
draw_steps are how many layers wait for each other; learn and draw are
operations an image, when a draw keeps what it knows of earlier pixels; naive is
a draw that sends the whole image through again for every pixel.
--
An image of a million pixels is learnt in {costs[3,learn_steps]:.0f} steps, one
layer behind the other, there and back, all pixels side by side. It is drawn in
{costs[3,draw_steps]:.0f}. Without a memory of earlier pixels that is
{costs[3,naive]:.2g} operations, at 10^11 a second {naive_hours:.1f} hours;
with one {cached_seconds:.2f} seconds of work, if it were not that
every step waits: at 10 microseconds for a layer to begin, {waiting_seconds:.0f}
seconds, in which a machine made for parallel work does nothing.

The recurrent network waits for every pixel in learning, too.

== beyond  What is left open
equation ar.1

log p is exact, and what it is the log of is a choice: an order, and a form for
the factors.
--
Each of the {regressions} steps of a draw could be spared if many pixels were
drawn at once, given a code that tells what they have in common: that is a
latent variable again. Or one could start from noise in all pixels and make it
an image in a few steps. Chapters to come do that. They give up the sign = for
it.
