#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# list, fit, evaluate and sample: from data to a file and back.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

run list
ended 0
for name in digits faithful ring gmm kde histogram knn; do
  says out "^  $name "
done
says out 'Nearest neighbours, on reals; '
says out 'makes no claim$'
says out '^  autoregressive  Chain'
check "80 columns" awk 'length($0) > 80 { exit 1 }' out
run list gmm
ended 0
says out 'components=10  '
says out 'restarts=1 '
run list digits
ended 0
says out '^rows .*1797: 1000 train, 350 validation, 447 test'
says out 'CC BY 4.0'

# Old Faithful, all rows, two components: mclust and scikit-learn agree on
# -1130.2639602; BIC 2322.1917.
run fit gmm faithful --split none --set floor=0
ended 0
says out '^log-likelihood -1130.26396'
says out '^BIC 2322.191'
says out '^written: gmm-faithful.safetensors$'
says out '^    3  .*-4.1553'
check "nothing on stderr" test ! -s err
check "the file is there" test -s gmm-faithful.safetensors

# evaluate repeats what fit printed, with the split that the file remembers.
run evaluate gmm-faithful.safetensors faithful
ended 0
says out '^# command: marginalia evaluate gmm-faithful.safetensors faithful$'
says out '^model	data	split	method	claim	nats	std_error'
says out '^gmm	faithful	train	exact	=	-4.15538'
lacks out '	test	'
run fit gmm faithful --seed 5 --out deep/folder
ended 0
check "the curve" test -s deep/folder/gmm-faithful-curve.tsv
if [ -e deep/folder/gmm-faithful-curve.svg ]; then
  says out '^written: .* -curve.tsv, -curve.gp and -curve.svg$'
else
  says out '^written: .* -curve.tsv and -curve.gp$'
fi
says deep/folder/gmm-faithful-curve.tsv '^# seed: 5$'
says deep/folder/gmm-faithful-curve.tsv '	objective_name	reconstruction	kl$'
says deep/folder/gmm-faithful-curve.gp '^panels = 3$'
curve=deep/folder/gmm-faithful-curve
check "the figure shows the terms" test \
  "$(awk -F '\t' '/^gmm/ { print $6; exit }' $curve.tsv)" = \
  "$(sed -n '/^\$lines_2/,/^EOD/s/^"start 1"	[0-9]*	//p' $curve.gp | head -n 1)"
# In EM the difference of the terms is log p, of rows that are not learnt from.
check "terms of the bound" awk -F '\t' '/^gmm/ && $6 != "nan" {
    all++; near += $6 - $7 > -5 && $6 - $7 < -4 && $7 > 0.5 && $7 < 0.8
  } END { exit !(all > 3 && near == all) }' deep/folder/gmm-faithful-curve.tsv
train=$(sed -n 's/^train  *= *\(-[0-9.]*\) .*/\1/p' out)
run evaluate deep/folder/gmm-faithful.safetensors faithful
says out '^# seed: 5$'
says out "^gmm	faithful	train	exact	=	$(echo "$train" | cut -c1-7)"

# What is no density has numbers, claims nothing and cannot be drawn from.
run fit knn faithful --set k=9
ended 0
says out '^test  *none  *-[0-9.]*  .* does not integrate to 1$'
run evaluate knn-faithful.safetensors faithful
ended 0
says out '^knn	faithful	test	does not integrate to 1	none	-'
run sample knn-faithful.safetensors
ended 1
says err 'knn cannot sample'
run fit histogram digits
ended 1
says err '64 dimensions has about 10^38 cells'

run fit gmm ring --quick --rows 400 --out small
run evaluate small/gmm-ring.safetensors ring
ended 0
says out '^gmm	ring	train	.*	200	0	'
run evaluate small/gmm-ring.safetensors ring --rows 800
says out '^gmm	ring	train	.*	400	0	'

