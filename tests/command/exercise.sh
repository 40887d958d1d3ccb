#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The exercises, as who meets them for the first time: the list, a start, a
# check of the skeleton, of mistakes, of a solution; hints; nothing that was
# written is ever lost; wrong names, folders and files.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"
build=$(dirname "$program")
if ! [ -x "$build/marginalia-evaluate" ]; then
  echo "there is no evaluator in this build: exercises are not tested"
  exit 77
fi
# Called by root, the function runs as nobody, who must get to its object.
chmod 711 "$work"
TMPDIR=$work/tmp
export TMPDIR
mkdir desk tmp
cd desk || exit 1
name=log-sum-exp
file=$name/$name.c

narrow() { # file
  awk 'length($0) > 80 { bad = 1 } END { exit bad }' "$1"
}

# Writes a function of that body.
body() {
  { printf '#include <stdlib.h>\n#include "base/logmath.h"\n#include <math.h>\n'
    printf '#include <stdio.h>\n'
    printf 'double mg_log_sum_exp(size_t n, const double *a) {\n  %s\n}\n' "$1"
  } >$file
}

stands() { # word of the status
  grep -A 2 "\"$name\"" marginalia-exercises.json | grep -q "\"$1\""
  result "the status is not $1" $?
}

# ---- the list, and what every verb says of itself ----

run exercise
ended 0
cp out list
says out '^Chapter 1, Density'
says out '^  log-sum-exp  *Adding probabilities .*(10'
check "80 columns" narrow out
run exercise list
check "list is what there is without a verb" cmp -s out list
check "looking leaves nothing" test ! -e marginalia-exercises.json
run exercise progress
ended 0
says out '^ *1 density  *\[  *\]  *0/'
says out '^Next: log-sum-exp '
run exercise --help
ended 0
verbs=$(sed -n '/^Verbs:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' out)
check "nine verbs at least" test "$(echo "$verbs" | wc -l)" -ge 9
"$program" print-manual | sed 's/\\-/-/g' >manual
"$program" print-completion >completion
for verb in $verbs; do
  run exercise help "$verb"
  cp out page
  run help exercise "$verb"
  check "help exercise VERB" cmp -s out page
  run exercise "$verb" --help
  check "exercise help VERB" cmp -s out page
  ended 0
  says out "^Usage: marginalia exercise $verb"
  says out '^Examples:'
  check "80 columns" narrow out
  says manual "^.SS \"exercise $verb"
  says completion "^  'exercise $verb') options="
done
if command -v bash >/dev/null 2>&1; then
  called='print-completion'
  cat >complete.bash <<'END'
. ./completion
offer() { # words of the line
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  _marginalia
  echo "${COMPREPLY[*]}"
}
[ "$(offer marginalia exercise sta)" = start ] || exit 2
[ "$(offer marginalia exercise check log-s)" = log-sum-exp ] || exit 3
[ "$(offer marginalia exercise check --w)" = --watch ] || exit 4
[ "$(offer marginalia exercise check log-sum-exp --inp)" = --inputs= ] || exit 5
[ "$(offer marginalia exercise list log-s)" = "" ] || exit 6
END
  bash complete.bash >out 2>err
  check "bash offers verbs and exercises" test $? = 0
fi

# ---- what makes no sense ----

refused() { # pattern, argument...
  pattern=$1
  shift
  run exercise "$@"
  ended 2
  says err "$pattern"
  check "nothing on stdout" test ! -s out
}

refused "no verb 'exercise zzz'" help zzz
refused "no verb 'exercise chekc': did you mean 'exercise check'" chekc
refused "the verb of exercise comes first" --watch check
refused "no exercise 'log-sum-epx': did you mean 'log-sum-exp'" show log-sum-epx
refused "'.*' could be any of " show g
refused "no exercise ''" show ''
refused "no exercise is begun in this folder" check
refused "no exercise is begun in this folder" hint
refused "is one operand too many" check a b
refused "exercise reset needs NAME" reset
refused "exercise show takes no --watch" show log-sum-exp --watch
refused "^marginalia: --inputs is 'x1': give" check log-sum-exp --inputs x1
refused "1, 2 or 3, not '4'" hint log-sum-exp 4
refused "1, 2 or 3, not '0'" hint 0 log-sum-exp
refused "1, 2 or 3, not 'b'" hint log-sum-exp b
run exercise check log-sum-exp
ended 1
says err "log-sum-exp.c'.*: to begin, marginalia exercise start log-sum-exp$"
check "nothing is left of all that" \
  test "$(echo *)" = 'complete.bash completion err list manual out page'

