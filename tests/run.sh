#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs the suite and counts it, in the build folder it is called in: what
# ./workbench test, make check-asan and make coverage share.  Unlike make check
# it goes on when a test program cannot be built (that is a failure, told by
# the missing log), and its last line is "N passed, N failed".
#   run.sh SOURCE_FOLDER

set -eu
unset MAKEFLAGS MAKELEVEL MFLAGS
jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
logs=$(make -s --no-print-directory list-logs)
for log in $logs; do
  rm -f "$log" "${log%.log}.trs"
done
# shellcheck disable=SC2086 # names are words
LC_ALL=C make -k -j"$jobs" $logs 2>&1 </dev/null | tee check.log |
  grep -E '^(PASS|FAIL|SKIP|XPASS|ERROR): |error:' || :
# shellcheck disable=SC2086 # names are words
sh "$1/tests/summary.sh" $logs
