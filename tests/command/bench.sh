#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bench: tab separated lines without a head, five fields each.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

run bench em --set n=2000 --set d=3 --set k=4 --threads 2
ended 0
lines=2
if "$program" doctor | grep -q 'without OpenMP'; then lines=1; fi
check "a line for one thread and one for two" test "$(wc -l <out)" = $lines
# shellcheck disable=SC2016 # the $ are awk's
check "five fields" awk -F '\t' 'NF != 5 || $2 + 0 <= 0 || $1 != "em" ||
  $3 != "seconds a sweep" || $4 != NR || $5 != "n=2000 d=3 k=4 full" {
  bad = 1 } END { exit bad }' out
run bench em --set n=100 --set d=1 --set k=2 --threads 1
ended 0
check "one thread, one line" test "$(wc -l <out)" = 1
run bench vae --set n=300 --set d=5 --set k=2 --set hidden=3 --threads 1
ended 0
says out '^vae	[0-9.]*	examples a second	1	d=5 hidden=3 k=2 batch=128'
says out '^vae	[0-9.e-]*	share of the sgemm rate	1	.* GFLOP/s, '
run bench vae --set n=100
ended 1
says err 'n over 128'
run bench bbvi --set n=50 --set d=3 --set draws=8 --threads 1
ended 0
says out '^bbvi	[0-9]*	iterations a second	1	n=50 d=3 draws=8 '
says out ' estimator=control adam$'
run bench bbvi --set n=50 --set d=2 --set estimator=score --threads 2
ended 0
check "a line for one thread and one for two" test "$(wc -l <out)" = $lines
says out 'n=50 d=2 draws=100 estimator=score adam$'
run bench bbvi --set d=2000
ended 1
says err 'columns is 2000'
run bench bbvi --set estimator=scor
ended 2
says err 'estimator'
run bench em --set n=0
ended 2
says err 'n is 0'
finish
