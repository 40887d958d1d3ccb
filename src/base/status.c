/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentence behind a status code: one buffer a thread. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { REASON_SIZE = 512 };

static _Thread_local char reason[REASON_SIZE];

/* A file's name may hold an escape sequence; a message is one plain line. */
static void hide_control_characters(char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 32 || *text == 127)
      *text = '?';
}

int(mg_fail)(int code, const char *format, ...) {
  char text[REASON_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  hide_control_characters(text);
  memcpy(reason, text, sizeof text);
  return code;
}

int mg_fail_in(int code, const char *format, ...) {
  if (code == GSL_SUCCESS)
    return code;
  char where[REASON_SIZE], inner[REASON_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(where, sizeof where, format, arguments);
  va_end(arguments);
  snprintf(inner, sizeof inner, "%s", mg_status_text(code));
  return mg_fail(code, "%s: %s", where, inner);
}

const char *mg_reason(void) {
  return reason;
}

const char *mg_status_text(int code) {
  return reason[0] ? reason : gsl_strerror(code);
}

void mg_reason_clear(void) {
  reason[0] = '\0';
}
