/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stack of layers; see net.h.
 *
 * Layer i makes y_(i+1) from y_i, y_0 the data.  Backward is the chain rule
 * read from the end: from dF/dy_(i+1) a layer makes dF/dy_i and adds
 * dF/dtheta_i,
 *
 *   dF/dy_i = (dy_(i+1)/dy_i)^T dF/dy_(i+1)                           [net.1]
 *
 * A skip from layer m that stands at i makes y_(i+1) = y_i + y_m.  So y_m goes
 * into two places, and its gradient is the sum of both:
 *
 *   dF/dy_m = what layer m sends back + dF/dy_(i+1)                   [net.2]
 *
 * The second term is in the tape when it is wanted, because the tape keeps
 * every gradient.  That is twice the memory of outputs alone, and it buys that
 * a NaN can be traced to the layer where it arose, after the fact.
 *
 * The tape of R rows, with n_i numbers a datum in y_i:
 *   y_1 .. y_l      R (n_1 + ... + n_l)
 *   dy_1 .. dy_l    the same
 *   scratch         the most that a layer asks for
 *
 * A take ends one branch and begins another: y_(i+1) = y_m, and what stood at i
 * goes on only where a skip or a take fetches it.
 *
 * Not here: several inputs; a family joins several nets by hand. */
#include "nets/net.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "nets/activation.h"
#include "nets/conv.h"
#include "nets/dense.h"
#include "nets/dropout.h"
#include "nets/elementary.h"
#include "nets/gate.h"
#include "nets/join.h"
#include "nets/masked.h"
#include "nets/maxout.h"

struct mg_net {
  mg_shape in;
  mg_layer *layer;
  size_t layers, parameters, numbers; /* numbers: n_1 + ... + n_l */
  int status;
};

mg_net *mg_net_alloc(mg_shape in) {
  mg_net *net = calloc(1, sizeof *net);
  if (!net) {
    mg_fail(GSL_ENOMEM, "no memory for a net");
    return NULL;
  }
  net->in = in;
  if (mg_shape_size(&in) == 0)
    net->status = mg_fail(GSL_EINVAL, "a net from data of 0 numbers");
  return net;
}

void mg_net_free(mg_net *net) {
  if (net)
    free(net->layer);
  free(net);
}

size_t mg_net_layers(const mg_net *net) {
  return net ? net->layers : 0;
}

const mg_layer *mg_net_layer(const mg_net *net, size_t i) {
  return &net->layer[i];
}

mg_shape mg_net_image(const mg_net *net) {
  return net->in;
}

mg_shape mg_net_shape(const mg_net *net) {
  return net->layers ? net->layer[net->layers - 1].out : net->in;
}

size_t mg_net_parameters(const mg_net *net) {
  return net->parameters;
}

double mg_net_products(const mg_net *net) {
  double products = 0;
  for (size_t i = 0; i < net->layers; i++) {
    const mg_layer *l = &net->layer[i];
    const mg_shape *map =
        l->type == &mg_conv_transposed_type ? &l->in : &l->out;
    products +=
        (double)l->parameters * (double)map->height * (double)map->width;
  }
  return products;
}

/* Numbers of y_i, a datum. */
static size_t width(const mg_net *net, size_t i) {
  return mg_shape_size(i ? &net->layer[i - 1].out : &net->in);
}

/* ---- layers ---- */

static int append(mg_net *net, mg_layer *l) {
  mg_layer *layer = realloc(net->layer, (net->layers + 1) * sizeof *layer);
  if (!layer)
    return mg_fail(GSL_ENOMEM, "no memory for %zu layers", net->layers + 1);
  net->layer = layer;
  l->in = mg_net_shape(net);
  const int status = l->type->shape(l);
  if (status != GSL_SUCCESS)
    return mg_fail_in(status, "layer %zu", net->layers + 1);
  l->theta = net->parameters;
  l->place = net->numbers;
  net->parameters += l->parameters;
  net->numbers += mg_shape_size(&l->out);
  net->layer[net->layers++] = *l;
  return GSL_SUCCESS;
}

int mg_net_add(mg_net *net, const mg_layer *layer) {
  if (!net)
    return GSL_ENOMEM;
  mg_layer l = *layer;
  if (net->status == GSL_SUCCESS)
    net->status = append(net, &l);
  return net->status;
}

int mg_net_dense(mg_net *net, size_t units, mg_start start) {
  const mg_layer l = {
      .type = &mg_dense_type, .out.channels = units, .start = start};
  return mg_net_add(net, &l);
}

int mg_net_activation(mg_net *net, mg_activation f) {
  const mg_layer l = {
      .type = &mg_activation_type, .activation = f, .slope = (mg_real)0.01};
  return mg_net_add(net, &l);
}

int mg_net_leaky_relu(mg_net *net, double slope) {
  const mg_layer l = {.type = &mg_activation_type,
                      .activation = MG_LEAKY_RELU,
                      .slope = (mg_real)slope};
  return mg_net_add(net, &l);
}

