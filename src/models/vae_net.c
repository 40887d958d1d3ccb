/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoder and decoder; see vae_net.h.
 *
 * mlp   x -> hidden -> hidden2 -> (mu, log sigma^2), and back the other way.
 *       With neither hidden layer both are linear: then x | z is W z + b with
 *       noise, the model of probabilistic principal components.
 * conv  two convolutions of 3 x 3 in steps of 2, then a dense layer; back by a
 *       dense layer and transposed convolutions to the same sizes.  28 x 28
 *       becomes 14 x 14 and 7 x 7, and an odd size its larger half.
 *
 * The decoder puts out what the law of x wants, in planes of D numbers
 * (nets/likelihood.h); a conv's channels are the planes.  Of reals the variance
 * may be the decoder's, or one number a column or in all, which then stand
 * behind the networks' parameters in theta, as logarithms.
 *
 * The standard deviation of q comes out as log sigma^2, so every number that a
 * network may put out is a legal one.
 *
 * Source: Kingma & Welling (2014). */
#include "models/vae_net.h"

#include <math.h>

#include "base/status.h"
#include "models/halving.h"
#include "nets/conv.h"

/* ---- layers ---- */

static mg_start start_of(const mg_vae_options *o) {
  return o->activation == MG_VAE_RELU ? MG_START_HE : MG_START_GLOROT;
}

static mg_activation activation_of(const mg_vae_options *o) {
  return o->activation == MG_VAE_RELU ? MG_RELU : MG_TANH;
}

/* A hidden layer; 0 units are none. */
static void add_hidden(mg_net *net, const mg_vae_options *o, size_t units) {
  if (units == 0)
    return;
  mg_net_dense(net, units, start_of(o));
  mg_net_activation(net, activation_of(o));
}

static int mlp_encoder(const mg_vae *v, mg_net **out) {
  const mg_vae_options *o = &v->options;
  mg_net *net = *out = mg_net_alloc((mg_shape){v->space.dim, 1, 1});
  add_hidden(net, o, o->hidden);
  add_hidden(net, o, o->hidden2);
  return mg_net_dense(net, 2 * o->latent, MG_START_GLOROT);
}

static int mlp_decoder(const mg_vae *v, mg_net **out) {
  const mg_vae_options *o = &v->options;
  mg_net *net = *out = mg_net_alloc((mg_shape){o->latent, 1, 1});
  add_hidden(net, o, o->hidden2);
  add_hidden(net, o, o->hidden);
  return mg_net_dense(net, v->planes * v->space.dim, MG_START_GLOROT);
}

static int conv_encoder(const mg_vae *v, mg_net **out) {
  const mg_vae_options *o = &v->options;
  mg_net *net = *out =
      mg_net_alloc((mg_shape){1, v->space.height, v->space.width});
  mg_net_conv(net, o->channels, 3, 2, 1, start_of(o));
  mg_net_activation(net, activation_of(o));
  mg_net_conv(net, 2 * o->channels, 3, 2, 1, start_of(o));
  mg_net_activation(net, activation_of(o));
  return mg_net_dense(net, 2 * o->latent, MG_START_GLOROT);
}

static int conv_decoder(const mg_vae *v, mg_net **out) {
  const mg_vae_options *o = &v->options;
  const size_t c = o->channels;
  const mg_shape small = mg_halving_small(&v->space, c);
  mg_net *net = *out = mg_net_alloc((mg_shape){o->latent, 1, 1});
  mg_net_dense(net, mg_shape_size(&small), start_of(o));
  mg_net_activation(net, activation_of(o));
  mg_net_reshape(net, small);
  mg_net_conv_transposed(net, 2 * c, 3, 2, 1, mg_halving_extra_first(&v->space),
                         start_of(o));
  mg_net_activation(net, activation_of(o));
  mg_net_conv_transposed(net, c, 3, 2, 1, mg_halving_extra_second(&v->space),
                         start_of(o));
  mg_net_activation(net, activation_of(o));
  return mg_net_conv_transposed(net, v->planes, 3, 1, 1, 0, MG_START_GLOROT);
}

