#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Cuts each exercise's master.c in two, in the build folder:
#   skeletons.sh SOURCE_FOLDER UNIFDEF NAME...
# exercises/NAME/NAME.c is what a student starts from, exercises/NAME/solution.c
# what was asked for.

set -eu
source=$1
unifdef=$2
shift 2

cut() { # flag from to
  status=0
  "$unifdef" "$1" "$2" >"$3.part" || status=$?
  if [ "$status" -gt 1 ]; then # 1: something was cut
    echo "$2: $unifdef cannot cut it" >&2
    exit 1
  fi
  mv "$3.part" "$3"
}

for name; do
  master=$source/exercises/$name/master.c
  if [ ! -f "$master" ]; then
    echo "exercises/exercises.list names $name, and there is no $master" >&2
    exit 1
  fi
  mkdir -p "exercises/$name"
  cut -UMARGINALIA_SOLUTION "$master" "exercises/$name/$name.c"
  cut -DMARGINALIA_SOLUTION "$master" "exercises/$name/solution.c"
done
