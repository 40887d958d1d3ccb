#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Words of unfinished work, which belong in no file that is handed out.  (They
# are written here so that this file does not hold them.)
#   words.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
files=$(find src chapters tests plots docs m4 exercises workbench Makefile.am \
  configure.ac -type f ! -name '*_data.c' 2>/dev/null || :)
[ -n "$files" ] || { echo "no file was looked at"; exit 1; }
found=0
for word in 'TO[D]O' 'FIX[M]E' 'X[X]X' 'HAC[K]' 'place[h]older' \
  'for n[o]w' 'not impl[e]mented' 'simplified ver[s]ion'; do
  # shellcheck disable=SC2086 # names are words
  if grep -n -w -i "$word" /dev/null $files; then
    found=1
  fi
done
[ "$found" = 0 ] || echo "these words mark unfinished work: finish it"
exit "$found"
