# The story of chapter 8.  What each step computes: ch08-gan.c.

data ring
setting mu real 2 0.1 20  how far draws stand from data, on the line
setting rate real 0.2 0.001 1  of both players' steps in the Dirac-GAN
setting penalty real 0.5 0 4  gamma, on the slope of D, in the Dirac-GAN
setting orbit size 150 10 5000  steps of an orbit

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
  text x_1=theta
  text x_2=theta
  text x_3=theta
  text y=psi
  number panels=3

A value with a best answer on either side is one thing; two players who take
small steps are another. The smallest case has all data at 0, all draws at one
number theta, and `D = sigmoid(psi x)` with one number psi. They rest at (0, 0).

D turns psi against the draws, G runs down psi, D turns again. Near the rest a
step of rate {rate} turns the point (theta, psi) by an angle and multiplies its
distance by a growth; both are known in closed form, and measured beside it.
--
At once, a step makes the distance {spirals[0,growth]:.6f} times as large:
sqrt(1 + h^2 / 4), outwards at every rate. In turn it is
{spirals[2,growth]:.6f}: round for ever. Nothing here is wrong with either
player; their steps are right, and lead nowhere. The non-saturating game does
the same near the rest. Farther out it loses way and stops on a circle, or
creeps inwards like 1 / sqrt(n).

A penalty gamma/2 psi^2 on D's slope is friction: {spirals[4,growth]:.6f} a
step, and after {orbit} of them the distance is {spirals[4,end]:.2g}. With the
centre at 1 (D's slope is to be 1, as Wasserstein's game asks) nothing arrives:
there D has no reason to lie still.

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

== beyond  What is left open
equation game.1

Two players, {players} networks.
--
Later chapters have one objective again.
