# The story of chapter 8.  What each step computes: ch08-gan.c.

data ring
setting mu real 2 0.1 20  how far draws stand from data, on the line
setting objective choice nonsaturating minimax|nonsaturating|least-squares|wasserstein|hinge  the game that is played by hand
setting hidden size 64/64 1 400  units a layer of both players
setting gan_rate real 0.004 1e-6 0.1  of Adam's first step, of both players
setting game_epochs size 240/200 2 500  epochs of the game by hand
setting rate real 0.2 0.001 1  of both players' steps in the Dirac-GAN
setting penalty real 0.5 0 4  gamma, on the slope of D, in the Dirac-GAN
setting orbit size 150 10 5000  steps of an orbit
setting rows size 10000 2000 100000  rows of the ring, half of them to learn from
setting epochs size 40 1 1000  epochs of a gan on the ring
setting packing size 2 1 8  data that a packed D sees together
setting other_epochs size 30/8 1 500  epochs of the VAE and of the chain
setting draws size 400/240 16 2000  draws that a density is made of

== sampler  A sampler, and no density
equation gan.1
make families family draws log_p bound
show families

All models so far can be asked for log p(x): an equality, or at least a bound.
In exchange each gave something up. The mixture has few forms; the VAE noise on
each pixel; the chain draws one pixel after the other.

Give up the other side. Let a network G turn noise into a datum,

    x = G(z),  z ~ N(0, I)

and ask nothing more of it than draws. It may be any function.
--
The last line has two times none. x is a function of z, so that p(x) lies on
a surface, or is folded over itself in ways that nobody can undo: no number for
log p, no bound. Likelihood cannot be climbed. What is left is to hold draws
beside data, and to let a second network do it: D learns to tell them apart, G
learns from D how.

== best  The best response
equation game.1 game.3 game.4
levels distance
make far series x y
make near series x y
make same series x y
make value series x y
make values mu sigma value jsd
show values
figure best lines  Data, draws, and the best D; what the game is then worth
  table lines_1=far lines_2=near lines_3=same lines_4=value
  text title_1=draws at 2 mu
  text title_2=draws at mu
  text title_3=draws at 0, as the data
  text title_4=value of the game
  text x_1=x
  text x_2=x
  text x_3=x
  text x_4=mean of the draws
  text y_4=nats
  number panels=4

D says of a place with which probability a datum from there is real, when half
of all are. Let data come from N(0, 1), draws from N(mu, 1), and let D be any
function. Where data have density p and draws have q, the likeliest answer is

    D = p / (p + q),   t = log p/q

point by point: a classifier that is perfect knows the ratio of two densities,
and neither of them. What the game is then worth, for D,

    E_p log D + E_q log(1 - D) = -log 4 + 2 JSD(p, q)

has the divergence of Jensen and Shannon in it, which is 0 where the two agree
and log 2 where they never meet.
--
At 2 mu = {values[0,mu]:.3g} the game is worth {values[0,value]:.4f} to D, where
the two agree {values[2,value]:.4f}, which is -log 4: the D that is left has
nothing better to do than throw a coin. The fourth panel is the value against
the mean of the draws. G goes down in it, and its floor is at p = q.

Look at its ends. Far away it is flat.

== sure  Where D is sure
equation game.5 game.6 rivals.1
make pulls mu t minimax nonsaturating
make pull series x y
make slopes series x y
show pulls
figure sure lines  How strongly a generator climbs
  table lines_1=slopes lines_2=pull
  text title_1=at a draw, by what D says
  text title_2=at the mean mu, D at its best
  text x_1=t, the logit of D
  text x_2=mu
  text y_1=slope
  text y_2=slope
  number panels=2
  number logx_2=1
  number logy_2=1
  number low_y_1=-0.5
  number high_y_1=4
  number low_y_2=1e-16

The value as it is written has the term log(1 - D) for draws. Its slope in the
logit t is -D: nothing where D is sure that a draw is one, and that is where G
begins. So in the same paper G got another objective, log D, whose slope there
is 1. It is another game, not two names for one: D's best answer stays, and so
does the place where both rest, p = q.

