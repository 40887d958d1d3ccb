#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every prototype in a header of src/ has its contract, a comment directly
# above it.  Prototypes that follow each other without a blank line share one.
#   contracts.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
# shellcheck disable=SC2046 # names are words
awk '
# What the last line was: "covered" by a contract, or "bare".
FNR == 1 { above = "bare"; prototype = comment = 0 }

comment || /^\/\*/ {
  comment = !/\*\//
  above = comment ? "bare" : "covered"
  next
}

# Preprocessor lines and types stand on their own.
/^[#}]/ || /^(typedef|struct|enum|union|extern "C")/ { above = "bare"; next }

# A prototype starts in column 0 and ends in a semicolon; what ends in a brace
# is a body.
!prototype && /^[A-Za-z_].*\(/ {
  prototype = FNR
  text = $0
}

prototype && /;[ \t]*(\/\*.*\*\/)?$/ {
  count++
  if (above == "bare") {
    printf "%s:%d: no contract directly above: %s\n", FILENAME, prototype, text
    bad = 1
  }
  prototype = 0
  next
}

prototype && /[{}][ \t]*$/ { prototype = 0 }

# The type may stand on a line of its own above the name.
prototype || /^[A-Za-z_][A-Za-z_0-9 *]*$/ { next }

{ above = "bare" }

END {
  printf "contracts: %d prototypes\n", count
  if (!count) print "no prototype was seen: is this the source tree?"
  exit bad || !count
}' $(find src -name '*.h' | LC_ALL=C sort)
