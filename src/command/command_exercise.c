/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise: a grammar of its own behind a verb.
 *
 * What is typed behind `exercise` is read as a whole command line is, by the
 * two tables here; each verb is a function of exercise.h. */
#include "config.h"

#include "command/exercise.h"

#include <stdint.h>

#include "command/verbs.h"
#include "exercise/class.h"

static const char list_text[] =
    "Chapter by chapter: the name of each exercise, its title, its points, the "
    "minutes that it takes, and how far you are with it.";

static const char start_text[] =
    "Makes the folder NAME, here, with NAME.c to write in, NAME.md, which says "
    "what is asked, and a Makefile for who prefers 'make check'. What is there "
    "already is left as it is. Without NAME: the first that is neither passed "
    "nor given up.";

static const char show_text[] = "Prints what the exercise asks for.";

static const char check_text[] =
    "Compiles NAME/NAME.c (or NAME.c here), twice, the second time under "
    "the address and undefined behaviour sanitizers, and puts its tests to it: "
    "in a process of its own that can do nothing but compute. Of each test it "
    "says what it expects and whether it passed; of one that failed on which "
    "input, what came and what should have come. Of hidden tests nothing but "
    "the number is told.\n"
    "When all pass, NAME/NAME.so is left: the function as a shared object, "
    "with which the chapter runs.\n"
    "The exit status is 0 when all passed, and 1 when not. Ctrl-C ends "
    "--watch.";

static const char hint_text[] =
    "Each exercise has three hints: where to look, which equation, nearly the "
    "lines. Without a number: the next one that was not shown yet.";

static const char reset_text[] =
    "Puts the skeleton back into NAME/NAME.c. What stood there is kept as "
    "NAME/NAME.c.bak-1, or the next free number.";

static const char solution_text[] =
    "Prints the reference solution of an exercise that you passed, or that you "
    "give up with --give-up. It is one of several that are right.";

static const char progress_text[] =
    "Points by chapter, and which exercise comes next.";

static const char doctor_text[] =
    "Looks at all that exercises need: the headers, the library and the "
    "program that runs what you wrote, the sanitizers, what this system can "
    "forbid it, the current folder; and sends a reference solution the whole "
    "way, compiler and all. A line that begins with 'warn' or 'broken' says "
    "what to do. The exit status is 1 when 'check' cannot work.";

static const char grade_text[] =
    "Grades the functions that students handed in. Each DIR is the folder of "
    "one, named like its last part, and holds NAME/NAME.c or NAME.c for an "
    "exercise NAME. Which exercises: those of --exercises, else those that any "
    "of the folders holds; what a student did not hand in has 0 points.\n"
    "Every student gets inputs of their own, from a seed that is a keyed hash "
    "of course, term, exercise and student. It is printed: 'marginalia "
    "exercise check NAME --inputs SEED --file PATH' does the same again.\n"
    "Submitted functions run in a process of their own that may do nothing but "
    "compute. What is said of hidden tests is their number and points, unless "
    "with --reveal.\n"
    "Prints a table, or one of the forms below. The exit status is 0 when all "
    "could be graded, whatever the points, and 1 when something could not. "
    "Ctrl-C waits for what is under way and reports what is finished.";

static const char lint_text[] =
    "Looks whether exercises are fit to be given to students: statement and "
    "three hints are there, points add up, the skeleton compiles without a "
    "warning and fails, the solution compiles without a warning and passes; "
    "in a source tree also that all of right/ passes and none of wrong/ does. "
    "Without NAME: every exercise. Prints a line for each, and what is wrong; "
    "the exit status is 1 when anything is.";

