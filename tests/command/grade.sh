#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A class is graded: right, wrong, missing, crashing, hostile; and whoever dies
# or is stopped costs no more than the own grade.
# shellcheck source-path=SCRIPTDIR source=common.sh
exercises=$(pwd)/exercises/log-sum-exp
. "${srcdir:-.}/tests/command/common.sh"

if [ ! -x "${program%/*}/marginalia-evaluate" ]; then
  echo "no shared library, so no evaluator: nothing can be graded here"
  exit 77
fi
# Where the kernel cannot confine, the rest is tested all the same.
mkdir -p probe/one
cp "$exercises/solution.c" probe/one/log-sum-exp.c
loose=
"$program" exercise grade probe/one >out 2>err || loose=--unconfined
grade() { # what run takes behind "exercise grade"
  # shellcheck disable=SC2086 # one word or none
  run exercise grade $loose "$@"
}

# Field "column" of a student in CSV: student, number of the column.
field() {
  awk -F , -v student="$1" -v column="$2" \
    '$1 == student { print $column; exit }' out
}

mkdir -p class/ada/log-sum-exp class/bob class/carol class/dan class/eve
cp "$exercises/solution.c" class/ada/log-sum-exp/log-sum-exp.c
cat >class/bob/log-sum-exp.c <<'END'
#include "base/logmath.h"
#include <math.h>
double mg_log_sum_exp(size_t n, const double *a) { /* not shifted */
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i]);
  return log(sum);
}
END
cat >class/dan/log-sum-exp.c <<'END'
#include "base/logmath.h"
double mg_log_sum_exp(size_t n, const double *a) { return *(volatile int *)n; }
END
echo 'double mg_log_sum_exp(' >class/eve/log-sum-exp.c
quoted=$(printf '=x, "y"\n@z')
mkdir "class/$quoted"
cp class/bob/log-sum-exp.c "class/$quoted/"

grade class/*
ended 0
says out '^student  *exercise  *points  *of  *seed$'
says out '^ada  *log-sum-exp  *10  *10  [0-9a-f]\{16\}$'
says out '^bob  .*  fails: is right where exp(a) is 0 or infinite'
says out '^carol  *log-sum-exp  *0  *10 .*  not handed in$'
says out '^dan  *log-sum-exp  *0  *10 .*  fails: '
says out '^eve  *log-sum-exp  *0  *10 .*log-sum-exp.c:1:'
says out '^=x, "y" @z  '
says out '^log-sum-exp: 6 of 6 graded, 1 with all points, mean '
says err 'without --key, anybody can compute'
check "a line a student" test "$(wc -l <out)" = 9

# The same in whatever order they end, and other inputs with another key.
grade class/* --csv --jobs 1
mv out first
echo secret >key
grade class/* --csv --jobs 3
check "the order of the folders" cmp -s out first
check "partial points" test "$(field bob 3)" -gt 0
check "and not all" test "$(field bob 3)" -lt 10
check "tests passed" test "$(field ada 5)" = 4
check "the state" test "$(field eve 7)" = errors
check "a seed" test "$(field ada 8)" != "$(field bob 8)"
says out "^\"'=x, \"\"y\"\"\$"

# What bob was told is told again, from the seed in the report.
seed=$(field bob 8)
expected=$(sed -n 's/^bob,.*expected \(-*[0-9.]*\)"$/\1/p' out)
check "a number is told" test -n "$expected"
run exercise check log-sum-exp --inputs "$seed" --file class/bob/log-sum-exp.c
says out "$expected"
check "nothing is left" test ! -e marginalia-exercises.json
run exercise check log-sum-exp --inputs 0x7 --file class/bob/log-sum-exp.c
lacks out "$expected"
run exercise check log-sum-exp --inputs 0xg --file class/bob/log-sum-exp.c
ended 2
run exercise check log-sum-exp --inputs 7 --file \
  class/ada/log-sum-exp/log-sum-exp.c
ended 0
check "nothing is left beside it" test "$(ls class/ada/*)" = log-sum-exp.c

grade class/ada --csv
seed=$(field ada 8)
grade class/ada --key key --csv
ended 0
lacks err 'anybody'
check "another key, another seed" test "$(field ada 8)" != "$seed"
keyed=$(field ada 8)
grade class/ada/. --key key --csv
check "the name of ." test "$(field ada 8)" = "$keyed"
grade class/bob --student ada --key key --csv
check "the name that is given" test "$(field ada 8)" = "$keyed"
grade class/ada --key key --csv --term 2
check "another term, another seed" test "$(field ada 8)" != "$keyed"

# Programs read the other forms; hidden tests keep their text.
grade class/* --json --out all.json
ended 0
check "nothing on stdout" test ! -s out
check "a grade each" test "$(grep -c '"student"' all.json)" = 6
grade class/bob --gradescope
says out '"score": [1-9]'
says out '"name": "log-sum-exp: hidden test 4"'
lacks out 'wherever the largest'
grade class/bob --gradescope --reveal
says out 'wherever the largest'
grade class/bob --autolab
check "the scores last" \
  test "$(tail -n 1 out | cut -c 1-29)" = '{"scores": {"log-sum-exp": ' -o \
  "$(tail -n 1 out | grep -c '^{"scores": {"log-sum-exp": [1-9]}}$')" = 1
grade class/* --junit
if command -v xmllint >/dev/null; then
  check "XML" xmllint --noout out
fi
says out '<testsuite name="ada/log-sum-exp" tests="4" failures="0" errors="0">'

# What is no file of the student's own is not read.
echo 'the teacher only' >private
mkdir -p traps/link traps/pipe traps/binary traps/large traps/folder
ln -s ../../private traps/link/log-sum-exp.c
mkfifo traps/pipe/log-sum-exp.c
printf 'int a;\0' >traps/binary/log-sum-exp.c
awk 'BEGIN { for (i = 0; i < 30000; i++) print "/* filler */" }' \
  >traps/large/log-sum-exp.c