The table puts draws at mu against the best D: t is its logit at mu, the other
columns are the slopes of G's two losses in mu.
--
At mu = {pulls[3,mu]:.0f} the logit is {pulls[3,t]:.0f} and minimax pulls with
{pulls[3,minimax]:.2g}, at {pulls[5,mu]:.0f} with {pulls[5,minimax]:.2g}: like
exp(-mu^2 / 8), which no rate of learning makes good. The non-saturating slope
becomes mu: the two add up to it. The better D has learnt, the less of the first
is left, so that one has to keep D from learning, or to ask for something else.

Least squares and Wasserstein's game have slopes that do not vanish either.
Theirs are no functions of a probability, and the latter needs a D whose slope
is held (see the step dirac).

== game  Two players on one picture
equation game.1 game.2 gan.2 gan.3 gan.6
levels piece turn epoch
watch epoch:.0f on_real:.3f on_fake:.3f modes:.0f
make samples player sees x1 x2 D loss pull
make turns player loss on_real on_fake gradient
make players_epochs epoch d_loss g_loss on_real on_fake modes quality reverse_kl
make players_says series x y
show samples turns players_epochs
figure players field  Data, draws, and what D says of every place
  table field=players_field data=players_data
  table draws=players_draws arrows=players_arrows
  text title_1=epoch {epoch:.0f}
figure says lines  What D says, in the mean
  table lines=players_says
  text x=epoch
  text y=D(x)
  number low_y=0
  number high_y=1

Data are the ring of eight Gaussians (or yours, two columns). G makes draws out
of two numbers z. D says of any place of the plane how likely it is that what is
there is a datum.

They take turns. In D's, a minibatch of 32 data and as many draws are judged;
its step makes the right answers likelier. In G's, 32 draws are judged, and the
gradient comes back through D: an arrow at each draw, the way in which D would
believe in it more. G's step moves the draws along the arrows, as far as one
network with one set of weights can.

Step with s: a piece is one sample at first; pull is how a player wants the
logit changed. Then a player's turn, then an epoch, a pass over the data in 16
turns. The first epoch is told turn by turn, so the table of epochs begins with
the second. `p players` draws it at any moment.
--
D said {players_epochs[0,on_real]:.2f} of data and
{players_epochs[0,on_fake]:.2f} of draws in the second epoch, and
{players_epochs[last,on_real]:.2f} and {players_epochs[last,on_fake]:.2f} in
the last. Neither loss tells how good the draws are: each is measured against
the other player, who learns too. Follow the column modes: as a rule draws
stand on some of the eight, D finds them out there, the arrows send them on, and
modes that were left are reached again. What one sees in the picture is that D is no
judge of the whole plane. It knows where draws have been. Where none was, its
field is what the network makes of nothing, and arrows there point anywhere.

== dirac  A game of two numbers
equation dirac.1 dirac.2 dirac.3 dirac.5
levels way
make spirals game steps penalty centre growth measured angle end
make at_once series x y
make in_turn series x y
make held series x y
show spirals
figure dirac lines  Orbits from (1, 1): the position of G and the slope of D
  table lines_1=at_once lines_2=in_turn lines_3=held
  text title_1=both at once
  text title_2=D first, then G
  text title_3=in turn, slope of D held
  text x_1=θ (theta), where G is
  text x_2=θ (theta), where G is
  text x_3=θ (theta), where G is
  text y=ψ (psi), slope of D
  number panels=3

A value with a best answer on either side is one thing; two players who take
small steps are another. The smallest case has all data at 0, all draws at one
number `theta`, and `D = sigmoid(psi x)` with one number `psi`. They rest at
(0, 0).

D turns its slope `psi` against the draws, G runs up it, D turns again. Near the
rest a step of rate {rate} turns the point (`theta`, `psi`) by an angle and
multiplies its distance by a growth; both are known in closed form, and measured
beside it.
--
At once, a step makes the distance {spirals[0,growth]:.6f} times as large:
sqrt(1 + h^2 / 4), outwards at every rate. In turn it is
{spirals[2,growth]:.6f}: round for ever. Nothing here is wrong with either
player; their steps are right, and lead nowhere. The non-saturating game does
the same near the rest. Farther out it loses way and stops on a circle, or
creeps inwards like 1 / sqrt(n).

