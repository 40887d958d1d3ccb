#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare: one table on the screen, and a folder that says all.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

narrow() { # file
  LC_ALL=C awk '{ gsub(/[\200-\277]/, "") } length($0) > 80 { bad = 1 }
    END { exit bad }' "$1"
}

run compare --quick --set kde.bandwidth=scott
ended 0
check "nothing on stderr" test ! -s err
check "80 columns" narrow out
says out '^log mass, nats per datum, higher is better'
for model in independent naive_bayes mixture gmm kde; do
  says out "^$model  *[>=]"
done
says out '^  histogram  *failed: .* 64 dimensions'
says out '^gmm  *>= '
says out '^independent  *= *-106.77 .* -110.53 .* -106.31 '
folder=marginalia-compare-digits
for file in evidence.tsv samples.tsv samples-scores.tsv curves.tsv run.json \
  evidence.gp samples-scores.gp curves.gp images.gp; do
  check "$file is there" test -s $folder/$file
done
check "no scatter of images" test ! -e $folder/scatter.gp
says $folder/evidence.tsv '^# command: marginalia compare --quick'
says $folder/evidence.tsv '^# complete: yes$'
says out '^draws of each model, against as many held-out rows:'
says out '^floor  *0[.][0-9]'
says $folder/samples-scores.tsv '^kde	digits	test	recall	0[.]'
lacks $folder/samples-scores.tsv '^knn	'
says $folder/run.json '"bound": "/'
says $folder/run.json '"complete": true'
check "36 images of the data" \
  test "$(grep -c '^data	' $folder/samples.tsv)" = 36

# Best on validation stands first (on faithful, test would say otherwise); what
# makes no claim stands below, in a table of its own.  A vae has two rows, which
# are looked at by themselves.
in_order() { # how many models
  says out '^vae  *>= '
  says out '^  by ELBO  *>= '
  awk '/^$/ { rows = 0 } /^vae|^  by ELBO/ { next }
    rows { print $5 } /^model/ && !seen++ { rows = 1 }
    rows && / none / { exit 1 }' out >order
  says out '^knn  *none '
  check "$1 numbers" test "$(wc -l <order)" = "$1"
  check "in order" sort -c -g -r order
}
in_order 10

# No gnuplot: the scripts are kept, and one line says what draws them.
mkdir empty
called='compare without gnuplot'
status=0
PATH=$work/empty "$program" compare faithful -q --out plain >out 2>err ||
  status=$?
ended 0
in_order 7
says err 'gnuplot'
check "one line" test "$(wc -l <err)" = 1
check "a script" test -s plain/scatter.gp
check "no picture" test ! -e plain/scatter.svg
if command -v gnuplot >/dev/null 2>&1; then
  (cd plain && gnuplot scatter.gp >/dev/null 2>&1)
  check "which draws" test -s plain/scatter.svg
fi

# The truth, where it is known, and a failure that does not stop the others.
run compare heights -q --rows 400 --out toy --set smoothing=1
ended 0
says out '^truth  *= '
says out '-entropy .* -3.61'
says toy/evidence.tsv '^truth	heights	test	'
run compare heights -q --rows 400 --out one --split none
ended 0
lacks out 'validation'
lacks out '^draws of each'

run compare heights --set gmm.components=0
ended 2
says err 'gmm: components is 0'
: >file
run compare heights -q --out file/folder
ended 1
says err 'file'
"$program" compare heights -q --rows 200 --out early 2>err | head -n 1 >out
called='compare | head -n 1'
check "the files are there all the same" test -s early/run.json
check "and no word" test ! -s err

# No row is wider than a page in the C locale, nor where the numbers are long.
LC_ALL=C
export LC_ALL
run compare --quick --out plain_locale
unset LC_ALL
ended 0
says out '+-'
check "80 columns" narrow out
awk 'BEGIN {
  srand(1)
  for (i = 0; i < 60; i++) {
    for (j = 0; j < 600; j++)
      printf "%d%s", j % 9 ? 0 : 256 * rand(), j < 599 ? "," : "\n"
  }
}' >wide.csv
run compare wide.csv --quick --levels 256 --out wide
ended 0
says out 'M '
check "80 columns" narrow out

# A first look at a large file is one at some of its rows.
awk 'BEGIN { for (i = 0; i < 5500; i++) print i % 3 "," i % 2 }' >large.csv
run compare large.csv -q --levels 3 --out large --set kde.bandwidth=scott
ended 0
says err '--quick takes 4000/550/550 of the 5500 rows'
says large/evidence.tsv '^mixture	large.csv	train	.*	4000	'
run fit independent large.csv -q --levels 3 --split 0.9/0.1/0
ended 0
says out ' 4950 rows to train on'
finish
