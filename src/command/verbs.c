/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two tables that say all there is to type.
 *
 * A verb's text is for its --help and for the manual; paragraphs are parted by
 * line ends.  An option's line is the same for every verb that takes it. */
#include "command/verbs.h"

#include <stdint.h>

#include "command/help.h"
#include "terminal/message.h"

#define DATA_VERBS "fit evaluate audit compare"
#define PLOT_TOO DATA_VERBS " plot"

static const char list_text[] =
    "Without NAME: the data sets that are inside the program, then the models "
    "and the kinds of data each stands on: reals (a density), binary and "
    "levels (a mass); last the posteriors that 'compare posterior' knows. A "
    "model of reals stands on levels and on bits by uniform "
    "dequantisation; what is then claimed is a lower bound.\n"
    "With the name of a model or a posterior: its source, and the options that "
    "--set takes. With the name of a data set: its size, source and licence.";

static const char fit_text[] =
    "Fits by maximum likelihood, or by what the model's objective says, on the "
    "training rows of DATA: a name that 'marginalia list' shows, or a file "
    "(IDX, NPY or CSV, plain or gzip). The defaults suit the data set; --set "
    "changes them, and 'marginalia list MODEL' says what there is to set.\n"
    "Prints the evidence log p(x) on each part, BIC and AIC where "
    "the fit tells a log-likelihood (with a floor or smoothing it was raised "
    "together with a penalty), and, with restarts, where each start ended. "
    "Writes the model as MODEL-DATA.safetensors into the current "
    "folder, or with --out into FOLDER, then with its learning curve as a "
    "table and a figure; of a model with a latent variable both terms of the "
    "ELBO, reconstruction and KL, are in it.\n"
    "Ctrl-C stops after the pass at hand and keeps the best parameters so "
    "far.\n"
    "A model that learns by gradient does so in minibatches; then Ctrl-C stops "
    "after the one at hand, and a fit that was given --checkpoint can be "
    "continued by the same call with --resume, even after it was killed: the "
    "model's file then has the same bytes as if it had never been stopped. Its "
    "learning curve begins where it was resumed.\n"
    "With --seeds N it is N fits, as by --seed 1 to --seed N, data and all: "
    "each model goes to MODEL-DATA-seedK.safetensors, what is printed is a "
    "table by seed with the mean over seeds and its standard error, of the "
    "evidence and of the scores of draws (see 'help evaluate'), and "
    "MODEL-DATA-seeds.tsv has all scores. A fit that fails is said and left "
    "out; Ctrl-C keeps the seeds that are finished.";

static const char evaluate_text[] =
    "Prints the evidence of the model in FILE for DATA as a table of tab "
    "separated values, a row a part (train, validation, test), as compare "
    "writes it into evidence.tsv. The rows are parted as they were for the "
    "fit: the seed is that of FILE unless given.\n"
    "Of a model with a latent variable z (ppca, gmm, mixture, vae) --method "
    "finds the evidence from draws of z: elbo and iwae from the model's own "
    "proposal and prior from the prior (lower bounds in expectation), eubo "
    "from the posterior (an upper one), ais by annealing from the prior (a "
    "lower one). bdmc draws 100 data from the model and bounds their evidence "
    "on both sides. std_error is that of the mean over data. Where the weights "
    "of some data have too heavy a tail (Pareto k > 0.7) the bound holds as "
    "before, but how far it is from log p is not known: the interval for log p "
    "is withdrawn, and the note says so. More --weights, or ais, may help.\n"
    "gap splits log p(x) - ELBO of a model with real z, such as a vae: for "
    "each datum the best diagonal Gaussian q* is found; what q* lacks is the "
    "approximation gap, what the encoder lacks beside q* the amortisation gap. "
    "It takes some hundred steps a datum: a minute for a thousand small "
    "images.\n"
    "samples asks the draws alone, of any model that can sample, and prints "
    "another table, a row a score: value, standard error and interval, the "
    "ideal, and the floor, which is what the truth gets with as many draws. Of "
    "ring and grid how many modes 2500 draws reach (within 3 sd of one is high "
    "quality) and how evenly; then draws against held-out rows: precision and "
    "recall by neighbours, distances to the nearest training row, two-sample "
    "tests. No score is a claim about log p. --draws sets how many.\n"
    "Two numbers are quoted for models that only sample, and neither is their "
    "log p. kde puts a Gaussian on each of --draws samples, with the bandwidth "
    "that is best for the validation part (of validation itself: each half "
    "with the best of the other half); it claims nothing (~), and can prefer "
    "a model that has collapsed to the true one. --noise SD adds Gaussian "
    "noise to what a generator draws: that is another model, which has a "
    "density, and the bounds hold for it and for that SD.";

