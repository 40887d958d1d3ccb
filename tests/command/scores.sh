#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What draws say of a model: evaluate --method samples, fit --seeds.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

# Field "column" of a score in a table on the output: score, column.
field() {
  awk -F '\t' -v score="$1" -v column="$2" '
    /^#/ { next }
    !at { for (i = 1; i <= NF; i++) { name[$i] = i }; at = 1; next }
    $(name["score"]) == score { print $(name[column]); exit }' out
}

# Is a < b < c?
between() {
  awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN { exit !(a < b && b < c) }'
}

run fit gmm ring
run evaluate gmm-ring.safetensors ring --method samples
ended 0
says out '^model	data	split	score	value	std_error	lower	upper	coverage	ideal'
says out '^gmm	ring	test	modes	8	0	8	8	0.95	8	8	'
check "the protocol" test "$(field modes draws)" = 2500
check "of the truth" between 0.9888 "$(field 'high quality' floor)" 0.9889
check "eight Gaussians are the truth" \
  between 0.98 "$(field 'high quality' value)" 0.996
check "against held-out rows" test "$(field recall n)" = 1000
check "a floor from training rows" \
  test "$(field recall floor_from)" = "training rows"
check "nothing on stderr" test ! -s err
cp out first
run evaluate gmm-ring.safetensors ring --method samples --threads 3
check "the same for three threads" \
  test "$(grep -v '^#' first)" = "$(grep -v '^#' out)"
run evaluate gmm-ring.safetensors ring --method samples --draws 300
check "fewer draws" test "$(field modes draws)" = 300
check "fewer rows" test "$(field recall n)" = 300
run evaluate gmm-ring.safetensors ring --method samples -k 5
ended 2
says err '.-weights has no effect with --method samples'

# A Gaussian across the ring is off every mode, and that is seen.
run fit gmm ring --set components=1 --out wide
run evaluate wide/gmm-ring.safetensors ring --method samples
check "few of high quality" between -1 "$(field 'high quality' value)" 0.02
check "not where data are" between -1 "$(field precision value)" 0.2

run fit knn ring
run evaluate knn-ring.safetensors ring --method samples
ended 1
says err 'knn cannot sample'
run fit gmm moons --split none --rows 50
run evaluate gmm-moons.safetensors moons --method samples
ended 1
says err 'moons has no rows that were not learnt from: give --split'

# Three seeds in one call are three calls.
run fit gmm ring --seeds 3 --seed 4 --rows 400 --out seeds
ended 0
says out '^gmm on ring, 3 of 3 seeds$'
says out '^4  *= '
says out '^mean  *= '
says out '^seed  *modes  *quality'
says out '^floor  *8'
says out '^better  *higher  *near floor  *lower'
check "80 columns" awk 'length($0) > 80 { exit 1 }' out
for seed in 4 5 6; do
  check "the model of seed $seed" test -s seeds/gmm-ring-seed$seed.safetensors
done
run sample seeds/gmm-ring-seed5.safetensors -n 3
grep -v '^#' out >many
run fit gmm ring --seed 5 --rows 400
run sample gmm-ring.safetensors -n 3
check "as --seed 5" test "$(grep -v '^#' out)" = "$(cat many)"
cp seeds/gmm-ring-seeds.tsv out
says out '^seed	model	data	split	score'
check "a row a seed" test "$(grep -c '^[456]	gmm	ring	test	recall' out)" = 3
check "the mean over seeds" awk -F '\t' '$5 == "recall" {
    if ($1 == "mean") { mean = $6; error = $7 }
    else { n++; sum += $6; square += $6 * $6 }
  } END { m = sum / n; s = sqrt((square / n - m * m) / (n - 1))
    exit !(n == 3 && (mean - m) ^ 2 < 1e-18 && (error - s) ^ 2 < 1e-12)
  }' out
says seeds/gmm-ring-seeds-evidence.tsv '^6	gmm	ring	test	exact	=	'
says seeds/gmm-ring-seeds-evidence.tsv \
  '^mean	gmm	ring	test	exact	=	.*mean of [0-9]* seeds, std_error over seeds'
check "the mean is that of the seeds" awk -F '\t' '
  $4 == "test" && $1 ~ /^[0-9]+$/ { n++; sum += $7; squares += $7 * $7 }
  $4 == "test" && $1 == "mean" { mean = $7; error = $8 }
  END { m = sum / n; s = sqrt((squares / n - m * m) / (n - 1))
        d = mean - m; e = error - s
        exit !(n > 1 && d < 1e-9 && d > -1e-9 && e < 1e-6 && e > -1e-6) }
' seeds/gmm-ring-seeds-evidence.tsv

# A family that cannot sample has its evidence, or nothing.
run fit histogram heights --seeds 2 --out plain
ended 0
says out '^2 fits in '
run fit gmm ring --seeds 1
ended 2
says err '.-seeds is .1.: give a whole number, 2'
run fit vae ring --seeds 2 --checkpoint c
ended 2
says err 'it has no --checkpoint'

# Ctrl-C keeps the seeds that are finished.
"$program" fit gmm pinwheel --seeds 1000 --out stopped >out 2>err </dev/null &
child=$!
called="(Ctrl-C) fit --seeds"
for second in 1 2 4 8 16; do
  test -s stopped/gmm-pinwheel-seeds.tsv && break
  sleep $second
done
kill -INT $child
status=0
wait $child || status=$?
ended 130
says err 'the seeds that are finished are kept'
says out ' of 1000 seeds: stopped$'
n=$(sed -n 's/^gmm on pinwheel, \([0-9]*\) of.*/\1/p' out)
check "as many models" \
  test "$(find stopped -name '*.safetensors' | wc -l)" -eq "$n"
check "as many rows" \
  test "$(grep -c '^[0-9]*	gmm	.*	recall' stopped/gmm-pinwheel-seeds.tsv)" \
  -eq "$n"
finish
