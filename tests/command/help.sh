#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Help, the manual page and the completion: made from one table, so they name
# the same things, in 80 columns.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

narrow() { # file
  awk 'length($0) > 80 { bad = 1 } END { exit bad }' "$1"
}

run --version
ended 0
says out '^marginalia [0-9]'
run --help
ended 0
check "nothing on stderr" test ! -s err
check "80 columns" narrow out
verbs=$(sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' out)
check "eleven verbs" test "$(echo "$verbs" | wc -l)" = 11
grep -o -e '--[a-z]*' out | sort -u >options
cp out general
run help
check "help is --help" cmp -s out general

run print-manual
ended 0
cp out page.1
run print-completion
ended 0
cp out completion
sed 's/\\-/-/g' page.1 >plain.1

for verb in $verbs; do
  run "$verb" --help
  ended 0
  says out "^Usage: marginalia $verb"
  says out '^Examples:'
  check "80 columns" narrow out
  cp out page
  run --help "$verb"
  check "help before the verb" cmp -s out page
  run help "$verb"
  check "help VERB" cmp -s out page
  says plain.1 "^.SS \"$verb"
  says completion "^  '$verb') options="
  sed -n 's/^  [-, a-z]*\(--[a-z]*\).*/\1/p' page >named
  while read -r option; do
    says completion "^  '$verb') options=\".*$option"
  done <named
done
while read -r option; do
  says plain.1 "$option"
done <options

# A bare '-' would be a hyphen, which nobody can paste into a shell.
says page.1 '^.fB.-s, .-.-seed=N'
check "no page of the manual has a date" \
  grep -q '^.TH MARGINALIA 1 "" ' page.1
if command -v man >/dev/null 2>&1; then
  called='print-manual'
  LC_ALL=C MANWIDTH=80 man --warnings -l page.1 >out 2>err
  says out 'compare \[DATA\]'
  check "roff has no complaint" test ! -s err
fi

if command -v bash >/dev/null 2>&1; then
  called='print-completion'
  cat >complete.bash <<'END'
. ./completion
offer() { # words of the line
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  _marginalia
  echo "${COMPREPLY[*]}"
}
[ "$(offer marginalia f)" = fit ] || exit 2
[ "$(offer marginalia fit g)" = "gmm gan grid" ] || exit 3
[ "$(offer marginalia compare far)" = "" ] || exit 4
[ "$(offer marginalia compare fai)" = faithful ] || exit 5
[ "$(offer marginalia compare post)" = posterior ] || exit 6
[ "$(offer marginalia compare posterior eight-schools-)" = \
  eight-schools-centred ] || exit 7
[ "$(offer marginalia sample --c)" = --count= ] || exit 8
[ "$(offer marginalia list --s)" = "" ] || exit 9
[ "$(offer marginalia ch)" = chapter ] || exit 10
[ "$(offer marginalia chapter '')" = \
  "density em monte-carlo bbvi vae autoregressive gan" ] || exit 11
[ "$(offer marginalia chapter em --st)" = --step ] || exit 12
[ "$(offer marginalia bench b)" = bbvi ] || exit 13
END
  bash complete.bash >out 2>err
  check "bash offers what there is" test $? = 0
  check "bash has no complaint" test ! -s err
fi
finish
