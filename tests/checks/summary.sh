#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/summary.sh counts right: on logs as Criterion and automake write them,
# among them those of programs that died.
#   summary.sh    run by make check in the build folder

set -eu
count=$(cd "${srcdir:-.}/tests" && pwd)/summary.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/mg-summary.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
passed=0
failed=0

log() { # name, verdict, text
  printf ':test-result: %s\n' "$2" >"$1.trs"
  printf '%b' "$3" >"$1.log"
}

expect() { # status, last line, log...
  status=$1
  line=$2
  shift 2
  sh "$count" "$@" >output 2>&1 && got=0 || got=$?
  if [ "$got" = "$status" ] && [ "$(tail -n 1 output)" = "$line" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "of $*: expected status $status and \"$line\", but got $got and"
    cat output
  fi
}

synthesis='[====] Synthesis: Tested:'
log test_good PASS "$synthesis 7 | Passing: 7 | Failing: 0 | Crashing: 0 \n"
log test_bad FAIL "[FAIL] a::b: (0.00s)\n\
$synthesis 6 | Passing: 4 | Failing: 2 | Crashing: 1 \n"
log test_died FAIL "[PASS] a::b\nSegmentation fault\n"
log test_left PASS "[PASS] a::b\n"
log test_none PASS "$synthesis 0 | Passing: 0 | Failing: 0 | Crashing: 0 \n"
log test_late FAIL "$synthesis 3 | Passing: 3 | Failing: 0 | Crashing: 0 \n"
log check PASS 'fine\n'
log many PASS '11 passed, 0 failed\n'
log broken FAIL '9 passed, 2 failed\n'
log absent SKIP 'no such locale\n'
log error ERROR ''

expect 0 '7 passed, 0 failed' test_good.log
expect 1 '4 passed, 2 failed' test_bad.log
expect 1 '0 passed, 1 failed' test_died.log
expect 1 '0 passed, 1 failed' test_left.log
expect 1 '0 passed, 1 failed' test_none.log
expect 1 '3 passed, 1 failed' test_late.log
expect 0 '1 passed, 0 failed' check.log
expect 0 '11 passed, 0 failed' many.log
expect 1 '9 passed, 2 failed' broken.log
expect 1 '0 passed, 1 failed' error.log
expect 1 '0 passed, 1 failed' never_run.log
expect 1 '0 passed, 0 failed' absent.log
expect 1 '0 passed, 0 failed'
expect 0 '19 passed, 0 failed' test_good.log check.log many.log absent.log
expect 1 '32 passed, 5 failed' test_good.log check.log many.log broken.log \
  test_bad.log test_died.log
sh "$count" test_bad.log | grep -q 'a::b' || {
  failed=$((failed + 1))
  echo "the name of a failed test is not shown"
}

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
