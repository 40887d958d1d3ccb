/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia bench: measured speed, for comparison with other programs.
 *
 * A measurement is an entry of the table below: its sizes as options, so that
 * --set reads them, and a function that prints a line for each number of
 * threads.  The median over turns is told, because the least would flatter. */
#include "config.h"

#include "command/verbs.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/stream.h"
#include "command/bench.h"
#include "command/threads.h"
#include "models/fit.h"
#include "models/gan.h"
#include "models/gmm.h"
#include "models/pixelcnn.h"
#include "models/vae.h"
#include "nets/gemm.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"

enum { SWEEPS = 9, NAME_SIZE = 64, MINIBATCH = 128, IMAGES = 64, PAIRS = 256 };

#define SIZE(name) #name, MG_OPTION_SIZE, offsetof(struct sizes, name)

static const mg_option size_table[] = {
    {SIZE(n), 1, 1e8, NULL, "data"},
    {SIZE(d), 1, 1e4, NULL, "dimensions"},
    {SIZE(k), 1, 1e4, NULL, "components (em, gan), length of z (vae)"},
    {SIZE(hidden), 1, 1e5, NULL, "hidden units (vae, gan)"},
    {SIZE(channels), 1, 1e4, NULL, "channels (pixelcnn)"},
    {SIZE(blocks), 0, 50, NULL, "masked convolutions of 3 x 3 (pixelcnn)"},
    {SIZE(draws), 2, 1e6, NULL, "draws an iteration (bbvi)"},
    {"estimator", MG_OPTION_CHOICE, offsetof(struct sizes, estimator), 0, 0,
     MG_ESTIMATOR_CHOICES, "how draws become a gradient (bbvi)"},
    {.name = NULL}};

/* ---- on one thread, and on all ---- */

/* The median of some turns of a fit; and the line that tells of it. */
typedef int run_of(const struct sizes *z, const mg_dataset *data,
                   unsigned long seed, size_t threads, double *median);
typedef void print_of(const struct sizes *z, size_t threads, double median);

/* The time of a fit; frees the model. */
static int run_fit(mg_model *model, const mg_dataset *data,
                   const mg_fit_options *loop, unsigned long seed,
                   int (*time)(mg_fit *fit, double *median), double *median) {
  const mg_rows rows = mg_dataset_all(data);
  mg_fit *fit = model ? mg_fit_alloc(model, &rows, loop, seed) : NULL;
  const int status = fit ? time(fit, median) : GSL_EFAILED;
  mg_fit_free(fit);
  mg_model_free(model);
  return status;
}

/* Measures both, and frees the data. */
static int measure(const struct settings *s, const struct sizes *z,
                   mg_dataset *data, run_of *run, print_of *print) {
  const size_t threads[] = {1, threads_used(s->threads)};
  int status =
      data ? GSL_SUCCESS
           : mg_fail(GSL_ENOMEM, "no memory for %zu x %zu values", z->n, z->d);
  for (size_t i = 0; i < 2 && status == GSL_SUCCESS && !mg_interrupted(); i++) {
    double median = 0;
    if (i == 1 && threads[1] == 1)
      break;
    status = run(z, data, settings_seed(s), threads[i], &median);
    if (status == GSL_SUCCESS)
      print(z, threads[i], median);
    fflush(stdout);
  }
  mg_dataset_free(data);
  return status;
}

/* ---- em ---- */