/* ---- both ---- */

static mg_likelihood law_of(const mg_vae *v) {
  switch (v->space.measure) {
  case MG_BINARY:
    return MG_LIKELIHOOD_BERNOULLI;
  case MG_LEVELS:
    return v->options.likelihood == MG_VAE_LOGISTIC ? MG_LIKELIHOOD_LOGISTIC
                                                    : MG_LIKELIHOOD_CATEGORICAL;
  case MG_REALS:
    break;
  }
  return MG_LIKELIHOOD_GAUSSIAN;
}

/* Sizes whose products might not fit a size_t make no network. */
static int check_sizes(const mg_vae *v) {
  const mg_vae_options *o = &v->options;
  const double d = (double)v->space.dim * (double)v->planes;
  const double inner = (double)o->hidden + (double)o->hidden2 +
                       2 * (double)o->latent + 18 * (double)o->channels;
  if (d * inner > 1e15)
    return mg_fail(GSL_EINVAL,
                   "a network on %zu columns with %g numbers inside"
                   " has more parameters than can be counted",
                   v->space.dim, inner);
  return GSL_SUCCESS;
}

int mg_vae_build(mg_vae *v) {
  const bool conv = v->options.net == MG_VAE_CONV;
  v->law = law_of(v);
  v->planes = mg_likelihood_planes(v->law, v->space.levels);
  if (v->law == MG_LIKELIHOOD_GAUSSIAN &&
      v->options.variance != MG_VAE_VARIANCE_NET)
    v->planes = 1;
  int status = conv ? mg_halving_check(&v->space, "net") : GSL_SUCCESS;
  if (status == GSL_SUCCESS)
    status = check_sizes(v);
  if (status != GSL_SUCCESS)
    return status;
  /* The last layer's status is the whole stack's. */
  status = conv ? conv_encoder(v, &v->encoder) : mlp_encoder(v, &v->encoder);
  if (status == GSL_SUCCESS)
    status = conv ? conv_decoder(v, &v->decoder) : mlp_decoder(v, &v->decoder);
  return status;
}

size_t mg_vae_extra(const mg_vae *v) {
  if (v->law != MG_LIKELIHOOD_GAUSSIAN || v->planes == 2)
    return 0;
  return v->options.variance == MG_VAE_VARIANCE_ONE ? 1 : v->space.dim;
}

size_t mg_vae_decoder_at(const mg_vae *v) {
  return mg_net_parameters(v->encoder);
}

size_t mg_vae_extra_at(const mg_vae *v) {
  return mg_vae_decoder_at(v) + mg_net_parameters(v->decoder);
}

size_t mg_vae_parameters(const mg_vae *v) {
  return mg_vae_extra_at(v) + mg_vae_extra(v);
}

/* ---- parameters ---- */

/* log (share of the data that have this level in this column), with one datum
 * more in every level. */
static double log_share(const mg_vae *v, const gsl_matrix *x, size_t column,
                        unsigned level) {
  size_t count = 1;
  for (size_t n = 0; n < x->size1; n++)
    count += gsl_matrix_get(x, n, column) == (double)level;
  return log((double)count / (double)(x->size1 + v->space.levels));
}

static void begin_biases(mg_vae *v, const gsl_matrix *x) {
  const mg_layer *last =
      mg_net_layer(v->decoder, mg_net_layers(v->decoder) - 1);
  const size_t d = v->space.dim, n = v->planes * d;
  mg_real *bias = v->ascent.theta + mg_vae_decoder_at(v) + last->theta +
                  last->parameters - n;
  if (v->options.net == MG_VAE_CONV)
    return;
  for (size_t j = 0; j < d; j++)
    if (v->law == MG_LIKELIHOOD_BERNOULLI)
      bias[j] = (mg_real)(log_share(v, x, j, 1) - log_share(v, x, j, 0));
    else if (v->law == MG_LIKELIHOOD_CATEGORICAL)
      for (unsigned k = 0; k < v->space.levels; k++)
        bias[k * d + j] = (mg_real)log_share(v, x, j, k);
}

