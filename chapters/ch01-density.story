# Chapter 1.  The numbers in the prose are those of the run; nothing is typed.

data faithful
setting column size 0 0 1e4  of the data; 0: the last
setting prior_mean real 60 -1e9 1e9  of mu, in the data's unit
setting prior_sd real 5 1e-9 1e9  of mu, in the data's unit
setting few size 5 1 1e6  rows that the prior meets
setting batch size 10 1 1e6  rows a gradient step
setting epochs size 10 1 1000  passes over the rows
setting rate real 0.5 1e-6 10  of the first gradient step, no unit
setting schedule choice robbins-monro constant|robbins-monro|exponential|cosine|threes  how the rate falls
setting width real 0 0 1e9  of a bin, in the data's unit; 0: Scott's
setting h real 0 0 1e9  bandwidth, in the data's unit; 0: Scott's
setting samples size 200/40 2 1000  for bias and variance
setting k size 0 0 1e6  neighbours; 0: the root of the rows
setting unit real 60 1e-9 1e9  another unit, in that of the data
setting points size 1000 10 20000  in the cube, and of a stage

== question  A sample, and a question
watch n
make counts low high height series
figure sample lines The sample as a histogram
  table histogram=counts
  text x=waiting time, minutes
  text y=density, 1 / minute

Old Faithful is a geyser. A visitor who has just missed it asks how long the
wait will be, and is handed a list of waiting times, in minutes. Each chapter of
this book asks what this one asks: given a sample, which distribution made it?

A distribution answers every question of that kind at once: how likely is more
than an hour, what is typical, what would another week of waiting look like?
--
Look at the histogram: two heaps, and few waits of an hour between them. We
learn from {n:.0f} rows, drawn at random, and put the other rows of the data
aside. No model sees those until it is judged by them. (With --data, read your
own column and its unit for the waiting times and minutes.)

== likelihood  Maximum likelihood, by hand
equation gaussian.1 ml.1 ml.2
watch mu sigma
make of_mu series x y
make of_sigma series x y
make gaussians series x y
figure likelihood lines Mean log-likelihood of a Gaussian
  number panels=2
  table lines_1=of_mu lines_2=of_sigma
  text x_1=mu, minutes
  text x_2=sigma, minutes
  text y_1=nats per row
  text y_2=nats per row
  text title_1=mu, at the best sigma
  text title_2=sigma, at the best mu
figure gaussian lines The likeliest Gaussian over the sample
  table histogram=counts lines=gaussians
  text x=waiting time, minutes
  text y=density, 1 / minute

Choose a family, the Gaussians, and ask each member how probable it makes the
sample. The rows are independent, so their densities multiply, and the
logarithms add: `L(mu, sigma) = 1/n sum_i log N(x_i; mu, sigma^2)`, in nats per
row. The likeliest member is the one that makes this largest. Set both
derivatives to 0: mu is the mean of the sample, sigma its standard deviation,
with n and not n - 1 under the sum.
--
The maximum is at mu = {mu:.2f} and sigma = {sigma:.2f}, with {of_mu[40,y]:.4f}
nats per row. Follow the right curve: half of this sigma has
{of_sigma[0,y]:.4f}, twice of it {of_sigma[80,y]:.4f}. A law that is too narrow
pays more than one that is too wide, as its own data surprise it. Then look at
the second figure. The likeliest Gaussian puts its peak where the fewest waits
are. Maximum likelihood finds the best of a family, and cannot say that the
family is wrong.

== gradient  The same, by gradient
equation gaussian.2 ml.3 sgd.1 sgd.2
levels example minibatch epoch
watch mu_t sigma_t
make path_mu series x y
make path_sigma series x y
figure climb lines The climb to the likeliest Gaussian
  number panels=2
  table lines_1=path_mu lines_2=path_sigma
  text x_1=rows seen
  text x_2=rows seen
  text y_1=mu, minutes
  text y_2=sigma, minutes
  text title_1=mu
  text title_2=sigma

Few families have a formula for their maximum. All have a gradient. Start
somewhere bad, take {batch} rows, and step up the mean of their gradients; an
epoch is one pass over all rows, in an order drawn anew. The gradient in mu has
the unit 1/minute, and mu is in minutes, so it is divided by the Fisher
information first; then a rate has no unit. We move log sigma and not sigma,
which a step could make negative. The rate falls as Robbins and Monro want it.
--
After {epochs} epochs mu is {mu_t:.3f}, where the formula says {mu:.3f}, and
sigma {sigma_t:.3f}, where it says {sigma:.3f}. Look at how the path shakes: a
minibatch is a small sample and has a mean of its own. A falling rate averages
these away. Go back, say "set schedule constant" and go on: the path then gets
near just as fast and never comes to rest.

