/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class: some students, each with a folder, and some exercises.
 *
 *     mg_class *c = mg_class_alloc(&options);
 *     while (mg_class_iterate(c, !stop) == GSL_CONTINUE)
 *       ;
 *     ... mg_class_grades(c) ...
 *     mg_class_free(c);
 *
 * Each attempt is made in a process of its own, some at a time.  One that dies
 * costs its own grade.  The grades stand in the order of the students, and of
 * the exercises within each, however the attempts overtook each other. */
#ifndef MG_EXERCISE_CLASS_H
#define MG_EXERCISE_CLASS_H

#include "exercise/grade.h"
#include "exercise/keyed.h"
#include "exercise/submission.h"

typedef struct {
  const char *name;   /* as reports call them */
  const char *folder; /* what they handed in */
} mg_class_student;

typedef struct {
  const mg_places *places;
  const mg_class_student *student;
  size_t students;
  const mg_exercise_entry *const *exercise;
  size_t exercises;
  mg_keyed keyed;  /* key, course and term; the others are filled in */
  size_t jobs;     /* attempts at a time, 1 .. MG_CLASS_JOBS */
  bool unconfined; /* limits alone: where mg_confine_check says no */
} mg_class_options;

/* Attempts at a time, at most; seconds after which one is stopped. */
enum { MG_CLASS_JOBS = 64, MG_CLASS_SECONDS = 120 };

typedef struct mg_class mg_class;

/* All grades waiting.  What the options point to must live as long; keyed is
 * read here.  Returns NULL with the reason: memory, no students, no exercises,
 * no jobs. */
mg_class *mg_class_alloc(const mg_class_options *options);

/* Stops what runs, frees; NULL is allowed. */
void mg_class_free(mg_class *c);

/* Starts attempts where there is room, then waits until one has ended, but no
 * longer than a quarter of a second.
 *   more  in  false: nothing new is started
 * Returns GSL_CONTINUE while one runs, or is to be started; else GSL_SUCCESS;
 * GSL_EFAILED when no process can be made. */
int mg_class_iterate(mg_class *c, bool more);

/* Grades: students x exercises. */
size_t mg_class_size(const mg_class *c);

/* How many have ended. */
size_t mg_class_ended(const mg_class *c);

/* All of them; they belong to the class. */
const mg_grade *mg_class_grades(const mg_class *c);

#endif
