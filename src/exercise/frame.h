/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What grader and evaluator write on their two pipes: frames, a head of two
 * words and then bytes. */
#ifndef MG_EXERCISE_FRAME_H
#define MG_EXERCISE_FRAME_H

#include <stdint.h>

enum {
  MG_FRAME_PARCEL = 0, /* a question, an answer; empty: ready for questions */
  /* 1 .. 64: text, the last words before the process dies of that signal */
  MG_FRAME_REASON = 100 /* text: why there is no answer */
};

enum { MG_FRAME_TEXT = 400 }; /* bytes of a text, with its end */

/* The count that the sanitizing evaluator adds to an answer: bytes that a call
 * left behind. */
#define MG_FRAME_LEAKED "bytes leaked"

/* How the sanitizing evaluator ends when it has found something. */
enum { MG_FRAME_FINDING_EXIT = 86 };

typedef struct {
  uint64_t size; /* bytes behind the head */
  uint64_t kind;
} mg_frame;

#endif