== prior  A prior, and what it does
equation map.1 map.2
show beliefs
make beliefs n mean map sd
make belief series x y
figure prior lines Prior, likelihood and posterior of mu
  table lines=belief
  text x=mu, minutes
  text y=density, 1 / minute

You may know something before the first row: a guide book says an hour, give or
take a few minutes. As a law over mu, a prior: mean {prior_mean}, standard
deviation {prior_sd}. Bayes' rule multiplies it by the likelihood of {few} rows,
sigma taken as known: that is the figure, the likelihood scaled to the area 1.
Under a logarithm the product is a sum, and the most probable mu, the maximum a
posteriori or MAP, climbs `sum_i log p(x_i | mu) + log p(mu)`.
--
Each row of the table has seen more of the sample. MAP moves from the prior to
the mean, and with {beliefs[last,n]:.0f} rows the two are
{beliefs[last,mean]:.2f} and {beliefs[last,map]:.2f}. The same idea has other
names elsewhere:

  learning theory              probability
  empirical risk               - log-likelihood
  minimise it                  maximum likelihood
  regulariser                  - log prior (a parabola here: ridge)
  structural risk, minimised   MAP

A prior is not a trick against noise: it says what was believed, in the open.

== histogram  No family: count
equation hist.1 hist.2 loo.1
watch histogram.width[0]
show widths
make histograms series x y
make widths model left_out std_error
figure histogram lines Three histograms of one sample
  table lines=histograms
  text x=waiting time, minutes
  text y=density, 1 / minute

Suppose no family. Cut the axis into bins and let the density be flat in each:
`p(x) = n_b / (N h)` for a bin of width h with n_b of N rows, with a little mass
spread over all bins so that none says "impossible". Nothing was assumed but h,
and h is now everything. Scott's rule takes the h that would be best for a
Gaussian.
--
Scott's width here is {histogram.width[0]:.1f} minutes; the other two are a
quarter and four times of it. The narrow one follows the sample, accidents
included; the wide one follows nothing. The table judges them: each row is
scored by a histogram of the other rows, {widths[0,left_out]:.3f},
{widths[1,left_out]:.3f} and {widths[2,left_out]:.3f} nats. Higher is better.
None of them is smooth, and each would change if its bins began elsewhere.

== kernel  A bump on every row
equation kde.1
watch kernel.bandwidth[0]
show bandwidths
make kernels series x y
make bandwidths model left_out std_error
figure kernel lines Three kernel densities of one sample
  table histogram=counts lines=kernels
  text x=waiting time, minutes
  text y=density, 1 / minute

A bin has edges that the data do not. Put instead a small Gaussian of standard
deviation h on every row, and average them: a kernel density. It has no edges
and no origin, is smooth, integrates to 1, and the sample itself is its
parameter. What is left to choose is the bandwidth h; again Scott's rule, a
quarter of it, and four times.
--
Compare with the Gaussian of step 2: the kernel density has both heaps. At
{rough.bandwidth[0]:.2f} minutes it is rough, at {smooth.bandwidth[0]:.1f} it
has smoothed one heap into the other. Left-out rows like
the rough one about as well as Scott's ({bandwidths[0,left_out]:.3f} and
{bandwidths[1,left_out]:.3f} nats), so the best is between them: the rule
supposes a Gaussian, and the standard deviation of two heaps is much larger than
that of either.

== bandwidth  Bias and variance
equation risk.1
levels bandwidth
show risks
make risks h bias2 variance error
make errors series x y
make band_1 series x y low high
make band_2 series x y low high
make band_3 series x y low high
figure bands lines Many samples, three bandwidths
  number panels=3
  table lines_1=band_1 lines_2=band_2 lines_3=band_3
  text title_1=h = {risks[0,h]} cm
  text title_2=h = {risks[4,h]} cm
  text title_3=h = {risks[8,h]} cm
  text y_1=density, 1 / cm
  text x_1=height, cm
  text x_2=height, cm
  text x_3=height, cm
  number low_y=0
  number high_y=0.05
figure risk lines Squared error of a kernel density
  number logx=1
  table lines=errors
  text x=bandwidth h, cm
  text y=integrated squared error, 1 / 10000 cm