A penalty `gamma/2 psi^2` on D's slope is friction: {spirals[4,growth]:.6f} a
step, and after {orbit} of them the distance is {spirals[4,end]:.2g}. With the
centre at 1 (D's slope is to be 1, as Wasserstein's game asks) nothing arrives:
there D has no reason to lie still.

== collapse  Modes that are not found
equation coverage.1 game.2
levels epoch
watch modes:.0f quality:.3f
make plain_epochs epoch d_loss g_loss on_real on_fake modes quality reverse_kl
show plain_epochs
figure collapse field  Draws of G while it learns
  table data=places draws_1=plain_1 draws_2=plain_2 draws_3=plain_3
  table draws_4=plain_4 draws_5=plain_5 draws_6=plain_6
  text title_1=epoch {plain_at_1:.0f}
  text title_2=epoch {plain_at_2:.0f}
  text title_3=epoch {plain_at_3:.0f}
  text title_4=epoch {plain_at_4:.0f}
  text title_5=epoch {plain_at_5:.0f}
  text title_6=epoch {plain_at_6:.0f}
  number panels=6

Now in earnest, with the library's own loop. On the ring one can count: of 2500
draws, how many of the eight modes have one within 3 standard deviations
(modes), what share of draws is as near to some mode (quality), and how uneven
the modes are filled (reverse_kl, 0 if even). Watch them epoch by epoch.
--
After {epoch:.0f} epochs {plain_epochs[last,modes]:.0f} of 8 modes, and
{plain_epochs[last,quality]:.3f} of the draws near one. Every mode that D gets
wrong pulls draws from others; a mode without draws has no arrow to call any
(each arrow begins at a draw). In the losses nothing of this shows: D is nearly
fooled where G is, and G is nowhere else.

== entropy  The term that is missing
equation gaussian.4 gaussian.5
make spreads s reward entropy both
make spread series x y
show spreads
figure entropy lines  What is best depends on one term
  table lines=spread
  text x=s, the standard deviation of q
  text y=nats
  number logx=1

Variational inference makes KL(q || p) small, that is, it makes

    E_q log p + H(q)

large. The game has the first kind of term alone. While D stands still, what G
climbs is E_q of a function of x; it is linear in q, and a linear function of
a law is largest where all mass stands on one point: the x that D likes best.

Take p = N(0, 1) and q = N(0, s^2), with log p as the reward.
--
The reward alone grows as s falls, to {spreads[last,reward]:.3f} at
s = {spreads[last,s]:.2g}, where every draw is the same. With the entropy the
best s is 1, the truth's. In the game what keeps G from one point is D's next
answer and nothing else: as soon as all draws stand there, D finds out, and G
moves on, all draws together.

== packing  Two data at a time
equation gan.4 coverage.1
levels epoch
watch modes:.0f quality:.3f
make packed_epochs epoch d_loss g_loss on_real on_fake modes quality reverse_kl
make found series x y
show packed_epochs
figure packing field  Draws of G while it learns, D sees {packing} data together
  table data=places draws_1=packed_1 draws_2=packed_2 draws_3=packed_3
  table draws_4=packed_4 draws_5=packed_5 draws_6=packed_6
  text title_1=epoch {packed_at_1:.0f}
  text title_2=epoch {packed_at_2:.0f}
  text title_3=epoch {packed_at_3:.0f}
  text title_4=epoch {packed_at_4:.0f}
  text title_5=epoch {packed_at_5:.0f}
  text title_6=epoch {packed_at_6:.0f}
  number panels=6
figure found lines  Modes found, of 8
  table lines=found
  text x=epoch
  number low_y=0
  number high_y=9

