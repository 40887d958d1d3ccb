/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a chapter is: a story in steps.
 *
 * A chapter is two files.  chapters/ch02-em.story holds what is told: a step's
 * title, its prose, its equations, which tables and figures it shows.
 * chapters/ch02-em.c holds what is computed: a function a step, of the same
 * name, which takes quantities from the board and puts quantities there, by
 * calls of the library alone.  story.awk turns the first into a table of
 * mg_step, a struct of settings and the chapter, which the second includes.
 *
 *     #include "lesson/library.h"
 *     #include "chapters/ch02-em.story.h"
 *     static int e_step(mg_lesson *lesson) { ... }
 *     ...
 *     int main(int argc, char **argv) {
 *       return mg_lesson_main(&chapter, argc, argv);
 *     }
 *
 * A step that is a loop (EM, stochastic gradients) is done in pieces: its
 * function does the smallest one and returns GSL_CONTINUE until the last.
 * A reader may stop after each, or after each piece that ends something larger,
 * which the step's levels name from small to large: "example minibatch epoch".
 */
#ifndef MG_LESSON_CHAPTER_H
#define MG_LESSON_CHAPTER_H

#include "base/option.h"
#include "lesson/lesson.h"

/* A slot of a figure's template and what goes there. */
typedef struct {
  enum { MG_SLOT_TABLE, MG_SLOT_TEXT, MG_SLOT_NUMBER } kind;
  const char *slot;  /* NULL ends a list */
  const char *value; /* a table of the board, a text, a number */
} mg_slot;

/* A figure: a template of plots/ over tables of the board. */
typedef struct {
  const char *name; /* NULL ends a list */
  const char *template_name, *title;
  const mg_slot *slots;
} mg_picture;

typedef struct {
  const char *name;      /* "e-step"; NULL ends the story */
  const char *title;     /* "The E step closes the gap" */
  const char *before;    /* prose, before it is computed; paragraphs are parted
                          * by an empty line, see page.h */
  const char *after;     /* prose, when it is done */
  const char *equations; /* ids parted by blanks: "em.2 em.3", or "" */
  const char *levels;    /* of its pieces, small to large, or "" */
  const char *watch;     /* printed at every stop in it: mu, or mu:.2f */
  const char *shows;     /* tables that are printed as they grow */
  const char *makes;     /* tables that it begins with, empty: a line each,
                          * "guesses mu sigma log_p", or "" */
  const mg_picture *pictures;
  int (*run)(mg_lesson *lesson);
} mg_step;

typedef struct {
  const char *name;         /* as in chapters/chapters.list */
  const char *data;         /* of the catalogue, or NULL: it takes no --data */
  const mg_option *options; /* of its settings, or NULL */
  size_t options_size;
  /* The settings before anybody sets any. */
  void (*options_default)(bool quick, void *options);
  const mg_step *steps;
} mg_chapter;

/* Runs a chapter as a program: reads the command line, tells the story or
 * stops at each step, writes its files.
 * Returns the exit status. */
int mg_lesson_main(const mg_chapter *chapter, int argc, char **argv);

#endif
