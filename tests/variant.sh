#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the tree and its tests a second time, with flags of its own, in a
# folder under the build folder it is called in, and runs the suite there.
#   variant.sh NAME SOURCE_FOLDER CONFIGURE_ARGUMENT...
# Configured with the arguments of the build it stands in and, after them,
# those given.  What the tools say is in NAME/variant.log.  Leaves the logs of
# the tests in NAME; exit status 1 when a test failed.

set -eu
name=$1
source=$(cd "$2" && pwd)
shift 2
unset MAKEFLAGS MAKELEVEL MFLAGS
MG_SLOWER=10 # tests that hold a time allow this many times more
export MG_SLOWER

if [ "$source" = "$(pwd)" ]; then
  echo "A second build needs the first in a folder of its own:" >&2
  echo "  make distclean; mkdir build; cd build; ../configure" >&2
  exit 1
fi

mkdir -p "$name"
log=$(pwd)/$name/variant.log
: >"$log"
jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

step() { # command...
  "$@" >>"$log" 2>&1 </dev/null && return 0
  {
    grep -n -E 'error|undefined reference' "$log" | head -n 20 || :
    tail -n 15 "$log"
    echo "the whole log: $log"
  } >&2
  exit 1
}

if [ ! -f "$name/config.status" ] || [ ! -f "$name/Makefile" ] ||
  [ -n "$(find "$source/configure" -newer "$name/config.status")" ]; then
  arguments=$(./config.status --config)
  given=
  for argument; do
    given="$given '$argument'"
  done
  cd "$name"
  eval "step \"\$source/configure\" $arguments $given"
  cd ..
fi
cd "$name"
step make -s -j"$jobs"
step make -s -k -j"$jobs" check TESTS=
sh "$source/tests/run.sh" "$source" 2>&1 | tee -a "$log" |
  grep -v -E '^(PASS|SKIP): '
tail -n 1 "$log" | grep -q '^[1-9][0-9]* passed, 0 failed$'
