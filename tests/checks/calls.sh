#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The library prints nothing, never exits, reads no clock and no environment,
# changes no locale for others (uselocale is a thread's own) and leaves GSL's
# error handler alone: all of src/ but src/command and src/lesson, which are
# programs, src/terminal, through which these speak to a person, and
# src/exercise, which runs other programs and limits their time.
#   calls.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
find src -name '*.[ch]' ! -path 'src/command/*' ! -path 'src/lesson/*' \
  ! -path 'src/terminal/*' ! -path 'src/exercise/*' |
  LC_ALL=C sort | awk '
# Leaves out comments and strings; "comment" says whether one is still open.
function code_of(line,   out, at) {
  while (line != "") {
    if (comment) {
      at = index(line, "*/")
      if (!at) return out
      comment = 0
      line = substr(line, at + 2)
    } else if (match(line, token)) {
      out = out substr(line, 1, RSTART - 1) " "
      at = substr(line, RSTART, 2)
      if (at == "//") return out
      comment = at == "/*"
      line = substr(line, RSTART + (comment ? 2 : RLENGTH))
    } else {
      return out line
    }
  }
  return out
}

BEGIN {
  token = "/[*]|//|\"([^\"\\\\]|\\\\.)*\"|\047([^\047\\\\]|\\\\.)\047"
  calls = "printf vprintf puts putchar perror exit _exit _Exit quick_exit " \
    "abort assert getenv secure_getenv setenv putenv time clock " \
    "clock_gettime gettimeofday setlocale system popen fork " \
    "rand srand random srandom drand48 signal sigaction " \
    "gsl_set_error_handler gsl_set_error_handler_off gsl_error " \
    "GSL_ERROR GSL_ERROR_VAL GSL_ERROR_VOID GSL_ERROR_NULL"
  names = "stdout stderr stdin environ"
  gsub(/ /, "|", calls)
  gsub(/ /, "|", names)
  banned = "(^|[^A-Za-z0-9_>.])((" calls ")[ \t]*[(]|(" names \
    ")($|[^A-Za-z0-9_]))"
}

{
  file = $0
  number = comment = 0
  while ((getline line < file) > 0) {
    number++
    code = code_of(line)
    if (code ~ banned) {
      printf "%s:%d: not for the library: %s\n", file, number, line
      bad = 1
    }
  }
  close(file)
  files++
}

END {
  printf "calls: %d files\n", files
  if (!files) print "no file was looked at: is this the source tree?"
  exit bad || !files
}'
