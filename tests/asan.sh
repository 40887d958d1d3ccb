#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The suite under AddressSanitizer, LeakSanitizer and UBSan.  A leak or an
# undefined operation does not fail a Criterion test, so "clean" means: every
# test passed, the sanitizers wrote no report, and no test's log holds a
# "runtime error" (UBSan beside ASan writes there).
#   asan.sh SOURCE_FOLDER    in the build folder; make check-asan

set -eu
source=$1
folder=asan
reports=$(pwd)/$folder/reports
flags='-O1 -g -fno-omit-frame-pointer'
flags="$flags -fsanitize=address,undefined,float-cast-overflow"

rm -rf "$reports" # of the last run
mkdir -p "$reports"
ASAN_OPTIONS="log_path=$reports/asan:detect_leaks=1:${ASAN_OPTIONS-}"
UBSAN_OPTIONS="log_path=$reports/ubsan:print_stacktrace=1:${UBSAN_OPTIONS-}"
export ASAN_OPTIONS UBSAN_OPTIONS

status=0
sh "$source/tests/variant.sh" "$folder" "$source" "CFLAGS=$flags" || status=1
count=0
for report in "$reports"/*; do
  if [ -s "$report" ]; then
    count=$((count + 1))
    [ "$count" -gt 5 ] || head -n 25 "$report"
  fi
done
if grep -r -l --include='*.log' 'runtime error: ' "$folder" >&2; then
  grep -r -h --include='*.log' 'runtime error: ' "$folder" |
    sort | uniq -c | sort -r -n | head -n 20
  status=1
fi
if [ "$count" -gt 0 ]; then status=1; fi
if [ ! -f "$folder/Makefile" ]; then
  exit 1
elif [ "$status" = 0 ]; then
  echo "clean: all tests passed and the sanitizers said nothing"
else
  echo "not clean; reports in $reports: $count" >&2
fi
exit "$status"
