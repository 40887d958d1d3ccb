#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The command line: what is refused, with which words and which exit status;
# where options may stand.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

refused() { # pattern, argument...
  pattern=$1
  shift
  run "$@"
  ended 2
  says err "$pattern"
  check "nothing on stdout" test ! -s out
}

refused '^Usage: marginalia VERB'
refused "no verb 'fti': did you mean 'fit'?" fti
refused "no verb 'xyzzy'$" xyzzy
refused "no option '--sede': did you mean '--seed'?" fit --sede 3
refused 'any of --label, --labels, --levels' fit --l=1
refused "no option '-z'" fit -z
refused '^marginalia: --seed needs N' fit --seed
refused '^marginalia: --seed needs N' fit -s
refused '^marginalia: --quick takes no value' fit --quick=3
refused "^marginalia: --seed is '-1': give a whole number" fit --seed=-1
refused "^marginalia: --seed is '1e3'" fit --seed 1e3
refused '^marginalia: --levels is .1.: give a whole number, 2 .. 256' \
  fit --levels 1
refused '^marginalia: --levels is .257.' fit --levels 257
refused '^marginalia: --out is empty' fit --out=
refused "out is a folder, and 'mine.safetensors' looks like a file" \
  fit gmm ring -o mine.safetensors
check "no folder of that name" test ! -e mine.safetensors
refused '^marginalia: list takes no --seed' list --seed 3
refused '^marginalia: fit needs MODEL DATA' fit gmm
refused "'c' is one operand too many" fit a b c
refused "did you mean 'components'?" fit gmm faithful --set componets=3
refused 'give name=value' fit gmm faithful --set components
refused 'components is 0' fit gmm faithful --set components=0
refused "no model 'gnm'" fit gnm faithful
refused "did you mean 'ring'?" fit gmm rign
refused 'rows is for toys' fit gmm digits --rows 5
refused 'are for files' fit gmm ring --label x
refused 'split is' fit gmm ring --split 1/2
refused 'binarise' fit gmm ring --binarise 3
refused 'no density on reals' fit mixture faithful
refused 'no bench' bench emm
refused 'no model here has an option' compare ring --set zzz=1
refused "did you mean 'digits'?" list digit
refused 'no verb' help zzz
refused '^marginalia: fit needs MODEL DATA' -- fit gmm
refused "^'marginalia fit --help' tells more" fit gmm ring --seed x
refused "^'marginalia fit --help' tells more" fit gmm ring --levels 1
refused "^'marginalia fit --help' tells more" fit --out=
refused "^'marginalia fit --help' tells more" fit gmm --seed
refused "^'marginalia --help' tells more" --seed x fit

# Bad files: one line that begins with the path.
printf 'a,b\n1,2\n3,zwei\n' >bad.csv
refused '^marginalia: bad.csv: ' fit gmm bad.csv
check "one line" test "$(wc -l <err)" = 1
refused 'no-such.csv: No such file' fit gmm no-such.csv
refused 'no-such.safetensors' sample no-such.safetensors
refused 'bad.csv' sample bad.csv
refused 'bad.csv' evaluate bad.csv digits
mkdir folder.csv
refused 'folder.csv' fit gmm folder.csv
esc=$(printf '\033')
run list "x${esc}[31m"
ended 2
lacks err "$esc"

# Options stand anywhere, also with POSIXLY_CORRECT; names may be cut short.
POSIXLY_CORRECT=1
export POSIXLY_CORRECT
for order in 'sample m.safetensors -n 2 --seed 7' \
  '--seed=7 sample --coun 2 m.safetensors' \
  '-n2 -s7 sample -- m.safetensors'; do
  [ -f m.safetensors ] || {
    run fit gmm faithful --quick
    mv gmm-faithful.safetensors m.safetensors
  }
  # shellcheck disable=SC2086 # words
  run $order
  ended 0
  grep -v '^#' out >"draws"
  [ -f first ] || cp draws first
  check "the same draws" cmp -s draws first
  check "a line of names and two draws" test "$(wc -l <draws)" = 3
done
unset POSIXLY_CORRECT
cp m.safetensors ./-m.safetensors
run sample -n 1 -- -m.safetensors
ended 0

# Output that cannot be written; a reader that leaves.
if [ -w /dev/full ]; then
  for call in 'list' '--help' 'sample m.safetensors -n 100000' 'doctor'; do
    called="$call >/dev/full"
    status=0
    # shellcheck disable=SC2086 # words
    "$program" $call >/dev/full 2>err || status=$?
    ended 1
    says err '^marginalia: '
  done
fi
"$program" sample m.safetensors -n 1000000 2>err | head -n 3 >out
called='sample | head'
check "three lines" test "$(wc -l <out)" = 3
check "and no word" test ! -s err
finish