That all draws are alike is seen by nobody who sees one at a time. Show D
{packing} data together, or {packing} draws together: a pair of equal draws
gives itself away, as data seldom come in such pairs. Nothing else is changed.
What D compares now is the law of pairs. Two laws differ more in their pairs
when one of them lacks modes, and the divergence that G goes down with it.
--
{packed_epochs[last,modes]:.0f} of 8 modes here,
{plain_epochs[last,modes]:.0f} before; reverse KL
{packed_epochs[last,reverse_kl]:.3f} and
{plain_epochs[last,reverse_kl]:.3f}. More epochs find some modes late, and one
run of each proves nothing, seeds differ: `marginalia fit gan ring --seeds 10`
has a mean and its error.

== four  The same eight Gaussians, four ways
equation em.1 iwae.1 coverage.1 coverage.2
levels epoch
make judged model claim nats std_error modes quality reverse_kl
show judged
figure four field  Eight Gaussians, and five samplers
  table data=places draws_2=by_em draws_3=by_chain draws_4=by_vae
  table draws_5=by_gan draws_6=by_packed
  text title_1=data
  text title_2=mixture by EM
  text title_3=autoregressive
  text title_4=vae
  text title_5=gan
  text title_6=gan, packed
  number panels=6

The models of the chapters before learn the same ring now: a mixture of eight
by EM, a VAE, a chain of two conditionals. What they claim stands beside what
their draws show. The first row is the truth: its log p, and what 2500 draws of
it have in the mean.
--
EM has {judged[1,nats]:.3f} nats of {judged[0,nats]:.3f} that are there, and all
modes. The others need not agree in their order. A chain or a VAE is punished by
log p for a mode it misses, and hardly for draws between modes; so they fill the
gaps, and have {judged[2,quality]:.3f} and {judged[3,quality]:.3f} of their
draws near a mode. The gan has no number in the column nats. Its draws
lie where data are, {judged[5,quality]:.3f} of them, and what is missing is
missing without a sign.

A column of draws does not rank the column of nats, nor the other way round:
they ask different questions.

== quoted  Densities that are quoted
equation parzen.1 parzen.2 twosample.2 twosample.5
levels sampler
make quoted sampler nats std_error width modes quality mmd_p accuracy
make exact series x y low high
make kernels series x y low high
show quoted
figure quoted lines  EM's mixture, its components shrunk by a factor
  table lines_1=exact lines_2=kernels
  text title_1=log p itself
  text title_2=kernels on {draws} draws
  text x_1=factor
  text x_2=factor
  text y=nats
  number panels=2
  number logx=1

Papers have put a number into the empty place: draw from the model, lay a
kernel density over the draws, as wide as is best for held-out data, and quote
its log p of test data. It is a true density, of another model: of "a draw, and
Gaussian noise on it". The claim is ~, an estimate of nothing that G defines.

Take three samplers, {draws} draws of each: the truth itself; one that knows
only the eight centres and puts out nothing else, ever; and the packed gan.
--
The eight points have {quoted[1,nats]:.3f} nats, the truth has
{quoted[0,nats]:.3f}. The wrong way round: the noise that the eight points lack
comes from the window ({quoted[1,width]:.3g} wide), the truth has its own and
gets it a second time. With images no number of draws mends this: the window is
wide. The share near a mode is 1 for the points, more than the truth can have.

The figure takes the mixture by EM and shrinks its components, so that log p
falls by a hundred nats. Kernels on its draws rise.

What is honest: to say of draws what was asked of draws. A classifier of
neighbours tells the points from data in {quoted[1,accuracy]:.2f} of cases and
fresh data in {quoted[0,accuracy]:.2f}, where 0.5 is a coin. The kernel test
looks through a window of the median distance, wider than the ring's radius;
what a mode looks like is too small for it, and of the points its p value,
mmd_p, is {quoted[1,mmd_p]:.2f}. A p value that is not small says that a test
cannot tell, not that there is nothing to be told. `marginalia evaluate FILE ring --method samples` has
these with intervals, ideals, and what the truth itself would get.

== beyond  What is left open
equation gan.1

No likelihood, no bound; a sampler, a second player, and a picture.
--
The {players} players share no objective that goes down, and no number says when
to stop. What they gain is a draw in one pass that was never averaged over what
it might have been. Chapters to come keep the one pass apart into many small
ones, each with a loss that is an ordinary regression, and get a bound back.
