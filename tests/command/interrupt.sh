#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Ctrl-C: the first stops between two passes and keeps what there is, the
# second ends at once.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

# Starts marginalia, lets it work for a while, and interrupts it, each number of
# seconds once.  One that does not end is killed, and has then another status.
interrupt() { # "seconds...", argument...
  called="(Ctrl-C after $1 s) $*"
  pauses=$1
  shift
  "$program" "$@" >out 2>err </dev/null &
  child=$!
  for pause in $pauses; do
    sleep "$pause"
    kill -INT "$child" 2>/dev/null
  done
  for second in 1 2 4 8 16 32; do
    kill -0 "$child" 2>/dev/null || break
    sleep "$second"
  done
  kill -KILL "$child" 2>/dev/null
  status=0
  wait "$child" 2>/dev/null || status=$?
}

# A fit that would take minutes.
long="--rows 200000 --set components=60 --set tolerance=0 --set restarts=1000"
# shellcheck disable=SC2086 # words
interrupt 2 fit gmm pinwheel $long
ended 130
says err 'stopping after this pass'
says out 'stopped, best so far'
check "the model is there" test -s gmm-pinwheel.safetensors
run sample gmm-pinwheel.safetensors -n 1
ended 0

# Who compares many rows is told before.
interrupt 2 compare ring --rows 200000 --out many
says err '200000 rows take long'

# The models before the long one are finished in the meantime.
interrupt 3 compare pinwheel --rows 20000 --out partial \
  --set gmm.components=60 --set gmm.tolerance=0 --set gmm.restarts=10000
ended 130
says out '^INCOMPLETE'
says out '^independent  *= '
says out '^  gmm  *not finished'
says partial/evidence.tsv '^# complete: no'
says partial/run.json '"complete": false'

# Methods of inference likewise.
interrupt 2 compare posterior eight-schools --out inference \
  --set bbvi.iterations=10000000
ended 130
says err 'stopping after this turn'
says out '^INCOMPLETE'
says out '^exact  *= *-31[.]311347'
says out '^  bbvi score  *not finished'
says inference/evidence.tsv '^# complete: no'

# The second Ctrl-C in a pass that does not end: the tables are there.
interrupt "4 1" compare ring --rows 100000 --out twice \
  --set gmm.restarts=1 --set gmm.passes=60 --set gmm.tolerance=0 \
  --set kde.bandwidth=cv
ended 130
says twice/evidence.tsv '^gmm	ring	train'
says twice/evidence.tsv '^# complete: no'
check "no half-written file" test -z "$(find . -name '.?*')"

# The second one, while a pass of many seconds is on: nothing is kept.
interrupt '1 0.5' fit kde pinwheel --rows 400000 --set bandwidth=cv
ended 130
check "no model" test ! -e kde-pinwheel.safetensors
check "nothing half-written" test -z "$(find . -name '.?*')"
finish