int mg_net_conv(mg_net *net, size_t channels, size_t kernel, size_t stride,
                size_t padding, mg_start start) {
  const mg_layer l = {.type = &mg_conv_type,
                      .out.channels = channels,
                      .kernel = kernel,
                      .stride = stride,
                      .padding = padding,
                      .start = start};
  return mg_net_add(net, &l);
}

int mg_net_conv_transposed(mg_net *net, size_t channels, size_t kernel,
                           size_t stride, size_t padding, size_t extra,
                           mg_start start) {
  const mg_layer l = {.type = &mg_conv_transposed_type,
                      .out.channels = channels,
                      .kernel = kernel,
                      .stride = stride,
                      .padding = padding,
                      .extra = extra,
                      .start = start};
  return mg_net_add(net, &l);
}

int mg_net_masked(mg_net *net, size_t channels, mg_window window,
                  mg_start start) {
  const mg_layer l = {.type = &mg_masked_type,
                      .out.channels = channels,
                      .window = window,
                      .start = start};
  return mg_net_add(net, &l);
}

int mg_net_gate(mg_net *net) {
  const mg_layer l = {.type = &mg_gate_type};
  return mg_net_add(net, &l);
}

int mg_net_maxout(mg_net *net, size_t units, size_t pieces, mg_start start) {
  const mg_layer l = {.type = &mg_maxout_type, .pieces = pieces};
  mg_net_dense(net, units * pieces, start);
  return mg_net_add(net, &l);
}

int mg_net_dropout(mg_net *net, double share) {
  const mg_layer l = {.type = &mg_dropout_type, .share = (mg_real)share};
  return mg_net_add(net, &l);
}

/* ---- reshape, skip and take ---- */

int mg_net_reshape(mg_net *net, mg_shape shape) {
  const mg_layer l = {.type = &mg_reshape_type, .out = shape};
  return mg_net_add(net, &l);
}

int mg_net_skip(mg_net *net, size_t mark) {
  const mg_layer l = {.type = &mg_skip_type, .from = mark};
  if (!net || net->status != GSL_SUCCESS)
    return mg_net_add(net, &l);
  const size_t last = net->layers;
  if (mark > last || width(net, mark) != width(net, last))
    return net->status = mg_fail(GSL_EINVAL,
                                 "a skip from layer %zu to %zu, which has not "
                                 "as many numbers",
                                 mark, last);
  return mg_net_add(net, &l);
}

int mg_net_take(mg_net *net, size_t mark) {
  mg_layer l = {.type = &mg_take_type, .from = mark};
  if (!net || net->status != GSL_SUCCESS)
    return mg_net_add(net, &l);
  if (mark > net->layers)
    return net->status =
               mg_fail(GSL_EINVAL, "nothing stands at layer %zu", mark);
  l.out = mark ? net->layer[mark - 1].out : net->in;
  return mg_net_add(net, &l);
}

bool mg_net_takes(const mg_net *net, size_t i) {
  return net->layer[i].type == &mg_take_type;
}

bool mg_net_adds(const mg_net *net, size_t i) {
  return net->layer[i].type == &mg_skip_type || mg_net_takes(net, i);
}

/* ---- the tape ---- */

size_t mg_net_tape(const mg_net *net, size_t rows) {
  size_t scratch = 0;
  for (size_t i = 0; i < net->layers; i++) {
    const mg_layer *l = &net->layer[i];
    const size_t n = l->type->scratch ? l->type->scratch(l, rows) : 0;
    scratch = n > scratch ? n : scratch;
  }
  return 2 * rows * net->numbers + scratch;
}

/* y_i, i >= 1, and dF/dy_i. */
static size_t at(const mg_net *net, size_t rows, size_t i) {
  return rows * net->layer[i - 1].place;
}

static size_t gradient_at(const mg_net *net, size_t rows, size_t i) {
  return rows * net->numbers + at(net, rows, i);
}

/* The call of layer i on this batch; x0 the data. */
static mg_layer_pass pass_of(const mg_net *net, size_t i, const mg_real *theta,
                             size_t rows, const mg_real *x0, mg_real *tape,
                             size_t threads) {
  const mg_layer *l = &net->layer[i];
  const bool skips = mg_net_adds(net, i);
  return (mg_layer_pass){.rows = rows,
                         .threads = threads,
                         .theta = theta + l->theta,
                         .x = i ? tape + at(net, rows, i) : x0,
                         .skip = !skips    ? NULL
                                 : l->from ? tape + at(net, rows, l->from)
                                           : x0,
                         .y = tape + at(net, rows, i + 1),
                         .scratch = tape + 2 * rows * net->numbers};
}

/* ---- forward and backward ---- */

void mg_net_begin(const mg_net *net, gsl_rng *rng, mg_real *theta) {
  for (size_t i = 0; i < net->layers; i++) {
    const mg_layer *l = &net->layer[i];
    if (l->type->begin)
      l->type->begin(l, rng, theta + l->theta);
  }
}

const mg_real *mg_net_forward(const mg_net *net, const mg_real *theta,
                              size_t rows, const mg_real *x, mg_real *tape,
                              size_t threads) {
  return mg_net_forward_noise(net, theta, rows, x, 0, tape, threads);
}