mkdir traps/folder/log-sum-exp.c
echo '#include "../../private"' >traps/quoting.c
mkdir traps/include
mv traps/quoting.c traps/include/log-sum-exp.c
grade traps/* --csv
ended 0
lacks out 'teacher only'
check "all have nothing" \
  test "$(awk -F , 'NR > 1 && $3 == 0' out | wc -l)" = 6
says out '^link,.*refused.*is a symbolic link'
says out '^pipe,.*refused.*is a pipe'
says out '^binary,.*refused.*is no text'
says out '^large,.*refused.*has over'
says out '^folder,.*refused.*is a folder'

# Calls that make no sense.
mkdir -p other/ada empty
grade class/ada other/ada
ended 2
says err 'are both called .ada.'
grade class/ada class/nobody
ended 1
says err 'nobody. is no folder: left out'
says out '^ada '
grade empty
ended 1
says err 'no exercise is handed in'
grade empty --exercises log-sum-exp
ended 0
says out '^empty  *log-sum-exp  *0  *10 .*not handed in'
grade class/ada --exercises log-sum-ex
ended 2
says err 'did you mean .log-sum-exp.'
grade class/* --gradescope
ended 2
says err 'give one folder'
grade class/* --student ada
ended 2
grade class/ada --csv --json
ended 2
says err 'give one of --csv'
: >void
grade class/ada --key void
ended 1
says err 'openssl rand'
grade class/ada --out "$work/no/such/folder/x"
ended 1

# Of two that take their time the process of one is killed; then Ctrl-C.
mkdir -p slow/a slow/b slow/c slow/d temporary
cat >slow/a/log-sum-exp.c <<'END'
#include "base/logmath.h"
double mg_log_sum_exp(size_t n, const double *a) {
  static volatile long turns;
  while (turns < 600000000)
    turns = turns + 1;
  return a[n - 1];
}
END
for student in b c d; do cp slow/a/log-sum-exp.c slow/$student; done
called="(killed) exercise grade"
# shellcheck disable=SC2086 # one word or none
TMPDIR=$work/temporary "$program" exercise grade $loose slow/* --jobs 2 \
  --csv >out 2>err </dev/null &
child=$!
workers() {
  ps -A -o pid= -o ppid= | awk -v p=$child '$2 == p { print $1 }' | sort -n
}
two_workers() {
  n=0
  until [ "$(workers | wc -l)" = 2 ] || [ $n = 50 ]; do
    n=$((n + 1))
    sleep 0.1
  done
}
two_workers
kill -KILL "$(workers | head -n 1)"
two_workers
kill -INT $child
status=0
wait $child || status=$?
ended 130
says err 'stopping when the attempts under way have ended'
says err 'a, log-sum-exp: the grader.s process was ended by signal 9'
says err 'stopped: 3 of 4 are graded'
says out '^a,log-sum-exp,,10,0,0,cannot,'
says out '^b,log-sum-exp,0,10,0,4,tested,'
says out '^c,log-sum-exp,0,10,0,4,tested,'
says out '^d,log-sum-exp,,10,0,0,waiting,.*not graded'
check "folders that were left: the killed one's" \
  test "$(find temporary -mindepth 1 -maxdepth 1 | wc -l)" -le 1
finish
