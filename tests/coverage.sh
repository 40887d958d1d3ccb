#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Which lines of the sources the suite runs: a table, and with genhtml pages in
# coverage/html.
#   coverage.sh SOURCE_FOLDER    in the build folder; make coverage

set -eu
source=$(cd "$1" && pwd)
folder=coverage
if ! command -v lcov >/dev/null 2>&1; then
  echo "make coverage needs lcov: install it (see ./packages)" >&2
  exit 1
fi
find "$folder" -name '*.gcda' -exec rm -f {} + 2>/dev/null || :
status=0
sh "$source/tests/variant.sh" "$folder" "$source" \
  'CFLAGS=-O0 -g --coverage' || status=1
[ -f "$folder/Makefile" ] || exit 1
# The first capture knows every source, also one that no test has touched.
capture() { # name, option...
  name=$1
  shift
  lcov -q --capture "$@" --directory "$folder" \
    --output-file "$folder/$name.info" 2>>"$folder/variant.log"
}
capture sources --initial
capture run
lcov -q --add-tracefile "$folder/sources.info" \
  --add-tracefile "$folder/run.info" --output-file "$folder/all.info" \
  2>>"$folder/variant.log"
lcov -q --extract "$folder/all.info" "$source/src/*" "$source/chapters/*" \
  --output-file "$folder/ours.info" 2>>"$folder/variant.log"
lcov --list "$folder/ours.info" 2>>"$folder/variant.log" |
  grep -v '^Reading'
if command -v genhtml >/dev/null 2>&1; then
  genhtml -q -o "$folder/html" "$folder/ours.info" \
    >>"$folder/variant.log" 2>&1 && echo "pages: $folder/html/index.html"
fi
exit "$status"
