/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generator and discriminator; see gan_net.h.
 *
 * mlp   z -> hidden -> ... -> hidden -> x, and x -> hidden -> ... -> t; of the
 *       second the hidden layers may be maxouts (Goodfellow et al. 2013).
 * conv  z -> a dense layer -> two transposed convolutions of 3 x 3 in steps of
 *       2 -> one of 3 x 3 -> tanh; x -> two convolutions of 3 x 3 in steps of 2
 *       -> a dense layer -> t.  28 x 28 is made of 14 x 14 and 7 x 7, and an
 * odd size of its larger half.
 *
 * A discriminator that is shown m data together [gan.4] takes them as one
 * longer vector, a conv as m channels of one image: rows of a batch lie behind
 * each other, so n rows of D numbers are n / m rows of m D.
 *
 * A conv's tanh keeps every pixel within the range of the data, which stands at
 * -1 .. 1; an mlp may put out any real.
 *
 * Source: Goodfellow et al. (2014); Radford, Metz & Chintala (2016) for the
 * convolutions, here without batch normalisation. */
#include "models/gan_net.h"

#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "models/halving.h"
#include "nets/conv.h"

/* ---- layers ---- */

static mg_start start_of(const mg_gan_options *o) {
  return o->activation == MG_GAN_TANH ? MG_START_GLOROT : MG_START_HE;
}

static void activate(mg_net *net, const mg_gan_options *o) {
  if (o->activation == MG_GAN_LEAKY)
    mg_net_leaky_relu(net, 0.2);
  else
    mg_net_activation(net, o->activation == MG_GAN_TANH ? MG_TANH : MG_RELU);
}

static int add_mlp(mg_net *net, const mg_gan_options *o, bool maxout,
                   size_t out) {
  for (size_t i = 0; i < o->layers; i++)
    if (maxout) {
      mg_net_maxout(net, o->hidden, o->pieces, MG_START_HE);
    } else {
      mg_net_dense(net, o->hidden, start_of(o));
      activate(net, o);
    }
  return mg_net_dense(net, out, MG_START_GLOROT);
}

static int conv_generator(mg_net *net, const mg_gan_options *o,
                          const mg_space *s) {
  const size_t c = o->channels;
  const mg_shape small = mg_halving_small(s, 2 * c);
  mg_net_dense(net, mg_shape_size(&small), start_of(o));
  activate(net, o);
  mg_net_reshape(net, small);
  mg_net_conv_transposed(net, 2 * c, 3, 2, 1, mg_halving_extra_first(s),
                         start_of(o));
  activate(net, o);
  mg_net_conv_transposed(net, c, 3, 2, 1, mg_halving_extra_second(s),
                         start_of(o));
  activate(net, o);
  mg_net_conv_transposed(net, 1, 3, 1, 1, 0, MG_START_GLOROT);
  return mg_net_activation(net, MG_TANH);
}

static int conv_discriminator(mg_net *net, const mg_gan_options *o) {
  mg_net_conv(net, o->channels, 3, 2, 1, start_of(o));
  activate(net, o);
  mg_net_conv(net, 2 * o->channels, 3, 2, 1, start_of(o));
  activate(net, o);
  return mg_net_dense(net, 1, MG_START_GLOROT);
}

/* ---- both ---- */

/* Sizes whose products might not fit a size_t make no network. */
static int check_sizes(const mg_gan *g) {
  const mg_gan_options *o = &g->options;
  const double wide = (double)g->space.dim * (double)o->packing +
                      (double)o->latent + (double)o->hidden;
  const double inner =
      (double)o->hidden * (double)o->pieces + 18 * (double)o->channels;
  if (wide * inner * (double)(o->layers + 1) > 1e15)
    return mg_fail(GSL_EINVAL,
                   "a network on %zu columns with %g numbers inside has more "
                   "parameters than can be counted",
                   g->space.dim, inner);
  return GSL_SUCCESS;
}

int mg_gan_build(mg_gan *g) {
  const mg_gan_options *o = &g->options;
  const mg_space *s = &g->space;
  const bool conv = o->kind == MG_GAN_CONV;
  const mg_shape image = {conv ? o->packing : o->packing * s->dim,
                          conv ? s->height : 1, conv ? s->width : 1};
  int status = conv ? mg_halving_check(s, "kind") : GSL_SUCCESS;
  if (status == GSL_SUCCESS)
    status = check_sizes(g);
  if (status != GSL_SUCCESS)
    return status;
  mg_net *generator = mg_net_alloc((mg_shape){o->latent, 1, 1});
  mg_net *discriminator = mg_net_alloc(image);
  g->player[MG_GAN_GENERATOR].net = generator;
  g->player[MG_GAN_DISCRIMINATOR].net = discriminator;
  /* The last layer's status is the whole stack's. */
  status = conv ? conv_generator(generator, o, s)
                : add_mlp(generator, o, false, s->dim);
  if (status == GSL_SUCCESS)
    status =
        conv ? conv_discriminator(discriminator, o)
             : add_mlp(discriminator, o, o->discriminator == MG_GAN_MAXOUT, 1);
  return status;
}

void mg_gan_begin(mg_gan *g, gsl_rng *rng) {
  for (size_t i = 0; i < MG_GAN_PLAYERS; i++) {
    mg_net_begin(g->player[i].net, rng, g->player[i].ascent.theta);
    mg_ascent_begin(&g->player[i].ascent);
  }
}

/* ---- parameters ---- */

/* A layer has weights first, then a bias for each unit or channel that comes
 * out; a convolution's weights are map x image x kernel x kernel, whichever of
 * the two comes out. */
static void add_layer(const mg_layer *l, char name[2][40], bool free,
                      mg_real *theta, mg_tensors *list) {
  const size_t out = l->out.channels, weights = l->parameters - out;
  const size_t window = l->kernel ? l->kernel * l->kernel : 1;
  const size_t in = weights / (out * window);
  const bool outer = l->type == &mg_conv_type;
  const size_t shape[] = {outer ? out : in, outer ? in : out, l->kernel,
                          l->kernel};
  mg_tensors_add_real(list, name[0], theta, free ? weights : 0,
                      l->kernel ? 4 : 2, shape);
  mg_tensors_add_real(list, name[1], theta + weights, free ? out : 0, 1, &out);
}

static void add_net(mg_gan *g, mg_gan_who who, mg_tensors *list) {
  static const char *const players[] = {"generator", "discriminator"};
  const mg_net *net = g->player[who].net;
  char(*name)[40] = g->name + who * (MG_GAN_NAMES / 2);
  for (size_t i = 0, n = 1; i < mg_net_layers(net); i++) {
    const mg_layer *l = mg_net_layer(net, i);
    if (l->parameters == 0)
      continue;
    snprintf(name[0], sizeof *name, "%s.%zu.weights", players[who], n);
    snprintf(name[1], sizeof *name, "%s.%zu.biases", players[who], n++);
    add_layer(l, name, who == MG_GAN_GENERATOR,
              g->player[who].ascent.model + l->theta, list);
    name += 2;
  }
}

void mg_gan_net_tensors(mg_gan *g, mg_tensors *list) {
  add_net(g, MG_GAN_GENERATOR, list);
  add_net(g, MG_GAN_DISCRIMINATOR, list);
}
