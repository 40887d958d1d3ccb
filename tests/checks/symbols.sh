#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every name that the library shows to the linker begins with mg_, so that it
# can be linked into anybody's program.  Names that begin with "__" or "." are
# the compiler's.
#   symbols.sh [LIBRARY]    default ./libmarginalia.a

set -eu
library=${1:-libmarginalia.a}
[ -f "$library" ] || { echo "$library: no such file"; exit 1; }
"${NM:-nm}" -g -P "$library" | awk '
NF >= 2 && $2 ~ /^[A-TV-Z]$/ && $1 !~ /^(__|[.])/ {
  count++
  if ($1 !~ /^_?mg_/) {
    printf "%s does not begin with mg_\n", $1
    bad = 1
  }
}

END {
  printf "symbols: %d\n", count
  if (!count) print "the library shows no name"
  exit bad || !count
}'
