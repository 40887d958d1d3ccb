#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# audit: what is asked of a model in a file, and the exit status.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

run fit fvbn digits-binary
ended 0
model=fvbn-digits-binary.safetensors
run audit $model
ended 0
says out '^audit	value	bound	passed	note$'
says out '^normalisation	nan	nan	-	cannot: the space has more than'
says out '^chain rule	[^	]*	1e-10	yes	'
says out '^causality	0	0	yes	'
says out '^columns	[^	]*	1e-10	yes	'
says out '^samples	[^	]*	6.1	yes	z: of 256 draws log p is -'
lacks out '^data'
cp out first
run audit $model digits-binary --seed 1
ended 0
says out '^data	[^	]*	nan	-	log p of 447 data -18.4'
check "the same draws with data and without" \
  test "$(grep '^samples' first)" = "$(grep '^samples' out)"
run audit $model --seed 2
check "other draws by another seed" \
  test "$(grep '^samples' first)" != "$(grep '^samples' out)"
run audit $model digits
ended 2
says err 'digits-binary.safetensors is a model of'

# Nine states; then a probability that is wrong in the tenth digit, which a
# model's file may just have.
printf 'a,b\n0,1\n1,2\n2,1\n1,0\n1,2\n' >levels.csv
run fit independent levels.csv --levels 3 --split none
ended 0
model=independent-levels.safetensors
run audit $model
ended 0
says out '^normalisation	[^	]*	1e-10	yes	sum of p(x) over all 9 states'
says out '^causality	nan	nan	-	cannot: independent does not tell'
says out '^samples	[^	]*	6.1	yes	'
size=$(wc -c <$model)
byte=$(tail -c 6 $model | head -c 1 | od -An -tu1 | tr -d ' ')
if [ "$byte" -ge 128 ]; then byte=$((byte - 50)); else byte=$((byte + 50)); fi
# shellcheck disable=SC2059 # the format is the byte
printf "\\$(printf %o $byte)" |
  dd of=$model bs=1 seek=$((size - 6)) conv=notrunc 2>/dev/null
run audit $model
ended 1
says out '^normalisation	[^	]*	1e-10	no	'
says err "$model does not pass"

# Reals; then a model that has no density.
run fit gmm ring --quick
ended 0
run audit gmm-ring.safetensors ring
ended 0
says out '^normalisation	[^	]*	[^	]*	yes	integral of p(x), less 1'
says out '^samples	[^	]*	6.1	yes	z: of 1000 draws'
says out '^data	'
run fit vae ring --quick --rows 200
ended 0
run audit vae-ring.safetensors
ended 1
says out '^normalisation	nan	nan	-	cannot: vae has no density'
says err 'nothing could be asked of vae-ring.safetensors'

says err 'evaluate --method bdmc'
run fit gan ring --quick --rows 200 --set passes=1
ended 0
run audit gan-ring.safetensors
ended 1
says err 'evaluate --method samples holds its draws against data'

# A refusal of three lines, in a window; in a file it is one.
run evaluate gan-ring.safetensors ring
check "one line" test "$(wc -l <err)" = 1
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  called='evaluate gan-ring.safetensors ring on a terminal'
  script -qec "'$program' evaluate gan-ring.safetensors ring" /dev/null \
    >out </dev/null
  check "lines of 80 columns" awk 'length($0) > 80 || NR == 1 && !/gan has/ {
    exit 1 } END { exit NR < 2 }' out
fi

run audit missing.safetensors
ended 2
finish
