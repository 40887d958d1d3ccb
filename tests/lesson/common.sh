#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the tests of the runtime share, besides what they share with the tests of
# the program (tests/command/common.sh); each reads this file first.
#   told ARGUMENT...    runs the tests' chapter with stdin, into out and err
#   typed COLUMNS ARGUMENT...
#                       the same in a terminal, with a script of pty.c on
#                       stdin; the test is skipped where there is none
#   edits               lines can be edited here
# shellcheck source-path=SCRIPTDIR source=../command/common.sh

here=$(pwd)
case ${srcdir:-.} in
/*) source=${srcdir:-.} ;;
*) source=$here/${srcdir:-.} ;;
esac
[ -x "$here/tests/lesson/count" ] || { echo "no tests/lesson/count"; exit 1; }
. "$source/tests/command/common.sh"
LC_ALL=C TERM=xterm INPUTRC=/dev/null
export LC_ALL TERM INPUTRC
unset LINES

told() {
  called="(as count) $*"
  status=0
  "$here/tests/lesson/count" "$@" >out 2>err || status=$?
}

# The terminal's text loses its carriage returns and escapes.
typed() {
  columns=$1
  shift
  called="(as count, in $columns columns) $*"
  status=0
  "$here/tests/lesson/pty" "$columns" 24 "$here/tests/lesson/count" "$@" \
    >raw 2>err || status=$?
  if [ "$status" = 77 ]; then
    echo "skipped: $(cat err)"
    exit 77
  fi
  escape=$(printf '\033')
  tr -d '\r' <raw |
    sed "s/${escape}\\[[0-9;?]*[A-Za-z]//g; s/${escape}[=>]//g" >out
}

# Was the library built with readline?
edits() {
  grep -q '^#define MG_READLINE 1' "$here/config.h"
}