# ---- start, and a check of what it gives ----

run exercise start
ended 0
check "nothing on stderr" test ! -s err
check "80 columns" narrow out
says out '^  marginalia exercise check log-sum-exp$'
for part in $name.c $name.md Makefile; do
  check "$part is there" test -s "$name/$part"
done
check "it is the skeleton" cmp -s $file "$build/exercises/$file"
stands started
run exercise show
ended 0
says out '^What to write$'
says out '^    double mg_log_sum_exp(size_t n, const double \*a);$'
check "80 columns" narrow out

run exercise check
ended 1
check "nothing on stderr" test ! -s err
says out '^  failed  0/3 '
says out 'on input 1 (a = (.*)): result is 0, expected'
says out '^  failed  0/2   a hidden test$'
lacks out 'largest term stands'
no_reason() {
  awk 'hidden && /^  *on input/ { bad = 1 } { hidden = /a hidden test$/ }
       END { exit bad }' out
}
check "no input of a hidden test" no_reason
says out '^0 of 4 tests passed: 0 of 10 points'
lacks out 'exercise hint'
check "no object" test ! -e $name/$name.so
stands tried
run exercise check log-s
ended 1
says out 'marginalia exercise hint log-sum-exp'

# ---- mistakes ----

body 'return a[0] +;'
run exercise check
ended 1
says out 'log-sum-exp.c does not compile:$'
says out 'log-sum-exp.c:6:[0-9]*: error'
body 'exit(0);'
run exercise check
ended 1
says out 'is not tested: it uses exit'
body 'double s = 0; for (size_t i = 0; i < n; i++) s += exp(a[i]);
  printf("s is %g\033[31m\nand so on\n", s); return log(s);'
run exercise check
ended 1
says out '^  passed  3/3 '
says out '^  failed  0/3 '
says out '^  | s is .*?\[31m$'
says out '^  | and so on$'
says out ' tests passed: 7 of 10 points'
cp "$build/exercises/$file" $file
run exercise check
says out ': 0 of 10 points'
run exercise list
says out '^  log-sum-exp  *7/10  *Adding'

# ---- hints ----

run exercise hint
ended 0
says out '^log-sum-exp, hint 1 of 3:$'
check "80 columns" narrow out
run exercise hint log-sum-exp
says out 'hint 2 of 3:$'
run exercise hint 1
says out 'hint 1 of 3:$'
for _ in 1 2; do
  run exercise hint $name
  says out 'hint 3 of 3:$'
done

# ---- a solution ----

run exercise solution $name
ended 1
says err 'is not passed yet'
check "nothing on stdout" test ! -s out
cp "$build/exercises/$name/solution.c" $file
run exercise check
ended 0
says out '^All 4 tests passed: 10 of 10 points'
says out "^  marginalia chapter [a-z]* --with $name/$name.so$"
check "the object is there" test -s $name/$name.so
stands passed
run exercise check $name --inputs 1f3a
ended 0
run exercise check $name --inputs 0x1f3a
ended 0
run exercise list
says out '^  log-sum-exp  *passed  *Adding'
run exercise progress
says out '^ *1 density  *\[==*  *\]  *10/'
lacks out '^Next: log-sum-exp'
run exercise solution $name
ended 0
check "the solution as it is" cmp -s out "$build/exercises/$name/solution.c"
if [ -x "$build/chapters/ch02-em" ] &&
  "$program" chapter em --help | grep -q -e --with; then
  run chapter em --quick --term none --with $name/$name.so
  ended 0
fi

# ---- nothing is lost ----