/* K means drawn from N(0, 3^2), unit noise around them, in turn. */
static mg_dataset *blobs(const struct sizes *z, unsigned long seed) {
  const mg_space space = {.dim = z->d, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("blobs", &space, z->n);
  gsl_matrix *means = gsl_matrix_alloc(z->k, z->d);
  gsl_rng *rng = mg_stream_alloc(seed, "bench/em", 0);
  if (!data || !means || !rng) {
    mg_dataset_free(data);
    data = NULL;
  }
  for (size_t i = 0; data && i < z->k * z->d; i++)
    means->data[i] = 3 * gsl_ran_gaussian_ziggurat(rng, 1);
  for (size_t i = 0; data && i < z->n; i++)
    for (size_t j = 0; j < z->d; j++)
      gsl_matrix_set(data->reals, i, j,
                     gsl_matrix_get(means, i % z->k, j) +
                         gsl_ran_gaussian_ziggurat(rng, 1));
  gsl_matrix_free(means);
  gsl_rng_free(rng);
  return data;
}

/* Small data may be at their optimum before all sweeps are made. */
static int time_sweeps(mg_fit *fit, double *median) {
  double seconds[SWEEPS];
  size_t n = 0;
  int status = mg_fit_iterate(fit); /* pages and caches, once */
  while (n < SWEEPS && status == GSL_SUCCESS &&
         mg_fit_test(fit) == GSL_CONTINUE) {
    const double from = mg_clock_seconds();
    status = mg_fit_iterate(fit);
    seconds[n++] = mg_clock_seconds() - from;
  }
  if (status == GSL_SUCCESS && n == 0)
    status = mg_fail(GSL_EFAILED, "EM ended after one sweep: give more data");
  gsl_sort(seconds, 1, n);
  *median = gsl_stats_median_from_sorted_data(seconds, 1, n);
  return status;
}

static int run_em(const struct sizes *z, const mg_dataset *data,
                  unsigned long seed, size_t threads, double *median) {
  mg_gmm_options options;
  mg_gmm_options_default(&data->space, &options);
  options.components = z->k;
  options.covariance = MG_GMM_FULL;
  mg_fit_options loop = mg_fit_options_default();
  loop.tolerance = 0;
  loop.threads = threads;
  return run_fit(mg_model_alloc(&mg_gmm_type, &data->space, &options, false),
                 data, &loop, seed, time_sweeps, median);
}

static void print_em(const struct sizes *z, size_t threads, double median) {
  char number[MG_NUMBER_SIZE];
  printf("em\t%s\tseconds a sweep\t%zu\tn=%zu d=%zu k=%zu full\n",
         mg_print_real(median, 4, number, sizeof number), threads, z->n, z->d,
         z->k);
}

static int bench_em(const struct settings *s, const struct sizes *z) {
  return measure(s, z, blobs(z, settings_seed(s)), run_em, print_em);
}

/* ---- vae ---- */

/* Bits, a fifth of them 1, as in pictures of digits. */
static mg_dataset *random_bits(const struct sizes *z, unsigned long seed) {
  const mg_space space = {.dim = z->d, .measure = MG_BINARY, .levels = 2};
  mg_dataset *data = mg_dataset_alloc("bits", &space, z->n);
  gsl_rng *rng = mg_stream_alloc(seed, "bench/vae", 0);
  for (size_t i = 0; data && rng && i < z->n * z->d; i++)
    data->bytes[i] = gsl_rng_uniform(rng) < 0.2;
  gsl_rng_free(rng);
  return data;
}

/* Operations of the matrix products for a datum: each weight has a product
 * forward, one for its own gradient, and, but in the first layer, one for the
 * gradient below it. */
static double flops_of(const struct sizes *z) {
  const size_t first = z->d * z->hidden;
  const size_t weights = 2 * first + 3 * z->hidden * z->k;
  return 2 * (3 * (double)weights - (double)first);
}

/* Operations a second of square products: what the machine can do. */
struct squares {
  mg_real *a, *b, *c;
  size_t best; /* the size that was fastest so far */
  double rate; /* its rate */
};

static const size_t square_sizes[] = {512, 1024, 2048};
enum { SQUARE_MOST = 2048 };

static bool squares_init(struct squares *q) {
  const size_t numbers = (size_t)SQUARE_MOST * SQUARE_MOST;
  q->a = malloc(numbers * sizeof *q->a);
  q->b = malloc(numbers * sizeof *q->b);
  q->c = malloc(numbers * sizeof *q->c);
  for (size_t i = 0; q->a && q->b && q->c && i < numbers; i++)
    q->a[i] = q->b[i] = (mg_real)(i % 7);
  return q->a && q->b && q->c;
}

static void squares_clear(struct squares *q) {
  free(q->a);
  free(q->b);
  free(q->c);
}

/* The best rate of this moment. */
static double time_squares(struct squares *q, size_t threads) {
  double best = 0;
  for (size_t i = 0; i < sizeof square_sizes / sizeof *square_sizes; i++) {
    const size_t m = square_sizes[i];
    const double from = mg_clock_seconds();
    mg_gemm(false, false, m, m, m, 1, q->a, m, q->b, m, 0, q->c, m, threads);
    const double seconds = mg_clock_seconds() - from;
    const double rate = 2 * gsl_pow_3((double)m) / seconds;
    best = GSL_MAX_DBL(best, rate);
    if (rate > q->rate) {
      q->rate = rate;
      q->best = m;
    }
  }
  return best;
}

/* What is told of a number of threads, medians over epochs. */
struct speed {
  double seconds; /* an epoch */
  double share;   /* its operations, of what square products have beside it */
};

/* A whole epoch: shuffle, gather, Adam's step. */
static int time_epoch(mg_fit *fit, double *seconds) {
  const double from = mg_clock_seconds();
  int status;
  do
    status = mg_fit_iterate(fit);
  while (status == GSL_SUCCESS && !mg_fit_pass_ended(fit));
  *seconds = mg_clock_seconds() - from;
  return status;
}

/* The median of some epochs; the first fills pages and caches. */
static int time_epochs(mg_fit *fit, double *median) {
  double seconds[SWEEPS + 1];
  int status = GSL_SUCCESS;
  for (size_t n = 0; n <= SWEEPS && status == GSL_SUCCESS; n++)
    status = time_epoch(fit, &seconds[n]);
  gsl_sort(seconds + 1, 1, SWEEPS);
  *median = gsl_stats_median_from_sorted_data(seconds + 1, 1, SWEEPS);
  return status;
}

/* The same, squares in turn with the epochs, so that both meet the same
 * neighbours on the machine. */
static int time_share(mg_fit *fit, struct squares *q, double flops,
                      size_t threads, struct speed *speed) {
  double seconds[SWEEPS + 1], share[SWEEPS + 1];
  int status = GSL_SUCCESS;
  for (size_t n = 0; n <= SWEEPS && status == GSL_SUCCESS; n++) {
    const double rate = time_squares(q, threads);
    status = time_epoch(fit, &seconds[n]);
    share[n] = flops / seconds[n] / rate;
  }
  gsl_sort(seconds + 1, 1, SWEEPS);
  gsl_sort(share + 1, 1, SWEEPS);
  speed->seconds = gsl_stats_median_from_sorted_data(seconds + 1, 1, SWEEPS);
  speed->share = gsl_stats_median_from_sorted_data(share + 1, 1, SWEEPS);
  return status;
}

static int run_vae(const struct sizes *z, const mg_dataset *data,
                   unsigned long seed, size_t threads, struct squares *q,
                   struct speed *speed) {
  mg_vae_options options;
  mg_vae_options_default(&data->space, &options);
  options.latent = z->k;
  options.hidden = z->hidden;
  mg_fit_options loop = mg_fit_options_default();
  loop.batch = MINIBATCH;
  loop.threads = threads;
  const mg_rows rows = mg_dataset_all(data);
  mg_model *model = mg_model_alloc(&mg_vae_type, &data->space, &options, false);
  mg_fit *fit = model ? mg_fit_alloc(model, &rows, &loop, seed) : NULL;
  int status =
      fit ? time_share(fit, q, flops_of(z) * (double)z->n, threads, speed)
          : GSL_EFAILED;
  mg_fit_free(fit);
  mg_model_free(model);
  return status;
}

static void print_speed(const struct sizes *z, size_t threads,
                        const struct squares *q, const struct speed *speed) {
  const double examples = (double)z->n / speed->seconds;
  char share[MG_NUMBER_SIZE];
  printf("vae\t%.0f\texamples a second\t%zu\td=%zu hidden=%zu k=%zu "
         "batch=%d adam\n",
         examples, threads, z->d, z->hidden, z->k, MINIBATCH);
  printf("vae\t%s\tshare of the sgemm rate\t%zu\t%.0f GFLOP/s, %s on squares "
         "of %zu at most %.0f\n",
         mg_print_real(speed->share, 3, share, sizeof share), threads,
         examples * flops_of(z) / 1e9, mg_gemm_name(), q->best, q->rate / 1e9);
  fflush(stdout);
}

static int bench_vae(const struct settings *s, const struct sizes *z) {
  const size_t threads[] = {1, threads_used(s->threads)};
  if (z->n <= MINIBATCH)
    return mg_fail(GSL_EINVAL, "epochs have many minibatches: give n over %d",
                   MINIBATCH);
  mg_dataset *data = random_bits(z, settings_seed(s));
  struct squares q = {.a = NULL};
  int status = data && squares_init(&q)
                   ? GSL_SUCCESS
                   : mg_fail(GSL_ENOMEM, "no memory for %zu data", z->n);
  for (size_t i = 0; i < 2 && status == GSL_SUCCESS && !mg_interrupted(); i++) {
    struct speed speed;
    if (i == 1 && threads[1] == 1)
      break;
    q.rate = 0;
    status = run_vae(z, data, settings_seed(s), threads[i], &q, &speed);
    if (status == GSL_SUCCESS)
      print_speed(z, threads[i], &q, &speed);
  }
  squares_clear(&q);
  mg_dataset_free(data);
  return status;
}

/* ---- pixelcnn ---- */

/* Images that are as high as wide. */
static mg_dataset *random_images(const struct sizes *z, unsigned long seed) {
  mg_dataset *data = random_bits(z, seed);
  size_t side = 1;
  while (side * side < z->d)
    side++;
  if (data && side * side == z->d)
    data->space.height = data->space.width = side;
  return data;
}

/* The net of van den Oord and others without residuals: 7 x 7 mask A, blocks of
 * 3 x 3 mask B, 1 x 1, 1 x 1. */
static mg_model *plain_pixelcnn(const struct sizes *z, const mg_space *space) {
  mg_pixelcnn_options options;
  mg_pixelcnn_options_default(space, &options);
  options.kind = MG_PIXELCNN_PLAIN;
  options.channels = z->channels;
  options.blocks = z->blocks;
  options.kernel = 7;
  return mg_model_alloc(&mg_pixelcnn_type, space, &options, false);
}

static int run_pixelcnn(const struct sizes *z, const mg_dataset *data,
                        unsigned long seed, size_t threads, double *median) {
  mg_fit_options loop = mg_fit_options_default();
  loop.batch = IMAGES;
  loop.threads = threads;
  return run_fit(plain_pixelcnn(z, &data->space), data, &loop, seed,
                 time_epochs, median);
}

static void print_train(const struct sizes *z, size_t threads, double median) {
  printf("pixelcnn_train\t%.0f\timages a second\t%zu\td=%zu channels=%zu "
         "blocks=%zu batch=%d adam\n",
         (double)z->n / median, threads, z->d, z->channels, z->blocks, IMAGES);
}

static int bench_pixelcnn_train(const struct settings *s,
                                const struct sizes *z) {
  return measure(s, z, random_images(z, settings_seed(s)), run_pixelcnn,
                 print_train);
}

/* Draws that many images, again and again. */
static int time_draws(const mg_model *model, gsl_rng *rng, gsl_matrix *x,
                      double *median) {
  double seconds[SWEEPS];
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < SWEEPS && status == GSL_SUCCESS; i++) {
    const double from = mg_clock_seconds();
    status = mg_model_sample(model, rng, x);
    seconds[i] = mg_clock_seconds() - from;
  }
  gsl_sort(seconds, 1, SWEEPS);
  *median = gsl_stats_median_from_sorted_data(seconds, 1, SWEEPS);
  return status;
}

