#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every exercise is fit to be given to students: exercise lint.  It compiles and
# grades some three hundred small files, which takes a minute of processor time.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

if [ ! -x "${program%/*}/marginalia-evaluate" ]; then
  echo "no shared library, so no evaluator: nothing can be graded here"
  exit 77
fi
run exercise lint
ended 0
lacks out 'problem'
check "a line for each" \
  test "$(grep -c '^[a-z][a-z0-9-]*  *sound: ' out)" = "$(wc -l <out)"
# shellcheck disable=SC2016 # awk's own fields
check "each has wrong and right ones" awk '
  { wrong = $3; right = $5 } wrong < 4 || right < 1 { bad = 1 }
  END { exit bad || NR < 20 }' out
run exercise lint log-sum-exp
check "one alone" test "$(wc -l <out)" = 1
run exercise lint log-sum-ex
ended 2
says err 'did you mean .log-sum-exp.'
finish