/* Layers get noises that are far from each other. */
const mg_real *mg_net_forward_noise(const mg_net *net, const mg_real *theta,
                                    size_t rows, const mg_real *x,
                                    uint32_t noise, mg_real *tape,
                                    size_t threads) {
  for (size_t i = 0; i < net->layers; i++) {
    mg_layer_pass p = pass_of(net, i, theta, rows, x, tape, threads);
    p.noise = noise ? (noise ^ (uint32_t)(i + 1) * 0x85ebca6bu) | 1 : 0;
    net->layer[i].type->forward(&net->layer[i], &p);
  }
  return net->layers ? tape + at(net, rows, net->layers) : x;
}

mg_real *mg_net_gradient(const mg_net *net, size_t rows, mg_real *tape) {
  return tape + gradient_at(net, rows, net->layers);
}

/* dx += dF/dy of every skip or take that begins where layer i does. [net.2] */
static void add_skips(const mg_net *net, size_t i, size_t rows,
                      const mg_real *tape, mg_real *dx) {
  for (size_t j = i; dx && j < net->layers; j++)
    if (mg_net_adds(net, j) && net->layer[j].from == i)
      mg_rows_add(1, rows * width(net, i), tape + gradient_at(net, rows, j + 1),
                  dx);
}

void mg_net_backward(const mg_net *net, const mg_real *theta, size_t rows,
                     const mg_real *x, mg_real *tape, mg_real *dtheta,
                     mg_real *dx, size_t threads) {
  for (size_t i = net->layers; i-- > 0;) {
    const mg_layer *l = &net->layer[i];
    mg_layer_pass p = pass_of(net, i, theta, rows, x, tape, threads);
    p.dy = tape + gradient_at(net, rows, i + 1);
    p.dx = i ? tape + gradient_at(net, rows, i) : dx;
    p.dtheta = dtheta ? dtheta + l->theta : NULL;
    l->type->backward(l, &p);
    add_skips(net, i, rows, tape, p.dx);
  }
}

/* ---- what is not finite ---- */

/* The first of n that is not finite, else n. */
static size_t first_bad(size_t n, const mg_real *v) {
  size_t i = 0;
  while (i < n && isfinite(v[i]))
    i++;
  return i;
}

/* The first of n that has no finite square: a step cannot be made of it. */
static size_t first_wild(size_t n, const mg_real *v) {
  size_t i = 0;
  while (i < n && isfinite(v[i] * v[i]))
    i++;
  return i;
}

static const char *name_of(const mg_layer *l) {
  return l->type == &mg_activation_type ? mg_activation_name(l->activation)
                                        : l->type->name;
}

static int say(const mg_net *net, const char *name, size_t i, const char *what,
               size_t datum, size_t number, double value) {
  return mg_fail(GSL_EDOM,
                 "%s, layer %zu (%s): %s is %g (datum %zu, number "
                 "%zu)",
                 name, i + 1, name_of(&net->layer[i]), what, value, datum + 1,
                 number + 1);
}

int mg_net_check_outputs(const mg_net *net, const char *name,
                         const mg_real *theta, size_t rows, const mg_real *x,
                         const mg_real *tape) {
  const size_t in = width(net, 0), bad = first_bad(rows * in, x);
  if (bad < rows * in)
    return mg_fail(GSL_EDOM, "%s: what comes in is %g (datum %zu, number %zu)",
                   name, (double)x[bad], bad / in + 1, bad % in + 1);
  for (size_t i = 0; i < net->layers; i++) {
    const mg_layer *l = &net->layer[i];
    const mg_real *own = theta + l->theta, *y = tape + at(net, rows, i + 1);
    const size_t n = width(net, i + 1);
    const size_t w = first_bad(l->parameters, own), k = first_bad(rows * n, y);
    if (w < l->parameters)
      return mg_fail(GSL_EDOM, "%s, layer %zu (%s): parameter %zu is %g", name,
                     i + 1, name_of(l), w + 1, (double)own[w]);
    if (k < rows * n)
      return say(net, name, i, "an output", k / n, k % n, (double)y[k]);
  }
  return GSL_SUCCESS;
}

int mg_net_check_gradients(const mg_net *net, const char *name, size_t rows,
                           const mg_real *tape, const mg_real *dtheta) {
  for (size_t i = net->layers; i > 0; i--) {
    const mg_layer *l = &net->layer[i - 1];
    const mg_real *own = dtheta ? dtheta + l->theta : NULL;
    const mg_real *dy = tape + gradient_at(net, rows, i);
    const size_t n = width(net, i);
    const size_t k = first_wild(rows * n, dy);
    const size_t w = own ? first_wild(l->parameters, own) : l->parameters;
    if (k < rows * n)
      return say(net, name, i - (i < net->layers ? 0 : 1),
                 i < net->layers ? "the gradient it sends back"
                                 : "the gradient that comes in",
                 k / n, k % n, (double)dy[k]);
    if (w < l->parameters)
      return mg_fail(GSL_EDOM,
                     "%s, layer %zu (%s): the gradient of its parameter %zu "
                     "is %g",
                     name, i, name_of(l), w + 1, (double)own[w]);
  }
  return GSL_SUCCESS;
}