/* Of a net that has learnt for an epoch; drawing is work for one thread. */
static int bench_pixelcnn_sample(const struct settings *s,
                                 const struct sizes *z) {
  struct sizes few = *z;
  few.n = IMAGES;
  mg_dataset *data = random_images(&few, settings_seed(s));
  mg_model *model = data ? plain_pixelcnn(z, &data->space) : NULL;
  gsl_matrix *x = gsl_matrix_alloc(z->n, z->d);
  gsl_rng *rng = mg_stream_alloc(settings_seed(s), "bench/pixelcnn", 0);
  mg_fit_options loop = mg_fit_options_default();
  loop.passes = 1;
  double median = 0;
  int status = model && x && rng ? GSL_SUCCESS : GSL_ENOMEM;
  if (status == GSL_SUCCESS) {
    const mg_rows rows = mg_dataset_all(data);
    status = mg_fit_run(model, &rows, &loop, settings_seed(s));
  }
  if (status == GSL_SUCCESS)
    status = time_draws(model, rng, x, &median);
  if (status == GSL_SUCCESS)
    printf("pixelcnn_sample\t%.0f\timages a second\t1\td=%zu channels=%zu "
           "blocks=%zu\n",
           (double)z->n / median, z->d, z->channels, z->blocks);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
  mg_dataset_free(data);
  return status;
}

