/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a call failed.
 *
 * Every function that can fail returns GSL's codes: GSL_SUCCESS (0), or
 * GSL_EDOM, GSL_EINVAL, GSL_EBADLEN, GSL_ENOMEM and their like.  A code says
 * what kind of thing went wrong; a person also wants to know which file, which
 * row, which option, and what to do about it.  That sentence is kept here, one
 * a thread, as errno and dlerror keep theirs:
 *
 *     if (k == 0)
 *       return mg_fail(GSL_EINVAL, "components is 0: give at least 1");
 *
 * and the program that owns the screen prints mg_reason().  The library itself
 * prints nothing, and never calls GSL's error handler, which aborts by
 * default; programs turn that handler off before they call anything. */
#ifndef MG_BASE_STATUS_H
#define MG_BASE_STATUS_H

#include <gsl/gsl_errno.h>

#if defined(__GNUC__)
#define MG_PRINTF(f, first) __attribute__((format(printf, f, first)))
#else
#define MG_PRINTF(f, first)
#endif

/* Keeps the reason of a failure and hands its code back.
 *   code    in  a GSL code other than GSL_SUCCESS
 *   format  in  printf's, one sentence without a full stop or line end;
 *               control characters in what it prints become '?'
 * Returns code.  Reasons longer than 511 bytes are cut. */
int mg_fail(int code, const char *format, ...) MG_PRINTF(2, 3);

/* Puts where it happened before the reason that is kept: "where: reason".
 *   code    in  the code to hand back; GSL_SUCCESS leaves all as it is
 * Returns code. */
int mg_fail_in(int code, const char *format, ...) MG_PRINTF(2, 3);

/* The sentence kept last on this thread; "" when there is none.
 * Valid until the next failure on this thread. */
const char *mg_reason(void);

/* clang's analyser sees one file at a time and has to be told that a failure is
 * never GSL_SUCCESS. */
#ifdef __clang_analyzer__
#define mg_fail(code, ...) (mg_fail(code, __VA_ARGS__), (code))
#endif

/* What to print of a code: mg_reason() when there is one, else GSL's words. */
const char *mg_status_text(int code);

/* Forgets the reason. */
void mg_reason_clear(void);

#endif
