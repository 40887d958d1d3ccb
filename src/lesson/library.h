/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library, for a chapter: all that a step may call, in the order of the
 * floors.  Sources of the library itself name what they include one by one. */
#ifndef MG_LESSON_LIBRARY_H
#define MG_LESSON_LIBRARY_H

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "data/cube.h"
#include "data/digits.h"
#include "data/toys.h"
#include "dist/gaussian.h"
#include "dist/gaussian_estimate.h"
#include "dist/gaussian_picture.h"
#include "eval/confusion.h"
#include "eval/evidence.h"
#include "eval/left_out.h"
#include "eval/risk.h"
#include "infer/gaussian_climb.h"
#include "infer/optimizer.h"
#include "lesson/chapter.h"
#include "models/curve.h"
#include "models/fit.h"
#include "models/gmm.h"
#include "models/histogram.h"
#include "models/independent.h"
#include "models/kde.h"
#include "models/knn.h"
#include "models/mixture.h"
#include "models/naive_bayes.h"
#include "plot/bins.h"
#include "plot/images.h"

#endif
