#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare posterior: methods of inference on one axis.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

narrow() { # file
  LC_ALL=C awk '{ gsub(/[\200-\277]/, "") } length($0) > 80 { bad = 1 }
    END { exit bad }' "$1"
}

run compare posterior mean --quick
ended 0
check "nothing on stderr" test ! -s err
check "80 columns" narrow out
says out '^log p(x), nats in total, higher is better'
says out '^exact  *= *-1[.]515512 '
for method in 'bbvi score' 'bbvi sticking' 'full rank' naive importance ais; do
  says out "^$method  *>= *-1[.]5"
done
says out '^ti  *~ *-1[.]5'
says out '^mean  *exact *mean-field *full-rank *hmc *error *R-hat'
says out '^mean.0.  *0[.]500 '
folder=marginalia-compare-mean
for file in evidence.tsv moments.tsv evidence.gp; do
  check "$file is there" test -s $folder/$file
done
says $folder/evidence.tsv '^# posterior: mean$'
says $folder/evidence.tsv '^# complete: yes$'
says $folder/evidence.tsv '^exact	exact	=	-1.51551212348	0'
says $folder/moments.tsv '^mean.0.	hmc	0[.]'

# The same seed, the same numbers, whatever the threads; another, others.
numbers() { # folder
  cut -f 1-8 "$1/evidence.tsv" | grep -v '^#'
  grep -v '^#' "$1/moments.tsv"
}
run compare posterior mean --quick --threads 1 --out one
run compare posterior mean --quick --threads 2 --out two
run compare posterior mean --quick --seed 2 --out other
numbers one >first
numbers two >second
numbers other >third
check "threads change nothing" cmp -s first second
check "the seed does" test "$(cmp -s first third; echo $?)" = 1

# Options of the posterior, and of the methods.
run compare posterior coin -q --set heads=60 --set tails=40 --out coin \
  --set bbvi.iterations=20 --set bbvi.draws=10 --set hmc.chains=3
ended 0
says out '^exact  *= *-68[.]5'
says out '20 iterations'
says out '3 chains of 250 draws'

# A method that cannot, or fails, says why; chains that do not meet are not
# trusted.
run compare posterior two-modes -q
ended 0
says out '^  bbvi rao-blackwell  *failed: .*factors'
says out 'trust it)'
lacks out '^bbvi rao-blackwell '

# What makes no sense.
wrong() { # pattern, argument...
  pattern=$1
  shift
  run compare "$@"
  ended 2
  says err "$pattern"
  check "nothing is written" test ! -e marginalia-compare-coin
}
wrong 'of which' posterior
wrong "no posterior 'coins': did you mean 'coin'" posterior coins
wrong "coin: no option 'headz': did you mean 'heads'" posterior coin \
  --set headz=1
wrong 'heads is -3' posterior coin --set heads=-3
wrong "bbvi: no option 'rat'" posterior coin --set bbvi.rat=1
wrong 'hmc: chains is 0' posterior coin --set hmc.chains=0
wrong 'every estimator is compared' posterior coin --set bbvi.estimator=score
wrong 'for the comparison of models' posterior coin --split none
wrong "one DATA, or 'posterior TARGET'" ring coin
wrong 'compare posterior coin$' coin

# What there is.
run list
says out '^Posteriors'
says out '^  eight-schools  '
run list coin
ended 0
says out '^has  *gradient, .*exact evidence'
lacks out 'Gibbs moves'
says out '^  heads=6 '
run list eight-schols
ended 2
says err "did you mean 'eight-schools'"

finish
