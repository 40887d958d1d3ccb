#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# doctor: a line a check; what is missing warns and names the remedy.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

run doctor
ended 0
check "nothing on stderr" test ! -s err
for name in versions CBLAS sgemm products threads vectors gnuplot terminal \
  locale folder; do
  says out "^[okwarn]*  *$name "
done
says out '^ok  *products'
says out '^ok  *sgemm  *\(oneDNN [0-9]\|CBLAS\)'
lacks out '^broken'

called='doctor without gnuplot'
mkdir empty
status=0
PATH=$work/empty "$program" doctor >out 2>err || status=$?
ended 0
says out '^warn  *gnuplot  *not found'

called='doctor with too many threads'
OMP_NUM_THREADS=999 "$program" doctor >out 2>err
if grep -q 'OpenMP;' out; then :; else
  says out '^warn  *threads'
fi

# A kernel without vectors on a processor that has them.
if grep -q avx2 /proc/cpuinfo 2>/dev/null; then
  called='doctor on a slow kernel'
  OPENBLAS_CORETYPE=PRESCOTT "$program" doctor >out 2>err
  if grep -q "GSL's own" out; then :
  elif grep -q openblas out || grep -q OpenBLAS out; then
    says out 'set OPENBLAS_CORETYPE='
  fi
fi

# Colours on a terminal only, and not with NO_COLOR.
esc=$(printf '\033')
run doctor
lacks out "$esc"
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  called='doctor on a terminal'
  TERM=xterm script -qec "'$program' doctor" /dev/null >out </dev/null
  says out "$esc"
  called='doctor on a terminal, NO_COLOR'
  NO_COLOR=1 TERM=xterm script -qec "'$program' doctor" /dev/null \
    >out </dev/null
  lacks out "$esc"
  called='doctor on a terminal, dumb'
  TERM=dumb script -qec "'$program' doctor" /dev/null >out </dev/null
  lacks out "$esc"
fi
finish