echo '/* mine */' >>$file
cp $file mine.c
rm $name/Makefile
run exercise start $name
ended 0
says out "$file  *was there, and is left as it is"
check "start did not touch it" cmp -s mine.c $file
check "what was missing is back" test -s $name/Makefile
for n in 1 2; do
  cp mine.c $file
  run exercise reset $name
  ended 0
  says out "$file.bak-$n"
  check "the skeleton is back" cmp -s $file "$build/exercises/$file"
  check "mine is kept" cmp -s mine.c "$file.bak-$n"
done
stands passed

# ---- from other folders, other files ----

cp mine.c $file
cd $name || exit 1
run exercise check
ended 0
check "progress is kept one folder up" test ! -e marginalia-exercises.json
run exercise show
says out '^What to write$'
if command -v make >/dev/null 2>&1; then
  called='make in the folder of an exercise'
  rm -f $name.so
  make >out 2>&1
  check "make checks" grep -q '^All 4 tests' out
  rm -f $name.so
  make $name.so >out 2>&1
  check "make $name.so" test -s $name.so
fi
rm -f out err
cd ..
run exercise check $name/ --file mine.c
ended 0
says out '^log-sum-exp.so is yours\|^./log-sum-exp.so is yours'
mkdir elsewhere
cp mine.c elsewhere/$name.c
cd elsewhere || exit 1
run exercise check $name
ended 0
check "a file without its folder" test -s $name.so
cd ..

# ---- a file of progress that is none, a folder that is no place ----

cp marginalia-exercises.json good.json
head -c 40 good.json >marginalia-exercises.json
cp marginalia-exercises.json damaged.json
for verb in list progress 'start log-sum-exp' 'check log-sum-exp' 'hint log'; do
  # shellcheck disable=SC2086 # words
  refused 'marginalia-exercises.json, line .*mend the file, or delete it' $verb
done
check "it is not touched" cmp -s damaged.json marginalia-exercises.json
rm marginalia-exercises.json
run exercise solution $name
ended 1
run exercise solution $name --give-up
ended 0
run exercise list
says out '^  log-sum-exp  *given up  *Adding'
mkdir taken
: >taken/$name
cd taken || exit 1
run exercise start $name
ended 1
says err 'log-sum-exp'
cd ..
if [ "$(id -u)" != 0 ]; then
  mkdir closed
  cp mine.c closed/$name.c
  chmod a-w closed
  cd closed || exit 1
  program_out=../out
  called='exercise start in a closed folder'
  "$program" exercise start $name >../out 2>../err
  check "is an error" test $? = 1
  "$program" exercise check $name >../out 2>../err
  check "can be checked all the same" test $? = 0
  check "and says what is not kept" grep -q 'not kept' ../err
  cd ..
  : "$program_out"
fi

# ---- --watch, and Ctrl-C ----

cp "$build/exercises/$file" $file
called='exercise check --watch'
(
  trap - INT
  exec "$program" exercise check $name --watch >watched 2>&1
) &
watcher=$!
wait_for() { # pattern, how often
  tenths=600
  until [ "$(grep -c "$1" watched)" = "$2" ] || [ "$tenths" = 0 ]; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  check "watching came to '$1', $2" test "$tenths" != 0
}
wait_for '^Watching' 1
cp mine.c new.c
mv new.c $file
wait_for '^Watching' 2
check "a file of the same name" grep -q '^All 4 tests passed' watched
# As many bytes, in the same file.
sed 's/return/retrun/' mine.c >new.c
cat new.c >$file
wait_for '^Watching' 3
check "the file, written anew" grep -q 'does not compile' watched
body 'for (;;) a += n; return a[0];'
wait_for '^---- check' 4
sleep 0.7
since=$(date +%s)
kill -INT "$watcher"
status=0
wait "$watcher" || status=$?
ended 130
check "Ctrl-C does not wait for a loop" test $(($(date +%s) - since)) -lt 8
check "no folder is left" test -z "$(ls "$TMPDIR")"

run exercise doctor
ended 0
says out '^ok  *attempt '
# A folder of temporary files that is the user's alone.
chmod 700 "$work"
run exercise doctor
ended 0
says out '^ok  *attempt '
finish