To see what h does we need a truth, and a toy has one: heights of women and men,
in centimetres, drawn from a known law. Draw {samples} samples of 200 rows, put
a kernel density on each, and look at all of them. The mean of these curves
misses the truth by the bias; around their mean they scatter by the variance.
Squared and integrated over x, the two add up to the mean squared error.
--
In the first figure the band is one standard deviation to either side of the
mean curve. At the left its middle is right and the
band wide; at the right the band is a line in the wrong place. The table counts
in 1 / 10000 cm: the error is {risks[0,error]:.2f} at the narrow end, nearly all
variance, and {risks[8,error]:.2f} at the wide end, nearly all bias. In between
lies the best bandwidth, where the variance is still the larger part. (A bias^2
below 0 is a bias too small to be told from chance: what {samples} samples add
to the square of a mean was taken off.) More data shrink the variance and leave
the bias, so h should fall as n grows.

== left-out  A bandwidth from the sample itself
equation kde.2 loo.1
levels bandwidth
watch kernel_cv.bandwidth[0]
make left series x y
make held series x y
figure left-out lines Log density of rows that were left out
  number logx=1
  table lines=left points=held
  text x=bandwidth h, minutes
  text y=nats per row

For a real sample there is no truth to compare with. There is the next best
thing: rows that the curve has not seen. Leave row i out, ask the kernel density
of the others for `log p(x_i)`, and average over i. A row that is asked about
itself would always answer "put a spike on me". Left out, it cannot.
--
The line is the leave-one-out score of each bandwidth; the points are the score
on the rows that we put aside in step 1. They agree on where the hill is, though
the one had no data but the sample. Its top is at
h = {kernel_cv.bandwidth[0]:.2f} minutes; we keep that kernel density under the
name kernel_cv. To the left the score falls ever faster: a row without close
neighbours becomes nearly impossible, and the logarithm does not forgive that.

== neighbours  The nearest rows
equation knn.1
show areas
make neighbour_curve series x y
make areas model window ten_windows hundred_windows
figure neighbours lines k nearest neighbours, and no density
  table histogram=counts lines=neighbour_curve
  text x=waiting time, minutes
  text y=k / (N 2 r), 1 / minute

A kernel fixes the width and counts the rows. Turn it round: fix the count k,
and let the ball about x grow until it holds k rows. Where rows are dense the
ball is small: `p(x) = k / (N 2 r_k(x))` on the line. It adapts by itself, which
no fixed h can do.
--
It has sharp corners, and a worse fault. Far away r grows like the distance, so
the tails fall like 1/|x|, and the area under them is infinite. The table has
areas under three curves, in the picture's window and in windows ten and a
hundred times as wide. The first two stay at 1. The third has
{areas[2,window]:.2f}, {areas[2,ten_windows]:.2f} and
{areas[2,hundred_windows]:.2f}, and would never end. It is a useful picture and
not a density, so it makes no claim on the axis of log p(x).

== evidence  The verdict of rows not seen
equation gaussian.1 hist.1 kde.1 knn.1
show evidence
make evidence model split nats std_error claim kind
figure evidence evidence log p(x) of the rows learnt from, and of others
  table evidence=evidence

Now open the part that was put aside. A model's evidence is its mean log density
on rows it has not seen, in nats per row, with the standard error of that mean
over the rows. Beside it stands the claim: "=" says that the number is log p(x)
itself; other chapters will have ">=" for a bound; "none" says that it is no
statement about log p(x) at all.
--
On the test rows the Gaussian has {evidence[1,nats]:.3f} +-
{evidence[1,std_error]:.3f}, the kernel density with the left-out bandwidth
{evidence[7,nats]:.3f} +- {evidence[7,std_error]:.3f}. Now compare the pairs: on
the rows it learnt from that kernel density has {evidence[6,nats]:.3f}, which
flatters it; the Gaussian, with two numbers to fit, has nothing to gain. The
neighbours' number may be the highest on the page, and means nothing: what
integrates to more than 1 may be high everywhere.

== units  A density can exceed 1
equation unit.1
watch log_unit
show shifts
make shifts model split nats std_error claim kind
make here series x y
make there series x y
figure units lines One sample in two units
  number panels=2
  table lines_1=here lines_2=there
  text x_1=waiting time, minutes
  text x_2=waiting time, hours
  text y_1=density, 1 / minute
  text y_2=density, 1 / hour
  text title_1=in minutes
  text title_2=in hours

A probability is never above 1. A density is a probability per unit, and can be:
all of a law that lives between 0.7 and 1.6 hours has to fit into less than an
hour. So log p(x) may be positive, and its value depends on the unit. Count the
same waits in hours, y = x / {unit}, fit the same families, and ask again.
--
The first two rows are the Gaussian, in minutes {shifts[0,nats]:.3f} nats and in
hours {shifts[1,nats]:.3f}; the others the kernel density, {shifts[2,nats]:.3f}
and {shifts[3,nats]:.3f}. Both moved by log {unit} = {log_unit:.4f}, exactly:
only the print is rounded. Nothing has been learnt by it. What is left unmoved
is the difference between two models. So evidence is compared on the same rows
in the same unit, or not at all.

