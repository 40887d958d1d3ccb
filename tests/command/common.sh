#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the tests of the program share; each reads this file first.  They run in
# the build folder, each then in an empty folder of its own, which is removed.
#   run ARGUMENT...     runs marginalia; leaves $status, and files out and err
#   ended STATUS        the last run ended so
#   says FILE PATTERN   the file has such a line; lacks: it has none
#   check WHAT CMD...   the command succeeds
#   finish              the count, and the test's exit status

set -u
# shellcheck disable=SC2034 # for who reads this file
program=$(pwd)/marginalia
[ -x "$program" ] || { echo "no program at $program: make first"; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/mg-command.XXXXXX") || exit 1
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP TERM
cd "$work" || exit 1
unset NO_COLOR COLUMNS POSIXLY_CORRECT LC_ALL
passed=0
failed=0
called=

result() { # what failed, 0 or not
  if [ "$2" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: marginalia $called: $1"
    sed 's/^/  out: /' out 2>/dev/null | head -n 8
    sed 's/^/  err: /' err 2>/dev/null | head -n 8
  fi
}

run() {
  called=$*
  status=0
  "$program" "$@" >out 2>err </dev/null || status=$?
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
