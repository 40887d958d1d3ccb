/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an object calls, and what it may; see compile.h.
 *
 * A function of an exercise computes: it needs mathematics, memory, strings,
 * printing while it is being written, GSL, and the library below the exercises.
 * All else is refused by name before anything runs, since "it calls exit(),
 * which is not for an exercise" is a better answer than a process that is gone.
 * It is an answer, not the wall: an object can find any function of its process
 * without naming it. The wall is confine.c.
 *
 * C's names appear as the compiler and the C library spell them: printf of one
 * line is puts, sscanf is __isoc99_sscanf, and with _FORTIFY_SOURCE, which some
 * distributions set, memcpy is __memcpy_chk. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/object.h"
#include "base/status.h"
#include "exercise/compile.h"

enum { NAME = 200 };

/* In the order of strcmp, for bsearch; those of <math.h> without the f or l of
 * their other precisions. */
static const char *const mathematics[] = {
    "acos",      "acosh",     "asin",       "asinh",    "atan",      "atan2",
    "atanh",     "cabs",      "carg",       "cbrt",     "ceil",      "cexp",
    "cimag",     "clog",      "conj",       "copysign", "cos",       "cosh",
    "cpow",      "creal",     "csqrt",      "erf",      "erfc",      "exp",
    "exp10",     "exp2",      "expm1",      "fabs",     "fdim",      "floor",
    "fma",       "fmax",      "fmin",       "fmod",     "frexp",     "hypot",
    "ilogb",     "j0",        "j1",         "jn",       "ldexp",     "lgamma",
    "lgamma_r",  "llrint",    "llround",    "log",      "log10",     "log1p",
    "log2",      "logb",      "lrint",      "lround",   "modf",      "nan",
    "nearbyint", "nextafter", "nexttoward", "pow",      "remainder", "remquo",
    "rint",      "round",     "roundeven",  "scalbln",  "scalbn",    "signgam",
    "sin",       "sincos",    "sinh",       "sqrt",     "tan",       "tanh",
    "tgamma",    "trunc",     "y0",         "y1",       "yn"};

static const char *const others[] = {"_ITM_deregisterTMCloneTable",
                                     "_ITM_registerTMCloneTable",
                                     "__assert_fail",
                                     "__ctype_b_loc",
                                     "__ctype_tolower_loc",
                                     "__ctype_toupper_loc",
                                     "__cxa_finalize",
                                     "__divdc3",
                                     "__errno_location",
                                     "__finite",
                                     "__finitef",
                                     "__finitel",
                                     "__fpclassify",
                                     "__fpclassifyf",
                                     "__fpclassifyl",
                                     "__gmon_start__",
                                     "__isinf",
                                     "__isinff",
                                     "__isinfl",
                                     "__isnan",
                                     "__isnanf",
                                     "__isnanl",
                                     "__isoc23_sscanf",
                                     "__isoc23_strtol",
                                     "__isoc23_strtoul",
                                     "__isoc99_sscanf",
                                     "__muldc3",
                                     "__powidf2",
                                     "__signbit",
                                     "__signbitf",
                                     "__signbitl",
                                     "__stack_chk_fail",
                                     "__tls_get_addr",
                                     "abort",
                                     "abs",
                                     "aligned_alloc",
                                     "atof",
                                     "atoi",
                                     "atol",
                                     "bsearch",
                                     "calloc",
                                     "div",
                                     "fflush",
                                     "fprintf",
                                     "fputc",
                                     "fputs",
                                     "free",
                                     "fwrite",
                                     "isalnum",
                                     "isalpha",
                                     "isdigit",
                                     "isspace",
                                     "labs",
                                     "llabs",
                                     "malloc",
                                     "memchr",
                                     "memcmp",
                                     "memcpy",
                                     "memmove",
                                     "memset",
                                     "posix_memalign",
                                     "printf",
                                     "putc",
                                     "putchar",
                                     "puts",
                                     "qsort",
                                     "realloc",
                                     "snprintf",
                                     "sprintf",
                                     "sscanf",
                                     "stderr",
                                     "stdout",
                                     "strcat",
                                     "strchr",
                                     "strcmp",
                                     "strcpy",
                                     "strcspn",
                                     "strdup",
                                     "strlen",
                                     "strncat",
                                     "strncmp",
                                     "strncpy",
                                     "strndup",
                                     "strrchr",
                                     "strspn",
                                     "strstr",
                                     "strtod",
                                     "strtol",
                                     "strtoul",
                                     "tolower",
                                     "toupper",
                                     "vfprintf",
                                     "vprintf",
                                     "vsnprintf"};