/* Makes a net's outputs 0 from number `first` on (of a convolution: channel),
 * whatever comes in. */
static void begin_flat(const mg_net *net, mg_real *theta, size_t first) {
  const mg_layer *l = mg_net_layer(net, mg_net_layers(net) - 1);
  const size_t out = l->out.channels, weights = l->parameters - out;
  const size_t window = l->kernel ? l->kernel * l->kernel : 1;
  for (size_t i = 0; i < weights; i++)
    if (i / window % out >= first)
      theta[l->theta + i] = 0;
}

void mg_vae_begin(mg_vae *v, gsl_rng *rng, const gsl_matrix *sample) {
  const bool conv = v->options.net == MG_VAE_CONV;
  mg_real *decoder = v->ascent.theta + mg_vae_decoder_at(v);
  mg_net_begin(v->encoder, rng, v->ascent.theta);
  mg_net_begin(v->decoder, rng, decoder);
  begin_flat(v->encoder, v->ascent.theta, v->options.latent);
  if (v->law != MG_LIKELIHOOD_CATEGORICAL && v->planes == 2)
    begin_flat(v->decoder, decoder, conv ? 1 : v->space.dim);
  for (size_t i = mg_vae_extra_at(v); i < v->ascent.numbers; i++)
    v->ascent.theta[i] = 0;
  begin_biases(v, sample);
}

/* A layer has weights first, then a bias for each unit or channel that comes
 * out; a convolution's weights are map x image x kernel x kernel, whichever of
 * the two comes out. */
static void add_layer(const mg_layer *l, const char *const names[2],
                      mg_real *theta, mg_tensors *list) {
  const size_t out = l->out.channels, weights = l->parameters - out;
  const size_t window = l->kernel ? l->kernel * l->kernel : 1;
  const size_t in = weights / (out * window);
  const bool outer = l->type == &mg_conv_type;
  const size_t shape[] = {outer ? out : in, outer ? in : out, l->kernel,
                          l->kernel};
  mg_tensors_add_real(list, names[0], theta, weights, l->kernel ? 4 : 2, shape);
  mg_tensors_add_real(list, names[1], theta + weights, out, 1, &out);
}

static void add_net(const mg_net *net, const char *const names[][2],
                    mg_real *theta, mg_tensors *list) {
  for (size_t i = 0, n = 0; i < mg_net_layers(net); i++) {
    const mg_layer *l = mg_net_layer(net, i);
    if (l->parameters)
      add_layer(l, names[n++], theta + l->theta, list);
  }
}

void mg_vae_net_tensors(mg_vae *v, mg_tensors *list) {
  static const char *const encoder[][2] = {
      {"encoder.1.weights", "encoder.1.biases"},
      {"encoder.2.weights", "encoder.2.biases"},
      {"encoder.3.weights", "encoder.3.biases"}};
  static const char *const decoder[][2] = {
      {"decoder.1.weights", "decoder.1.biases"},
      {"decoder.2.weights", "decoder.2.biases"},
      {"decoder.3.weights", "decoder.3.biases"},
      {"decoder.4.weights", "decoder.4.biases"}};
  const size_t extra = mg_vae_extra(v);
  add_net(v->encoder, encoder, v->ascent.theta, list);
  add_net(v->decoder, decoder, v->ascent.theta + mg_vae_decoder_at(v), list);
  if (extra)
    mg_tensors_add_real(list, "log_variances",
                        v->ascent.theta + mg_vae_extra_at(v), extra, 1, &extra);
}