/* ---- gan ---- */

/* A step is one of each player, on as many draws as data. */
static int run_gan(const struct sizes *z, const mg_dataset *data,
                   unsigned long seed, size_t threads, double *median) {
  mg_gan_options options;
  mg_gan_options_default(&data->space, &options);
  options.hidden = z->hidden;
  mg_fit_options loop = mg_fit_options_default();
  loop.batch = PAIRS;
  loop.threads = threads;
  return run_fit(mg_model_alloc(&mg_gan_type, &data->space, &options, false),
                 data, &loop, seed, time_epochs, median);
}

static void print_gan(const struct sizes *z, size_t threads, double median) {
  printf("gan\t%.0f\tsteps a second\t%zu\td=%zu hidden=%zu layers=2 batch=%d "
         "adam\n",
         (double)((z->n + PAIRS - 1) / PAIRS) / median, threads, z->d,
         z->hidden, PAIRS);
}

static int bench_gan(const struct settings *s, const struct sizes *z) {
  return measure(s, z, blobs(z, settings_seed(s)), run_gan, print_gan);
}

/* ---- the table ---- */

static const struct bench {
  const char *name;
  struct sizes sizes;
  int (*run)(const struct settings *s, const struct sizes *sizes);
} benches[] = {
    {"em", {.n = 100000, .d = 16, .k = 16}, bench_em},
    {"vae", {.n = 12800, .d = 784, .k = 20, .hidden = 400}, bench_vae},
    {"pixelcnn_train",
     {.n = 640, .d = 784, .channels = 32, .blocks = 7},
     bench_pixelcnn_train},
    {"pixelcnn_sample",
     {.n = 192, .d = 784, .channels = 32, .blocks = 7},
     bench_pixelcnn_sample},
    {"gan", {.n = 25600, .d = 2, .k = 8, .hidden = 128}, bench_gan},
    {"bbvi",
     {.n = 1000, .d = 20, .draws = 100, .estimator = MG_ESTIMATOR_CONTROL},
     bench_bbvi}};

