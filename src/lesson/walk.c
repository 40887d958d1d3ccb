/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one stop to the next.
 *
 * The run from end to end and the reader at the prompt go by the same few
 * lines, so that both read the same story: a title and the prose before, the
 * pieces, the numbers and rows that are new, the prose behind.  What differs is
 * only where they stop.
 *
 * Between two pieces Ctrl-C is asked for: a step that is one long piece is
 * finished first. */
#include "config.h"

#include "lesson/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/page.h"
#include "terminal/interrupt.h"
#include "terminal/progress.h"

enum { PLACE_SIZE = 128 };

const mg_step *mg_walk_shown(const mg_lesson *lesson) {
  const mg_place at = lesson->place;
  if (at.piece > 0)
    return &lesson->chapter->steps[at.step];
  return at.step > 0 ? &lesson->chapter->steps[at.step - 1] : NULL;
}

const char *mg_walk_place(const mg_lesson *lesson, char *text, size_t size) {
  const mg_step *step = mg_walk_shown(lesson);
  if (!step) {
    snprintf(text, size, "0/%zu %s", lesson->steps, lesson->chapter->name);
    return text;
  }
  const size_t number = (size_t)(step - lesson->chapter->steps) + 1;
  const int used =
      snprintf(text, size, "%zu/%zu %s", number, lesson->steps, step->name);
  const size_t smallest = strcspn(step->levels, " ");
  if (lesson->place.piece > 0 && used > 0 && (size_t)used < size)
    snprintf(text + used, size - (size_t)used, ", %.*s %zu",
             smallest ? (int)smallest : 5, smallest ? step->levels : "piece",
             lesson->place.piece);
  return text;
}

int mg_walk_pieces(mg_lesson *lesson, size_t level, size_t k) {
  char place[PLACE_SIZE];
  int status;
  do {
    if (lesson->place.piece > 0)
      mg_progress_show(-1, "%s", mg_walk_place(lesson, place, sizeof place));
    status = mg_lesson_advance(lesson);
    if (status == GSL_SUCCESS && level != MG_WALK_WHOLE &&
        lesson->level >= level)
      k--;
  } while (status == GSL_SUCCESS && !lesson->ended && k > 0 &&
           !mg_interrupted());
  mg_progress_clear();
  return status;
}

int mg_walk_tell(FILE *stream, mg_lesson *lesson, size_t level, size_t k) {
  const mg_step *step = mg_lesson_step(lesson);
  if (lesson->place.piece == 0) {
    mg_page_forget(lesson);
    mg_page_begin(stream, lesson, step);
    /* What is read while the step computes. */
    fflush(stream);
  }
  const int status = mg_walk_pieces(lesson, level, k);
  if (status != GSL_SUCCESS)
    return status;
  mg_page_news(stream, lesson, step, MG_WALK_ROWS);
  if (lesson->ended && *step->after) {
    fputc('\n', stream);
    mg_page_prose(stream, lesson, step->after);
  }
  return GSL_SUCCESS;
}
