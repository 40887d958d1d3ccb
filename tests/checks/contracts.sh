#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every prototype in a header of src/ has its contract, a comment directly
# above it.  Prototypes of one line may follow each other under one comment.
#   contracts.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
# shellcheck disable=SC2046 # names are words
awk '
FNR == 1 { above = ""; open = comment = 0 }

# Comments: what counts is that one ended on the line before.
comment || /^\/\*/ {
  comment = !/\*\//
  above = comment ? "" : "comment"
  next
}

# Preprocessor lines and bodies of structs stand on their own.
/^[#}]/ || /^(typedef|struct|enum|union|extern "C")/ { above = ""; next }

!open && /^[A-Za-z_].*\(/ {
  count++
  one_line = /;[ \t]*(\/\*.*\*\/)?$/
  if (above != "comment" && !(above == "one line" && one_line)) {
    printf "%s:%d: no contract directly above: %s\n", FILENAME, FNR, $0
    bad = 1
  }
  above = one_line ? "one line" : ""
  open = !one_line
  next
}

# The type may stand on a line of its own above the name.
!open && /^[A-Za-z_][A-Za-z_0-9 *]*$/ { next }

open { open = !/[;}][ \t]*$/ }

{ above = "" }

END {
  printf "contracts: %d prototypes\n", count
  if (!count) print "no prototype was seen: is this the source tree?"
  exit bad || !count
}' $(find src -name '*.h' | LC_ALL=C sort)
