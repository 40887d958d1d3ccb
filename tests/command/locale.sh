#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A decimal comma, a dotless i: the same bytes in every locale.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

# make check has built the locales; by hand they are built here.
if [ ! -d "${LOCPATH:-none}/tr_TR.UTF-8" ]; then
  LOCPATH=$work/loc
  mkdir "$LOCPATH"
  for name in de_DE tr_TR; do
    localedef -i $name -f UTF-8 "$LOCPATH/$name.UTF-8" >/dev/null 2>&1
    [ -d "$LOCPATH/$name.UTF-8" ] || { echo "no locale $name"; exit 77; }
  done
fi
export LOCPATH

all() { # name of the results
  run fit gmm faithful --out same
  ended 0
  sed 's/[0-9.e-]* seconds//' out >"$1.fit"
  run evaluate same/gmm-faithful.safetensors faithful
  ended 0
  cp out "$1.evaluate"
  run sample same/gmm-faithful.safetensors -n 20
  ended 0
  cp out "$1.sample"
  run list gmm
  cp out "$1.list"
  run compare heights -q --rows 200 --out same
  ended 0
  cut -f 1-12,14 same/evidence.tsv >"$1.evidence"
  grep -q '"seconds": [0-9][0-9.e-]*,$' same/run.json
  result "run.json has no decimal points" $?
}

LC_ALL=C
export LC_ALL
all C
for name in de_DE tr_TR; do
  LC_ALL=$name.UTF-8
  all $name
  for what in fit evaluate sample list evidence; do
    check "$what under $name is as under C" cmp -s C.$what $name.$what
  done
done
finish
