#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the tests of the runtime share; each reads this file first.  They run in
# the build folder, each then in an empty folder of its own, which is removed.
#   told ARGUMENT...    runs the tests' chapter with stdin, into out and err
#   typed COLUMNS ARGUMENT...
#                       the same in a terminal, with a script of pty.c on stdin
#   edits               lines can be edited here
#   says FILE PATTERN   the file has such a line; lacks: it has none
#   check WHAT CMD...   the command succeeds
#   ended STATUS, finish: as in tests/command/common.sh

set -u
here=$(pwd)/tests/lesson
[ -x "$here/count" ] || { echo "no program at $here/count"; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/mg-lesson.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP TERM
cd "$work" || exit 1
unset NO_COLOR COLUMNS LINES POSIXLY_CORRECT
LC_ALL=C TERM=xterm INPUTRC=/dev/null
export LC_ALL TERM INPUTRC
passed=0
failed=0
called=

result() { # what failed, 0 or not
  if [ "$2" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $called: $1"
    sed 's/^/  out: /' out 2>/dev/null | tail -n 12
    sed 's/^/  err: /' err 2>/dev/null | head -n 8
  fi
}

told() {
  called="count $*"
  status=0
  "$here/count" "$@" >out 2>err || status=$?
}

# The terminal's text loses its carriage returns and escapes.
typed() {
  columns=$1
  shift
  called="(in a terminal of $columns columns) count $*"
  status=0
  "$here/pty" "$columns" 24 "$here/count" "$@" >raw 2>err || status=$?
  escape=$(printf '\033')
  tr -d '\r' <raw |
    sed "s/${escape}\\[[0-9;?]*[A-Za-z]//g; s/${escape}[=>]//g" >out
}

ended() {
  [ "$status" = "$1" ]
  result "exit status $status, not $1" $?
}

says() {
  grep -q -e "$2" "$1"
  result "$1 has no line '$2'" $?
}

lacks() {
  if grep -q -e "$2" "$1"; then
    result "$1 has a line '$2'" 1
  else
    result "" 0
  fi
}

# Was the library built with readline?
edits() {
  grep -q '^#define MG_READLINE 1' "$here/../../config.h"
}

check() {
  what=$1
  shift
  "$@"
  result "$what" $?
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
