/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a diagnosis. */
#include "config.h"

#include "command/diagnosis.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "terminal/terminal.h"
#include "terminal/text.h"

enum { LINE_AT = 18 };

enum verdict diagnosis_say(char *text, enum verdict verdict, const char *format,
                           ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, DIAGNOSIS_SIZE, format, arguments);
  va_end(arguments);
  return verdict;
}

void diagnosis_print(enum verdict verdict, const char *name, const char *text) {
  static const char *const words[] = {"ok", "warn", "broken"};
  static const char *const colours[] = {"32", "33", "31"};
  const bool coloured = mg_terminal_colours(stdout);
  if (coloured)
    printf("\033[%sm", colours[verdict]);
  printf("%-6s", words[verdict]);
  printf("%s  %-8s  ", coloured ? "\033[0m" : "", name);
  mg_text_wrap(stdout, text, LINE_AT, LINE_AT);
}

enum verdict diagnosis_folder(char *text, const char *remedy) {
  char path[DIAGNOSIS_SIZE / 2];
  if (!getcwd(path, sizeof path))
    snprintf(path, sizeof path, "the current folder");
  if (access(".", W_OK | X_OK) != 0)
    return diagnosis_say(text, WARN, "%s cannot be written: %s", path, remedy);
  return diagnosis_say(text, OK, "%s can be written", path);
}
