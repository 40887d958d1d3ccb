#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Exercises are tried before students do: exercise lint.  Three of them here;
# `make check-slow` tries all (tests/exercises/solutions).
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

if [ ! -x "${program%/*}/marginalia-evaluate" ]; then
  echo "no shared library, so no evaluator: nothing can be graded here"
  exit 77
fi
run exercise lint mask gaussian-kl log-sum-exp
ended 0
lacks out 'problem'
check "a line for each" test "$(grep -c '^[a-z-]*  *sound: ' out)" = 3
check "in the order of the list" \
  test "$(sed 's/ .*//' out | tr '\n' ' ')" = "log-sum-exp gaussian-kl mask "
# shellcheck disable=SC2016 # awk's own fields
check "each has wrong and right ones" awk '
  { wrong = $3; right = $5 } wrong < 4 || right < 1 { bad = 1 }
  END { exit bad }' out
run exercise lint log-sum-exp
check "one alone" test "$(wc -l <out)" = 1
run exercise lint log-sum-ex
ended 2
says err 'did you mean .log-sum-exp.'
finish