static const char audit_text[] =
    "Asks of the model in FILE what holds of every distribution, and prints a "
    "table of tab separated values, a row an audit: what was found, what it "
    "may be at most, whether it passed.\n"
    "normalisation: p(x) adds up to 1 over all states of a small space; on "
    "reals its integral, by weighted points, is 1 within 6.1 standard errors. "
    "chain "
    "rule: the terms log p(x_i | before) add up to log p(x). causality: no "
    "term moves, by a bit, when a later column changes. columns: every term "
    "is a law of its column. samples: the mean log p of draws is minus the "
    "entropy, within 6.1 standard errors; the entropy comes from a small "
    "space, from the terms, or on reals from weighted points, if draws cover "
    "the space well enough. data: of DATA, where it is given, "
    "the mean log p less that of draws, to look at.\n"
    "An audit that has no meaning for the model says so in its note and has no "
    "verdict. The exit status is 1 when one did not pass, and when nothing at "
    "all could be asked: a model without a density has not been found sound.";

static const char sample_text[] =
    "Prints draws from the model in FILE as tab separated values, a row a "
    "draw, in the space of the data it was fitted to.";

static const char plot_text[] =
    "Draws the model in FILE beside the data that it was fitted to, or DATA: "
    "rows that it did not learn from, where there are any.\n"
    "samples: data, and draws from the model. Of a model with a latent "
    "variable z also reconstruct: data, and what their codes decode to; "
    "latent: codes on a plane of z, marked by class; plane: what that plane "
    "decodes to; interpolate: decoded on the way between the codes of two "
    "data; far: decoded farther and farther out of the prior. Where z has more "
    "than two dimensions the plane is that of the two that say most of x. A "
    "gan puts no datum back into z: its ways lead from one draw of z to "
    "another, its plane is that of the first two dimensions. "
    "--figure draws one of them.\n"
    "Into FOLDER (default: marginalia-plot-FILE) go gnuplot scripts that hold "
    "their data, and their pictures where gnuplot is found.";

static const char compare_text[] =
    "Fits every model that can stand on DATA (default: digits) to its training "
    "rows, and prints one table of evidence, best on validation first. A sign "
    "before the number says what is claimed of log p(x): it equals the number, "
    "or is at least that.\n"
    "Into FOLDER (default: marginalia-compare-DATA) go evidence.tsv, "
    "curves.tsv, samples.tsv, run.json (what it ran on) and the figures: "
    "gnuplot scripts that hold their data, and their pictures where gnuplot is "
    "found. --set takes name=value for every model that has that option, or "
    "model.name=value for one.\n"
    "Ctrl-C stops after the pass at hand; the models that are finished are "
    "printed and written, and the table is marked as incomplete.\n"
    "'compare posterior TARGET' puts methods of inference onto that axis in "
    "the place of models, on one of the posteriors that 'marginalia list' "
    "shows: what is known exactly; black-box variational inference by each "
    "estimator of its gradient, with a guide that is a product, and with a "
    "full-rank guide; naive Monte Carlo, importance sampling from the best of "
    "these guides, annealing, thermodynamic integration. Then it prints means "
    "and standard deviations of z beside those of Hamiltonian Monte Carlo. An "
    "error that is a question mark is withdrawn: k, the shape of the weights' "
    "tail, is over 0.7. --set takes options of the posterior by their names, "
    "and those of the methods as bbvi.NAME (draws, iterations, rate ...) and "
    "hmc.NAME (chains, warmup, draws, leaps ...). Into FOLDER (default: "
    "marginalia-compare-TARGET) go evidence.tsv, moments.tsv and the figure.";