const char *bench_name(size_t i) {
  return i < sizeof benches / sizeof *benches ? benches[i].name : NULL;
}

static int run_bench(const struct settings *s, const struct bench *bench) {
  struct sizes sizes = bench->sizes;
  for (size_t i = 0; i < s->sets; i++) {
    char name[NAME_SIZE];
    const char *value = set_split(s->set[i], name, sizeof name);
    if (!value || mg_option_set(size_table, name, value, &sizes) != GSL_SUCCESS)
      return mg_message_reason(bench->name, MG_EXIT_USAGE);
  }
  if (bench->run(s, &sizes) != GSL_SUCCESS)
    return mg_message_reason(bench->name, EXIT_FAILURE);
  return mg_interrupted() ? MG_EXIT_INTERRUPTED : 0;
}

static int unknown_bench(const char *name) {
  char names[NAME_SIZE] = "";
  for (size_t i = 0; bench_name(i); i++) {
    strncat(names, i ? ", " : "", sizeof names - strlen(names) - 1);
    strncat(names, bench_name(i), sizeof names - strlen(names) - 1);
  }
  return mg_message_usage("bench", "no bench '%s': there are %s", name, names);
}

int command_bench(const struct settings *s) {
  const char *only = s->operands ? s->operand[0] : NULL;
  bool found = false;
  int status = 0;
  mg_interrupt_watch(STOPPING);
  for (size_t i = 0; bench_name(i) && status == 0; i++)
    if (!only || strcmp(only, benches[i].name) == 0) {
      found = true;
      status = run_bench(s, &benches[i]);
    }
  return found ? status : unknown_bench(only);
}