# The same seed, the same bytes; another seed, others.
run sample gmm-faithful.safetensors -n 300 --seed 3
ended 0
cp out first
check "a head, names and 300 draws" test "$(grep -c -v '^#' out)" = 301
run sample gmm-faithful.safetensors -n 300 --seed 3
check "the same draws" cmp -s out first
run sample gmm-faithful.safetensors -n 300 --seed 4
if cmp -s out first; then check "other draws" false; fi
run fit gmm faithful --out one --threads 1
run fit gmm faithful --out two --threads 2
for folder in one two; do
  run sample $folder/gmm-faithful.safetensors -n 5
  grep -v '^#' out >$folder/draws
done
check "the same model on any number of threads" cmp -s one/draws two/draws

# Minibatches and checkpoints are for models that learn by gradient.
run list gmm
says out '^ *tolerance='
lacks out 'batch='
run fit gmm faithful --set batch=10
ended 2
says err "gmm: no option 'batch'"
for option in checkpoint resume; do
  run fit gmm faithful --$option file
  ended 2
  says err 'gmm does not learn by gradient: it has no checkpoints'
  check "no file" test ! -e file
done
run evaluate gmm-faithful.safetensors faithful --resume file
ended 2
says err 'evaluate takes no --resume'

# Data of one's own, with what makes a name awkward.
awk 'BEGIN { print "x,y,kind"
  for (i = 0; i < 300; i++) print i % 7 + i / 300 "," i % 11 ",k" i % 3 }' \
  >"my data.v2.csv"
# Whole numbers may have been meant as levels.
printf 'a,b\n0,1\n1,0\n2,1\n0,0\n1,1\n2,0\n' >whole.csv
run fit gmm whole.csv --split none -q
ended 0
says err 'whole.csv has whole numbers from 0 to 2, .* --levels 3 '
run fit independent whole.csv --split none --levels 3
ended 0
check "nothing on stderr" test ! -s err

run fit naive_bayes "my data.v2.csv" --label kind
ended 0
says out '^written: naive_bayes-my_data.v2.safetensors$'
run evaluate naive_bayes-my_data.v2.safetensors "my data.v2.csv" --label=kind
ended 0
says out "^# command: .* 'my data.v2.csv' --label=kind$"

# Levels: a bound, and said to be one; samples are levels again.
run fit gmm digits --quick --set components=2
ended 0
says out '^test  *>= .*uniform dequantisation'
lacks out '^BIC'
run sample gmm-digits.safetensors -n 2
check "only levels" test -z "$(grep -v '^[#x]' out | tr '\t' '\n' |
  grep -v '^[0-9]$\|^1[0-6]$')"
run evaluate gmm-digits.safetensors digits-binary
ended 2
says err 'is a model of 64 pixels.*17 levels.*digits-binary has.*binary'
run fit mixture digits --binarise 8 --quick --out binary
ended 0
run evaluate binary/mixture-digits.safetensors digits-binary
ended 0

# A model's file is the same for any number of threads, wherever it is.
run fit gmm digits --quick --threads 1 --out one
run fit gmm digits -q -t 1 -o again
run fit gmm digits --quick -t2 --out=two
run fit gmm digits --quick --threads=4 -ofour
for folder in two four; do
  check "the bytes of 1 thread in $folder" \
    cmp one/gmm-digits.safetensors "$folder/gmm-digits.safetensors"
done
check "the command is kept" grep -q 'marginalia fit gmm digits -q' \
  again/gmm-digits.safetensors

# A folder that cannot be made, a file that cannot be written.
: >plain
run fit gmm faithful --out plain/folder
ended 1
says err '^marginalia: .*plain'
if [ "$(id -u)" != 0 ]; then
  mkdir locked
  chmod a-w locked
  run fit gmm faithful --out locked
  ended 1
fi
mkdir gmm-ring.safetensors
run fit gmm ring --quick
ended 1
says err 'gmm-ring.safetensors'
finish