static const char chapter_text[] =
    "A chapter tells one story in steps: it computes each with the library, "
    "prints the numbers that it talks about and draws the figures. Without "
    "CHAPTER: which there are, how long each takes a reader and what it needs. "
    "CHAPTER is a number or a name of that list.\n"
    "Each is a program of its own, ch02-em for one. All that follows CHAPTER "
    "is handed to it as it stands, so its options come behind that word; "
    "'marginalia chapter em --help' shows what chapter em has of its own.";

static const char exercise_text[] =
    "An exercise asks for a function of the library, by its own prototype. "
    "'start' puts a file to write it in, and a page that says what is asked, "
    "into a folder of the exercise's name; 'check' compiles and tests what "
    "you wrote and says what it should do where it does not; after a pass the "
    "chapter runs with your function in the place of the library's. Without "
    "VERB: which exercises there are, and how far you are.\n"
    "NAME is that of an exercise, cut short as you like as long as it is "
    "clear. It may be left out in an exercise's folder, and where one alone is "
    "begun and not passed. What you have done is kept in "
    "marginalia-exercises.json in the current folder, which may be deleted.\n"
    "What follows VERB is read by its own help: 'marginalia exercise check "
    "--help'.";

static const char doctor_text[] =
    "Looks at what speed and figures depend on: the libraries, which CBLAS is "
    "bound and which kernel it chose, threads, vectors, gnuplot, the terminal, "
    "the current folder. A line that begins with 'warn' says what to do. The "
    "exit status is 1 only when something that is needed is broken.";

static const char bench_text[] =
    "Measures and prints tab separated values without a head: name, value, "
    "unit, threads, setting. Without NAME every measurement is made. --set "
    "changes the sizes.\n"
    "em: seconds a sweep of EM for a Gaussian mixture with full covariances, "
    "the median over sweeps, on one thread and on all; sizes n, d, k.\n"
    "vae: examples a second of a variational autoencoder that learns bits by "
    "Adam, minibatches of 128, the median over epochs; and which share of the "
    "rate of sgemm its matrix products come to, with square products timed in "
    "turn with the epochs; sizes n, d, hidden, k.\n"
    "pixelcnn_train, pixelcnn_sample: images a second that a plain PixelCNN "
    "learns in an epoch, the median over epochs, and that it draws, pixel by "
    "pixel; sizes n, d, channels, blocks.\n"
    "gan: steps a second of a game in the plane, one of each network, "
    "minibatches of 256; sizes n, k, hidden.\n"
    "bbvi: iterations a second of black-box variational inference, a "
    "mean-field Gaussian on Bayesian logistic regression, the median over "
    "turns; sizes n, d, draws, and an estimator, control unless another is "
    "set.";

