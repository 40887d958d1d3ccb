#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Grey values as bits, and rows of another file as the test part.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

# Images of 2 x 2, of which one pixel is never 1 and one always.
images() { # how many
  printf '\0\0\10\3\0\0\0\'"$(printf '%o' "$1")"'\0\0\0\2\0\0\0\2'
  i=0
  while [ $i -lt "$1" ]; do
    printf '\000\200\100\377'
    i=$((i + 1))
  done
}
images 40 >a.idx
images 30 >b.idx

run fit independent a.idx --test b.idx --binarise dynamic --set smoothing=0.5
ended 0
says out '^train  *= .* 36  exact$'
says out '^validation  *= .* 4  exact$'
says out '^test  *= .* 30  exact$'
test=$(sed -n 's/^test  *=  *\(-[0-9.]*\) .*/\1/p' out | cut -c1-8)
check "not all bits are the same" test "$test" != -0.0000

# The model's file remembers how the rows were parted and drawn.
run evaluate independent-a.safetensors a.idx
ended 0
says out "	test	exact	=	$test.*	30	"
run evaluate independent-a.safetensors b.idx
ended 2
says err 'safetensors is a model of .* binary, and b.idx has .* 256'
run evaluate independent-a.safetensors b.idx --split 0/0/30 --binarise dynamic
ended 0
says out "	test	exact	=	-.*	30	"
lacks out '	train	'

run fit independent a.idx --test b.idx --split 30/5/5
ended 2
says err 'leaves 5 rows of a.idx for testing beside --test: end it with /0$'
run fit independent a.idx --test b.idx --split 30/5/0
ended 0
says out '^train .* 30  exact$'
says out '^test .* 30  exact$'
run fit independent a.idx --test no-such.idx
ended 2
says err 'no-such.idx'
printf '1,2\n3,4\n' >c.csv
run fit independent a.idx --test c.csv
ended 2
says err 'a.idx and c.csv have unequal spaces'
run fit independent ring --test b.idx
ended 2
says err 'are for files, and ring is none$'
run fit independent a.idx --test-labels b.idx
ended 2
says err 'test-labels needs --test'

run fit independent digits --binarise dynam
ended 2
says err "binarise: 'dynam' is neither a level nor 'dynamic'$"
run fit independent digits-binary --binarise dynamic
ended 2
says err 'only levels can be binarised'

# A fit by gradient draws anew in every epoch, the same for all threads.
for threads in 1 3; do
  run fit vae digits --binarise dynamic --set passes=3 --set hidden=300 \
    -t $threads -o "on$threads"
  ended 0
done
check "the bytes of 1 thread on 3" \
  cmp on1/vae-digits.safetensors on3/vae-digits.safetensors
run evaluate on1/vae-digits.safetensors digits -m elbo
ended 0
says out '^vae	digits	test	elbo	>=	-'

finish
