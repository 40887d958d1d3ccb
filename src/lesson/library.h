/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library, for a chapter: all that a step may call.  Sources of the library
 * itself name what they include one by one. */
#ifndef MG_LESSON_LIBRARY_H
#define MG_LESSON_LIBRARY_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort_vector.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "data/catalogue.h"
#include "data/cube.h"
#include "data/digits.h"
#include "data/order.h"
#include "data/toys.h"
#include "dist/exponential.h"
#include "dist/gaussian.h"
#include "dist/gaussian_estimate.h"
#include "dist/gaussian_picture.h"
#include "eval/audit.h"
#include "eval/confusion.h"
#include "eval/evidence.h"
#include "eval/left_out.h"
#include "eval/line.h"
#include "eval/parzen.h"
#include "eval/risk.h"
#include "eval/zoo.h"
#include "infer/gaussian_climb.h"
#include "infer/optimizer.h"
#include "lesson/averages.h"
#include "lesson/bounds.h"
#include "lesson/chains.h"
#include "lesson/chapter.h"
#include "lesson/densities.h"
#include "lesson/games.h"
#include "lesson/guides.h"
#include "lesson/mixtures.h"
#include "lesson/walkers.h"
#include "models/autoregressive.h"
#include "models/curve.h"
#include "models/fit.h"
#include "models/fvbn.h"
#include "models/gmm.h"
#include "models/gmm_picture.h"
#include "models/histogram.h"
#include "models/independent.h"
#include "models/kde.h"
#include "models/knn.h"
#include "models/mixture.h"
#include "models/naive_bayes.h"
#include "models/pixelcnn.h"
#include "models/pixelrnn.h"
#include "models/ppca.h"
#include "plot/bins.h"
#include "plot/images.h"
#include "targets/banana.h"
#include "targets/coin.h"
#include "targets/eight_schools.h"

/* What steps say most.  `lesson` is what a step is called with; settings_of
 * comes with the story. */
#define SET settings_of(lesson)
#define BOARD mg_lesson_board(lesson)
#define PIECE mg_lesson_piece(lesson)
#define SEED mg_lesson_seed(lesson)
#define RNG(name) mg_lesson_rng(lesson, name)
#define MATRIX(name) mg_board_find_matrix(BOARD, name)
#define ROWS(name) mg_board_find_table(BOARD, name)
#define VECTOR(name) mg_board_find_vector(BOARD, name)
#define MODEL(name) mg_board_find_model(BOARD, name)
#define DATA(name) mg_board_find_data(BOARD, name)
#define GIVEN(name) mg_board_number(BOARD, name)
#define NUMBER(name, value, unit) mg_board_real(BOARD, name, value, unit)

#endif