static const struct verb verb_table[] = {
    {"list", "[NAME]", 0, 1, false, false,
     "what there is: data sets, models, posteriors", list_text,
     "list\nlist gmm\nlist digits", command_list, NULL},
    {"fit", "MODEL DATA", 2, 2, false, false,
     "fit a model, and write it to a file", fit_text,
     "fit gmm faithful\nfit gmm my.csv --set components=3 --set restarts=10\n"
     "fit vae ring --seeds 10",
     command_fit, NULL},
    {"evaluate", "FILE DATA", 2, 2, false, false,
     "the evidence of a fitted model for data", evaluate_text,
     "evaluate gmm-faithful.safetensors faithful\n"
     "evaluate ppca-digits.safetensors digits --method iwae -k 5000\n"
     "evaluate vae-digits.safetensors digits --method gap\n"
     "evaluate gmm-ring.safetensors ring --method samples",
     command_evaluate, NULL},
    {"audit", "FILE [DATA]", 1, 2, false, false,
     "is a fitted model a distribution?", audit_text,
     "audit fvbn-digits.safetensors\naudit fvbn-digits.safetensors digits",
     command_audit, NULL},
    {"sample", "FILE", 1, 1, false, false, "draw from a fitted model",
     sample_text, "sample gmm-faithful.safetensors -n 5", command_sample, NULL},
    {"plot", "FILE [DATA]", 1, 2, false, false, "pictures of a fitted model",
     plot_text,
     "plot vae-digits.safetensors\n"
     "plot ppca-digits.safetensors --figure latent --term dumb",
     command_plot, NULL},
    {"compare", "[DATA]", 0, 2, false, false,
     "every model in one table, or methods on a posterior", compare_text,
     "compare\ncompare ring --out ring --seed 7\n"
     "compare posterior eight-schools\n"
     "compare posterior coin --set heads=60 --set tails=40",
     command_compare, NULL},
    {"chapter", "[CHAPTER]", 0, 1, false, true,
     "a lesson in steps; without CHAPTER: which there are", chapter_text,
     "chapter\nchapter em --step\nchapter 2 --quick --out em", command_chapter,
     NULL},
    {"exercise", "[VERB]", 0, 1, false, true,
     "write functions of the library yourself, checked", exercise_text,
     "exercise\nexercise start log-sum-exp\nexercise check log-sum-exp",
     command_exercise, &exercise_grammar},
    {"doctor", "", 0, 0, false, false,
     "what this installation runs on, what is amiss", doctor_text, "doctor",
     command_doctor, NULL},
    {"bench", "[NAME]", 0, 1, false, false, "measure speed", bench_text,
     "bench em --set n=20000\nbench bbvi --set estimator=score", command_bench,
     NULL},
    {"help", "[VERB]", 0, 2, true, false, "this page", "", "", command_help,
     NULL},
    {"print-manual", "", 0, 0, true, false, "the manual page", "", "",
     command_manual, NULL},
    {"print-completion", "", 0, 0, true, false, "the completion for bash", "",
     "", command_completion, NULL},
    {.name = NULL}};

#define FIELD(name) offsetof(struct settings, name)
#define ANY (SIZE_MAX - 1)

