#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the tests of the chapters share; each reads this file first.  They run
# in the build folder and work in an empty folder of their own, which is
# removed.
#   chapters            the names of the chapters that are built: "ch02-em ..."
#   program NAME        its program; expected NAME: its list of numbers
#   result WHAT STATUS  counts a check; 0: passed
#   check WHAT CMD...   the command succeeds
#   same A B            two folders hold the same tables
#   finish              the count, and the test's exit status

set -u
build=$(pwd)
source=$(cd "${srcdir:-.}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mg-chapters.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP TERM
cd "$work" || exit 1
unset NO_COLOR COLUMNS
passed=0
failed=0

chapters=
for file in "$source"/chapters/*.c; do
  name=$(basename "$file" .c)
  [ -x "$build/chapters/$name" ] || { echo "no $name: make first"; exit 1; }
  chapters="$chapters $name"
done

program() {
  echo "$build/chapters/$1"
}

expected() {
  echo "$source/chapters/expected/$1.tsv"
}

result() {
  if [ "$2" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $1"
  fi
}

check() {
  what=$1
  shift
  "$@"
  result "$what" $?
}

# Heads tell of the call; the rest is to be the same, byte by byte.
same() {
  for table in "$1"/*.tsv; do
    sed '/^# command:/d' "$table" >one.tsv
    sed '/^# command:/d' "$2/$(basename "$table")" >other.tsv || return 1
    cmp one.tsv other.tsv || { echo "in $table"; return 1; }
  done
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
