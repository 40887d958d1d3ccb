#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The list of chapters, and how the program becomes one of them: a copy of it
# stands in a folder of its own with programs in the chapters' places that say
# how they were called.
source=$(cd "${srcdir:-.}" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

run chapter
ended 0
check "nothing on stderr" test ! -s err
says out '^ *1 density  *Density estimation: .* (30'
says out '^ *2 em  *Latent variables and EM (30 minutes, after ch. 1)'
says out '--step'
narrow() {
  awk 'length($0) > 80 { bad = 1 } END { exit bad }' out
}
check "80 columns" narrow

run chapter densty
ended 2
says err "^marginalia: no chapter 'densty': did you mean 'density'?"
check "nothing on stdout" test ! -s out
run chapter 99 --step
ended 2
says err "no chapter '99': there are density, em"
run chapter '' --step
ended 2

# Options before the chapter's word, whether marginalia knows them or not.
for call in 'chapter --step em' 'chapter --seed 3 em' 'chapter --seed' \
  'chapter -q em' 'chapter -x' '--seed 3 chapter em' 'chapter --quick'; do
  # shellcheck disable=SC2086 # words
  run $call
  ended 2
  says err "the chapter's word comes first, .* 'marginalia chapter em --step'"
done
run chapter --help em --step
ended 0
says out '^Usage: marginalia chapter \[CHAPTER\]'
for option in seed data out quick step term set list from; do
  says out "--$option"
done

stand_in() { # path, exit status
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<END
#!/bin/sh
echo "program \$0"
for argument; do echo "[\$argument]"; done
cat
exit $2
END
  chmod +x "$1"
}

# The same from anywhere, and through a link.
mkdir bin elsewhere
cp "$program" bin/marginalia
program=$(cd bin && pwd -P)/marginalia
beside=$(dirname "$program")
stand_in bin/ch02-em 0
run chapter em
ended 0
says out "^program $beside/ch02-em$"
check "no argument" test "$(wc -l <out)" = 1

stand_in bin/chapters/ch02-em 7
for word in 2 02 em ch02-em; do
  run chapter $word --step -- --seed=3 'a b' '' -q "it's" --help em
  ended 7
  check "nothing on stderr" test ! -s err
  cat >expected <<END
program $beside/chapters/ch02-em
[--step]
[--]
[--seed=3]
[a b]
[]
[-q]
[it's]
[--help]
[em]
END
  check "all arguments, untouched" cmp -s out expected
done
for call in '-- chapter em --seed x' 'chapter -- em --seed x'; do
  # shellcheck disable=SC2086 # words
  run $call
  ended 7
  check "a program and two arguments" \
    test "$(sed 1d out | tr '\n' ' ')" = '[--seed] [x] '
done

called='chapter em, typed at'
ln -s "$program" elsewhere/lesson
printf 'n\nq\n' | (cd elsewhere && ./lesson chapter em --step) >out 2>err
check "its exit status" test $? = 7
says out "^program $beside/chapters/ch02-em$"
says out '^q$'

# Called by a bare name, a program learns its own place where there is /proc.
if [ -e /proc/self/exe ]; then
  called='chapter em, found on the PATH'
  PATH=$beside:$PATH marginalia chapter em >out 2>err </dev/null
  check "its exit status" test $? = 7
  says out "^program $beside/chapters/ch02-em$"
fi

# A line that makes no chapter ends the build, and says which.
called='(the list)'
compile() { # second line of the list
  printf '1 one 5 - A title\n%s\n' "$1" >some.list
  "${AWK:-awk}" -f "$source/src/lesson/chapters.awk" some.list >out 2>err
}
refuses() { # second line of the list
  ! compile "$1"
}
check "a line in order" compile '  12  a-b2 60  ch. 1, 2  "Why?" \ that  '
says out '"."Why.?." .. that",$'
says out '"ch. 1, 2", 60, "ch12-a-b2"}'
for line in 'two 2 5 - A title' '1 two 5 - A title' '2 one 5 - A title' \
  '2 Two 5 - A title' '2 two x - A title' '2 two 5 ch 1 A title' '2 two 5 -' \
  '100 two 5 - A title'; do
  check "refused: $line" refuses "$line"
  says err '^some.list:2: '
done

# Not there, or not to be run.  One that is installed may answer.
chmod -x bin/chapters/ch02-em
run chapter em
ended 1
says err "^marginalia: $beside/chapters/ch02-em: Permission denied"
run chapter density --help
if [ "$status" != 0 ]; then
  ended 1
  says err '^marginalia: the program of chapter 1, ch01-density, is at none'
  says err "^marginalia:   $beside/chapters/ch01-density$"
  says err "^marginalia:   $beside/ch01-density$"
  check "nothing on stdout" test ! -s out
fi
finish
