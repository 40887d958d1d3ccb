#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every chapter's --quick run: in its time, with its pictures, and with the
# numbers that chapters/expected/NAME.tsv lists: name, value, tolerance, why.
# A name is a reference as in the prose (r[17,0], bound[last,elbo]); it is asked
# for at the prompt, behind the last step.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/chapters/common.sh"

# Of processors' time, gnuplot's included; sanitizers take several times that.
seconds=$((5 * ${MG_SLOWER:-1}))

# Processors' seconds of all that this shell has waited for.
spent() {
  times >clock
  tail -n 1 clock | awk '{
    gsub(/[ms]/, " ")
    print 60 * $1 + $2 + 60 * $3 + $4 }'
}

# The rows of a list, without comments and the line of names.
numbers() {
  grep -v '^#' "$1" | tail -n +2
}

# Asks a chapter for each name of a list: "name value" a line.
ask() { # name, list
  { echo c; numbers "$2" | awk -F '\t' '{ print "v " $1 ":.12g" }'; echo q; } |
    "$(program "$1")" --quick --step --term none --out asked >told 2>&1
  sed -n 's/^.*\(\[[^]]*\] \)\{0,1\}v .*$//; s/:\.12g = / /p' told
}

# Holds a list against what the chapter says.
compare() { # name, list
  ask "$1" "$2" >said
  numbers "$2" | awk -F '\t' '
    BEGIN { while ((getline line < "said") > 0) {
      split(line, part, " ")
      value[part[1]] = part[2] } }
    NF < 4 || $3 !~ /^[0-9]/ || $4 == "" {
      print $1 ": a row is name, value, tolerance, why"; bad = 1; next }
    !($1 in value) { print $1 ": no such number"; bad = 1; next }
    { d = value[$1] - $2
      if (!(d <= $3 && -d <= $3)) {
        print $1 " is " value[$1] ", not " $2 " +- " $3
        bad = 1 }
      n++ }
    END { exit bad || !n }'
}

for name in $chapters; do
  list=$(expected "$name")
  check "$name: a list of numbers" test -s "$list" || continue
  before=$(spent)
  check "$name: a run with pictures" timeout 60 "$(program "$name")" --quick \
    --term svg --out drawn >drawn.txt 2>&1
  after=$(spent)
  check "$name: $before to $after is over $seconds s of processors' time" \
    awk "BEGIN { exit $after - $before > $seconds }"
  check "$name: a run without pictures" "$(program "$name")" --quick \
    --term none --out plain >plain.txt 2>&1
  check "$name: the same tables with pictures and without" same plain drawn
  for figure in drawn/*.gp; do
    command -v gnuplot >/dev/null 2>&1 || break
    check "$figure drawn" test -s "${figure%.gp}.svg"
  done
  check "$name: the numbers" compare "$name" "$list"

  # This check is not blind: a wrong number, and a name that is not there.
  awk -F '\t' -v OFS='\t' '!/^#/ && ++n == 2 { $2 += 2 * $3 + 1 } { print }' \
    "$list" >wrong.tsv
  compare "$name" wrong.tsv >red
  check "$name: a wrong number is seen" grep -q ', not ' red
  sed '$s/^[^	]*/nowhere/' "$list" >wrong.tsv
  compare "$name" wrong.tsv >red
  check "$name: a missing name is seen" grep -q 'no such number' red
  rm -rf drawn plain asked
done
finish