static const struct verb exercise_verbs[] = {
    {"list", "", 0, 0, false, false, "which there are, and how far you are",
     list_text, "exercise list", exercise_list, NULL},
    {"start", "[NAME]", 0, 1, false, false, "begin one", start_text,
     "exercise start\nexercise start log-sum-exp", exercise_start, NULL},
    {"show", "[NAME]", 0, 1, false, false, "what it asks for", show_text,
     "exercise show log-sum-exp", exercise_show, NULL},
    {"check", "[NAME]", 0, 1, false, false, "compile and test what you wrote",
     check_text,
     "exercise check\nexercise check log-sum-exp --watch\n"
     "exercise check log-sum-exp --inputs 1f3a",
     exercise_check, NULL},
    {"hint", "[NAME] [1..3]", 0, 2, false, false, "the next of three hints",
     hint_text, "exercise hint\nexercise hint log-sum-exp 2", exercise_hint,
     NULL},
    {"reset", "NAME", 1, 1, false, false,
     "the skeleton again; keeps what you wrote beside it", reset_text,
     "exercise reset log-sum-exp", exercise_reset, NULL},
    {"solution", "NAME", 1, 1, false, false, "after a pass: the reference",
     solution_text, "exercise solution log-sum-exp --give-up",
     exercise_solution, NULL},
    {"progress", "", 0, 0, false, false, "points by chapter, and what is next",
     progress_text, "exercise progress", exercise_progress, NULL},
    {"doctor", "", 0, 0, false, false, "is there all that exercises need?",
     doctor_text, "exercise doctor", exercise_doctor, NULL},
    {"grade", "DIR...", 1, MANY, false, false, "for teachers: grade a class",
     grade_text,
     "exercise grade class/* --course ML --term 2026 --key key.txt\n"
     "exercise grade class/* --exercises e-step,m-step --csv -o all.csv\n"
     "exercise grade . --student ada --gradescope",
     exercise_grade, NULL},
    {"lint", "[NAME]...", 0, MANY, false, false,
     "for authors: are exercises sound", lint_text,
     "exercise lint\nexercise lint log-sum-exp", exercise_lint, NULL},
    {"help", "[VERB]", 0, 1, true, false, "this page", "", "", command_help,
     NULL},
    {.name = NULL}};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_entry exercise_options[] = {
    {"watch", 'w', OPTION_FLAG, NULL, FIELD(watch), 0, 0, "check",
     "check again whenever the file changes, until Ctrl-C"},
    {"inputs", 0, OPTION_TEXT, "HEX", FIELD(inputs), 0, 0, "check",
     "the inputs of another seed, as a teacher's report prints it; nothing is "
     "recorded"},
    {"file", 'f', OPTION_TEXT, "PATH", FIELD(file), 0, 0, "check",
     "check that file in the place of NAME/NAME.c"},
    {"give-up", 0, OPTION_FLAG, NULL, FIELD(give_up), 0, 0, "solution",
     "before a pass; the list then says so"},
    {"exercises", 0, OPTION_TEXT, "LIST", FIELD(exercises), 0, 0, "grade",
     "names, parted by commas"},
    {"course", 0, OPTION_TEXT, "NAME", FIELD(course), 0, 0, "grade",
     "any text; part of the seeds"},
    {"term", 0, OPTION_TEXT, "NAME", FIELD(term), 0, 0, "grade",
     "any text; part of the seeds"},
    {"key", 0, OPTION_TEXT, "FILE", FIELD(key), 0, 0, "grade",
     "a line of text that only the teacher has; makes the seeds secret"},
    {"student", 0, OPTION_TEXT, "NAME", FIELD(student), 0, 0, "grade",
     "of a single DIR: its student (default: its name)"},
    {"csv", 0, OPTION_FLAG, NULL, FIELD(csv), 0, 0, "grade",
     "for a spreadsheet: a row for each student and exercise"},
    {"json", 0, OPTION_FLAG, NULL, FIELD(json), 0, 0, "grade",
     "for programs: every test"},
    {"gradescope", 0, OPTION_FLAG, NULL, FIELD(gradescope), 0, 0, "grade",
     "results.json of Gradescope, of a single DIR"},
    {"autolab", 0, OPTION_FLAG, NULL, FIELD(autolab), 0, 0, "grade",
     "what Autolab reads, of a single DIR"},
    {"junit", 0, OPTION_FLAG, NULL, FIELD(junit), 0, 0, "grade",
     "JUnit's XML, for continuous integration"},
    {"out", 'o', OPTION_TEXT, "FILE", FIELD(report), 0, 0, "grade",
     "write the report there"},
    {"jobs", 'j', OPTION_COUNT, "N", FIELD(jobs), 1, MG_CLASS_JOBS, "grade",
     "attempts at a time (default: a processor each)"},
    {"reveal", 0, OPTION_FLAG, NULL, FIELD(reveal), 0, 0, "grade",
     "for the teacher: hidden tests in full"},
    {"unconfined", 0, OPTION_FLAG, NULL, FIELD(unconfined), 0, 0, "grade",
     "grade even where submitted functions cannot be kept from doing "
     "something else"},
    {"help", 'h', OPTION_FLAG, NULL, FIELD(help), 0, 0, NULL,
     "this help, and exit"},
    {.name = NULL}};

const struct grammar exercise_grammar = {"exercise ", exercise_verbs,
                                         exercise_options};

int command_exercise(const struct settings *s) {
  struct settings inner;
  char *list[] = {s->argv[0], "list", NULL};
  /* The verb was read as an operand, and is read again as a verb. */
  char **argv = s->operands ? s->rest - 2 : list;
  int argc = 0;
  while (argv[argc])
    argc++;
  int status = settings_parse(&inner, &exercise_grammar, argc, argv);
  inner.argv = s->argv;
  inner.argc = s->argc;
  if (status == 0)
    status = verbs_run(&inner);
  settings_clear(&inner);
  return status;
}