== classifier  Bayes' rule as a classifier
equation nb.1 nb.2 tab.2 class.1
watch accuracy accuracy_se right
figure confusion matrix Which digit was taken for which
  table matrix=taken_for
  text x=taken for
  text y=digit

From one number a row to 64: images of handwritten digits, 8 x 8 pixels of 17
levels. Suppose that, given the digit, pixels are independent. Then p(x | c) is
64 small tables of counts for each digit c, learnt in one pass. This is naive
Bayes, and it is a law over images. Bayes' rule turns it round:
`p(c | x) = p(c) p(x | c) / p(x)`.
--
Of {tested:.0f} images not seen in learning {right:.0f} get their digit,
a share of {accuracy:.3f} +- {accuracy_se:.3f}; the error is that of a coin
thrown as often. Guessing would have a tenth. Look along the rows of the figure:
which digit is most often missed, and what is it taken for? No one told the
model what to attend to; it was asked to describe images, and can classify.

== generator  The same law as a generator
equation nb.1 ind.1 ind.2
show masses
make masses model split nats std_error claim kind
figure digits images Digits: data, naive Bayes by class, independent pixels
  number panels=3
  table panel_1=panel_data panel_2=panel_bayes panel_3=panel_pixels
  text title_1=data
  text title_2=naive Bayes, a class a column
  text title_3=independent pixels

A law over images can be run forward: choose a digit, then draw each pixel from
that digit's tables. Beside it, a poorer law: every pixel from its own table,
whatever the digit.
--
In the middle a column is a digit, and one can tell which. On the right there is
dust. Each pixel alone has the right distribution there, and that is all: what
makes a 3 is which pixels go together, and independent draws have thrown that
away. Naive Bayes brings some of it back through one hidden choice; given the
digit its pixels, too, fall independently, which is the dust that is left. The
evidence agrees: {masses[1,nats]:.2f} against {masses[0,nats]:.2f} nats per
image (a log mass now, never above 0). Variables that are chosen first and never
seen are called latent. What if nobody had told us the digits? That is chapter
2.

== quantiles  From one law to any other
equation cdf.1
show laws
make laws law mean sd
make stage_1 low high height series
make stage_2 low high height series
make stage_3 low high height series
make stage_4 low high height series
figure stages lines One set of random numbers through four laws
  number panels=4
  table histogram_1=stage_1 histogram_2=stage_2
  table histogram_3=stage_3 histogram_4=stage_4
  text title_1=gaussian
  text title_2=its CDF: uniform
  text title_3=inverse CDF: exponential
  text title_4=inverse CDF: the sample

How does one draw from a law at all? Let F be the CDF, `F(x) = P(X <= x)`. If x
comes from a law with a density then u = F(x) is uniform on 0 to 1, and read
backwards, x = F^-1(u) turns uniform numbers into any law. Draw {points}
Gaussian numbers, push them through their own CDF, and through the inverse CDF
of two others: the exponential law, and the sample of step 1.
--
The four histograms are the same random numbers. The means are
{laws[0,mean]:.3f}, {laws[1,mean]:.3f} and {laws[2,mean]:.3f}
where the laws have 0, 1/2 and 1. The last stage makes waiting times out of
Gaussian noise. A function that pushes noise to data is what generative networks
learn; on the line it can be written down, in many dimensions there is no one
CDF to invert.

== cube  Where the counting ends
equation cube.1
show cubes
make cubes D occupied expected nearest typical
make shares series x y
make distances series x y
figure cube lines A sample in a growing cube
  number panels=2
  number logy_1=1
  table lines_1=shares lines_2=distances
  text x_1=dimension D
  text x_2=dimension D
  text y_1=share of cells occupied
  text y_2=distance, edges
  text title_1=cells with a point in them
  text title_2=distance to the nearest point, and of any two

Why not count in 64 dimensions, too? Take {points} points, drawn uniformly
from a cube of D dimensions with ten cells along each edge. A
histogram knows a cell by the points in it, a kernel by the points near.
--
In one dimension every cell is occupied, in three {cubes[2,occupied]:.2f} of
them, in six {cubes[5,occupied]:.1g}. The nearest other point is at
{cubes[0,nearest]:.4f} in one dimension and at {cubes[9,nearest]:.2f} in ten,
where the edge is 1 and two points are {cubes[9,typical]:.2f} apart on average.
"Near" has lost its meaning. Whoever wants a law of images must suppose
something: that pixels depend on few hidden causes, on their neighbours, on a
path through noise. The rest of the chapters are such suppositions, each with
its number on the one axis.