static const struct option_entry option_table[] = {
    {"seed", 's', OPTION_COUNT, "N", FIELD(seed), 0, ANY,
     PLOT_TOO " sample bench",
     "where all chance starts (default 1); the same seed, the same bytes"},
    {"seeds", 0, OPTION_COUNT, "N", FIELD(seeds), 2, 10000, "fit",
     "fit N times, with the seeds from that of --seed on; each model gets its "
     "file, and tables tell of all"},
    {"out", 'o', OPTION_TEXT, "FOLDER", FIELD(out), 0, 0, "fit plot compare",
     "where files go; the folder is made"},
    {"checkpoint", 0, OPTION_TEXT, "FILE", FIELD(checkpoint), 0, 0, "fit",
     "of a model that learns by gradient: keep in FILE, every ten seconds and "
     "at the end, what a fit needs to go on"},
    {"resume", 0, OPTION_TEXT, "FILE", FIELD(resume), 0, 0, "fit",
     "go on from a checkpoint of the same call; may be the FILE of "
     "--checkpoint"},
    {"quick", 'q', OPTION_FLAG, NULL, FIELD(quick), 0, 0, "fit compare",
     "for a first look: one start, at most 50 passes, of networks a fifth of "
     "their epochs and no more than some seconds' work; of a file "
     "4000/1000/1000 rows at most; of compare posterior fewer "
     "iterations and draws"},
    {"set", 0, OPTION_LIST, "NAME=VALUE", 0, 0, 0, "fit compare bench",
     "set an option of the model or of the loop that fits it, of compare "
     "posterior one of the posterior or of a method, of bench a size to "
     "measure at; repeatable"},
    {"threads", 't', OPTION_COUNT, "N", FIELD(threads), 0, 4096,
     "fit evaluate compare bench",
     "how many threads (default 0: all); results do not depend on it"},
    {"draws", 0, OPTION_COUNT, "S", FIELD(draws), 1, 1000000,
     "fit evaluate compare",
     "draws of noise a datum where values are dequantised (default 4); with "
     "evaluate's --method also of z, averaged (elbo and eubo 16, gap 128, "
     "others 1); of samples how many the model is scored by (default 2500 at "
     "known modes, 1000 against data), of kde too (10000)"},
    {"method", 'm', OPTION_TEXT, "METHOD", FIELD(method), 0, 0, "evaluate",
     "exact (default), elbo, iwae, prior, ais, eubo, bdmc, gap, samples or "
     "kde"},
    {"noise", 0, OPTION_TEXT, "SD", FIELD(noise), 0, 0, "evaluate",
     "of a model whose x follows from z, with elbo, iwae, prior, ais or bdmc: "
     "judge the model with Gaussian noise of that standard deviation; 'best': "
     "the one that is best for validation"},
    {"weights", 'k', OPTION_COUNT, "K", FIELD(weights), 1, 100000000,
     "evaluate",
     "of iwae, prior (default 500), ais, bdmc (16) and gap (5000): weights "
     "inside each logarithm"},
    {"temperatures", 0, OPTION_COUNT, "T", FIELD(temperatures), 1, 1000000,
     "evaluate",
     "of ais and bdmc: steps to the posterior (default 100, which is weak: a "
     "number to quote wants --temperatures 1000 or more)"},
    {"part", 0, OPTION_TEXT, "PART", FIELD(part), 0, 0, "evaluate",
     "train, validation or test: that part's rows alone (default: all three)"},
    {"count", 'n', OPTION_COUNT, "N", FIELD(count), 1, ANY, "sample",
     "how many draws (default 10)"},
    {"figure", 0, OPTION_TEXT, "NAME", FIELD(figure), 0, 0, "plot",
     "samples, reconstruct, latent, plane, interpolate or far (default: all)"},
    {"term", 0, OPTION_TEXT, "WORD", FIELD(term), 0, 0, "plot",
     "svg (default), png, pdf, gif, dumb, sixel, qt, none: where pictures go"},
    {"split", 0, OPTION_TEXT, "PARTS", FIELD(split), 0, 0, PLOT_TOO,
     "train/validation/test as counts or fractions of the rows in their "
     "order, as in 0.8/0.1/0.1; 'none': all rows are train. A file's rows are "
     "otherwise shuffled by the seed and cut 0.8/0.1/0.1"},
    {"binarise", 0, OPTION_TEXT, "T", FIELD(binarise), 0, 0, PLOT_TOO,
     "levels become bits: 1 where the level is at least T; with T 'dynamic' "
     "each is drawn, the level the probability of a 1, and a model that learns "
     "by gradient sees other bits in every epoch"},
    {"rows", 0, OPTION_COUNT, "N", FIELD(rows), 1, 100000000, PLOT_TOO,
     "of a toy: how many rows to draw"},
    {"label", 0, OPTION_TEXT, "COLUMN", FIELD(label), 0, 0, PLOT_TOO,
     "of a CSV file: the column that holds the labels, by name or number"},
    {"labels", 0, OPTION_TEXT, "FILE", FIELD(labels), 0, 0, PLOT_TOO,
     "of an IDX or NPY file: the file that holds its labels"},
    {"test", 0, OPTION_TEXT, "FILE", FIELD(test), 0, 0, PLOT_TOO,
     "of a file: another file, whose rows are the test part; without --split "
     "a tenth of the first is then for validation"},
    {"test-labels", 0, OPTION_TEXT, "FILE", FIELD(test_labels), 0, 0, PLOT_TOO,
     "of an IDX or NPY file with --test: that one's labels"},
    {"levels", 0, OPTION_COUNT, "L", FIELD(levels), 2, 256, PLOT_TOO,
     "of a file: its values are levels 0 .. L-1, not reals"},
    {"help", 'h', OPTION_FLAG, NULL, FIELD(help), 0, 0, NULL,
     "this help, or that of a verb, and exit"},
    {"version", 'V', OPTION_FLAG, NULL, FIELD(version), 0, 0, NULL,
     "the version, and exit"},
    {.name = NULL}};

const struct grammar main_grammar = {"", verb_table, option_table};

int verbs_run(const struct settings *s) {
  if (s->version) {
    help_version(stdout);
    return 0;
  }
  if (s->help) {
    help_print(stdout, s->grammar,
               s->verb && !s->verb->hidden ? s->verb : NULL);
    return 0;
  }
  if (!s->verb) {
    help_short(stderr);
    return MG_EXIT_USAGE;
  }
  return s->verb->run(s);
}