/* Beginnings of names of GSL and of the library that a computation has no use
 * for. */
static const char *const no_computation[] = {
    "gsl_rng_env_setup", "gsl_set_error_handler",
    "mg_attempt",        "mg_capture_",
    "mg_child_",         "mg_class_",
    "mg_command_line_",  "mg_compile",
    "mg_complaint_",     "mg_confine",
    "mg_detour",         "mg_exercise",
    "mg_file_",          "mg_finding_",
    "mg_folder_",        "mg_grade_",
    "mg_judge",          "mg_keyed_",
    "mg_lint_",          "mg_local_",
    "mg_parcel",         "mg_places_",
    "mg_program_",       "mg_progress_",
    "mg_recipe_",        "mg_report_",
    "mg_safetensors_",   "mg_source_",
    "mg_submission_",    "mg_table_write",
    "mg_trial",          "mg_zoo_"};

static int compare(const void *a, const void *b) {
  return strcmp(a, *(const char *const *)b);
}

#define IS_IN(name, list)                                                      \
  (bsearch(name, list, sizeof list / sizeof *list, sizeof *list, compare) !=   \
   NULL)

static bool begins(const char *name, const char *with) {
  return strncmp(name, with, strlen(with)) == 0;
}

static bool is_listed(const char *name, const char *const *list) {
  for (; list && *list; list++)
    if (strcmp(name, *list) == 0)
      return true;
  return false;
}

static bool is_mathematics(const char *name) {
  char base[NAME];
  if (IS_IN(name, mathematics))
    return true;
  snprintf(base, sizeof base, "%s", name);
  const size_t n = strlen(base);
  if (n < 2 || (base[n - 1] != 'f' && base[n - 1] != 'l'))
    return false;
  base[n - 1] = '\0';
  return IS_IN(base, mathematics);
}

/* "__memcpy_chk" is memcpy. */
static bool is_checked(const char *name) {
  char base[NAME];
  const size_t n = strlen(name);
  if (n < 7 || n >= sizeof base || !begins(name, "__") ||
      strcmp(name + n - 4, "_chk") != 0)
    return false;
  snprintf(base, sizeof base, "%.*s", (int)(n - 6), name + 2);
  return IS_IN(base, others);
}

static bool may_use(const char *name) {
  for (size_t i = 0; i < sizeof no_computation / sizeof *no_computation; i++)
    if (begins(name, no_computation[i]))
      return false;
  return begins(name, "gsl_") || begins(name, "mg_") || is_mathematics(name) ||
         IS_IN(name, others) || is_checked(name);
}

static int check_use(const mg_exercise *e, const char *name) {
  if (is_listed(name, e->avoid))
    return mg_fail(GSL_EINVAL,
                   "it calls %.100s(), which does the work of this exercise: "
                   "do it yourself",
                   name);
  if (!may_use(name))
    return mg_fail(GSL_EINVAL,
                   "it uses %.100s, which is not for an exercise: a function "
                   "computes from its arguments, and returns",
                   name);
  return GSL_SUCCESS;
}

static int check_defined(const mg_exercise *e, const mg_object *object) {
  for (size_t i = 0; e->functions[i]; i++) {
    const mg_object_symbol *s = mg_object_find(object, e->functions[i]);
    if (!s || !s->defined || !s->function)
      return mg_fail(GSL_EINVAL,
                     "it defines no function %s: is its name spelled so, and "
                     "is it not static?",
                     e->functions[i]);
  }
  return GSL_SUCCESS;
}

int mg_compile_symbols(const mg_exercise *exercise, const char *object) {
  mg_object o;
  int status = mg_object_read(&o, object);
  if (status != GSL_SUCCESS)
    return mg_fail_in(GSL_EFAILED, "the compiled file");
  status = check_defined(exercise, &o);
  for (size_t i = 0; status == GSL_SUCCESS && i < o.symbols; i++)
    if (!o.symbol[i].defined)
      status = check_use(exercise, o.symbol[i].name);
  mg_object_clear(&o);
  return status;
}
