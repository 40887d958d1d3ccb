#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every chapter with other seeds, with the changed settings that its list of
# expected numbers names ("# way: --set components=3"), and step by step: it
# ends well, all numbers in its prose are found, no line is over 80 columns, and
# a reader who steps gets the tables of the plain run.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/chapters/common.sh"

narrow() { # file
  LC_ALL=C awk '{ gsub(/[\200-\277]/, "") } length($0) > 80 {
    print FILENAME ":" FNR ": " length($0) " columns"; bad = 1 }
    END { exit bad || !NR }' "$1"
}

# A reference that was not found stays in its braces.
resolved() { # file
  ! grep -n '{' "$1"
}

walk() { # name, way...
  name=$1
  shift
  rm -rf told
  "$(program "$name")" --quick --term none --out told "$@" >told.txt 2>told.err
  status=$?
  check "$name $*: $(head -n 1 told.err)" test $status = 0
  check "$name $*: a line over 80 columns" narrow told.txt
  check "$name $*: a number that is not there" resolved told.txt
}

# The chapter by orders from a pipe; its tables are written by w.
step() { # name, order, how often, folder
  { yes "$2" | head -n "$3"; echo w; echo q; } |
    "$(program "$1")" --quick --step --term none --out "$4" >"$4.txt" 2>&1
  status=$?
  check "$1 --step by $2" test $status = 0
  check "$1 --step by $2: a line over 80 columns" narrow "$4.txt"
  check "$1 --step by $2: the tables of the plain run" same plain "$4"
}

# Equal rows: a refusal that says why.
printf '5\n5\n5\n5\n' >equal.csv
"$(program ch01-density)" --term none --data equal.csv >told.txt 2>told.err
check "a sample of one value is refused" test $? = 1
check "and why: $(cat told.err)" grep -q 'are all 5: the likeliest' told.err
rm -rf marginalia-chapter-density

for name in $chapters; do
  walk "$name"
  mv told plain
  walk "$name" --seed 2
  walk "$name" --seed 3
  sed -n 's/^# way: //p' "$(expected "$name")" >ways
  while read -r way; do
    # shellcheck disable=SC2086 # a way is several words
    walk "$name" $way </dev/null
  done <ways
  step "$name" n 60 by_step
  step "$name" s 4000 by_piece
  rm -rf plain by_step by_piece
done
finish
