/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of an attempt; see grade.h.  An attempt is some thirty kilobytes
 * of sentences that are mostly empty, and a class has thousands. */
#include "config.h"

#include "exercise/grade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

const char *mg_grade_state_name(mg_grade_state state) {
  static const char *const names[] = {"waiting", "missing", "refused",
                                      "errors",  "tested",  "cannot"};
  return names[state];
}

/* A copy of a sentence; NULL of an empty one. */
static int keep(const char *says, char **kept) {
  *kept = says[0] ? strdup(says) : NULL;
  return says[0] && !*kept ? mg_fail(GSL_ENOMEM, "no memory for a sentence")
                           : GSL_SUCCESS;
}

static int set_tests(mg_grade *g, const mg_trial *trial) {
  int status = GSL_SUCCESS;
  g->tests = trial->tests;
  g->points = trial->points;
  for (size_t i = 0; status == GSL_SUCCESS && i < trial->tests; i++) {
    g->test[i].passed = trial->result[i].passed;
    status = keep(trial->result[i].says, &g->test[i].says);
  }
  return status;
}

int mg_grade_set(mg_grade *g, const mg_attempt *attempt) {
  switch (attempt->stage) {
  case MG_ATTEMPT_MISSING:
    return mg_grade_say(g, MG_GRADE_MISSING, attempt->says);
  case MG_ATTEMPT_ERRORS:
  case MG_ATTEMPT_SYMBOLS:
    return mg_grade_say(g, MG_GRADE_ERRORS, attempt->says);
  case MG_ATTEMPT_TESTED:
    break;
  }
  mg_grade_clear(g);
  g->state = MG_GRADE_TESTED;
  return set_tests(g, &attempt->trial);
}

int mg_grade_say(mg_grade *g, mg_grade_state state, const char *why) {
  mg_grade_clear(g);
  g->state = state;
  return keep(why, &g->says);
}

bool mg_grade_known(const mg_grade *g) {
  return g->state != MG_GRADE_WAITING && g->state != MG_GRADE_CANNOT;
}

bool mg_grade_shows(const mg_grade *g, size_t i, bool reveal) {
  return reveal || !g->entry->exercise->tests[i].hidden;
}

const char *mg_grade_test_name(const mg_grade *g, size_t i, bool reveal,
                               char *text, size_t size) {
  if (mg_grade_shows(g, i, reveal))
    snprintf(text, size, "%s", g->entry->exercise->tests[i].expects);
  else
    snprintf(text, size, "hidden test %zu", i + 1);
  return text;
}

void mg_grade_clear(mg_grade *g) {
  free(g->says);
  for (size_t i = 0; i < g->tests; i++)
    free(g->test[i].says);
  g->says = NULL;
  g->tests = 0;
  g->points = 0;
}
