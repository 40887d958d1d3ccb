#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A file includes only headers of lower floors, and of its own floor and
# folder; on a floor marked "apart" only its own header.  src/FLOORS is the
# table.  Tests are exempt.
#   floors.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}/src"
find . -name '*.[ch]' | sed 's|^\./||' | LC_ALL=C sort | awk '
function fail(line, text) {
  printf "src/%s:%d: %s\n", file, line, text
  bad = 1
}

function read_table(   line, regex) {
  while ((getline line < "FLOORS") > 0) {
    if (line ~ /^#/ || split(line, field, " ") < 2) continue
    regex = field[2]
    gsub(/\./, "[.]", regex)
    gsub(/\*/, ".*", regex)
    n++
    floor[n] = field[1] + 0
    pattern[n] = "^" regex "$"
    apart[n] = field[3] == "apart"
  }
}

function entry(path,   i) {
  for (i = 1; i <= n; i++) if (path ~ pattern[i]) return i
  return 0
}

function folder(path) {
  sub(/\/[^\/]*$/, "", path)
  return path
}

# gmm_start.c belongs to gmm when there is a gmm.h.
function family(path,   end, stem) {
  sub(/[.][ch]$/, "", path)
  for (end = length(path); end > 1; end--) {
    stem = substr(path, 1, end - 1)
    if (substr(path, end, 1) == "_" && (stem ".h") in seen) path = stem
  }
  return path
}

function check_include(header, line,   mine, its) {
  mine = entry(file)
  its = entry(header)
  if (header == "config.h") return
  if (!its) {
    fail(line, "\"" header "\" is on no floor of src/FLOORS; name a header" \
         " by its path under src/")
  } else if (floor[its] > floor[mine]) {
    fail(line, sprintf("floor %d includes \"%s\" of floor %d, above it",
                       floor[mine], header, floor[its]))
  } else if (floor[its] < floor[mine]) {
    return
  } else if (folder(file) != folder(header)) {
    fail(line, sprintf("\"%s\" is on the same floor, %d, in another folder",
                       header, floor[its]))
  } else if (apart[mine] && family(file) != family(header)) {
    fail(line, "families do not know each other, but this one includes \"" \
         header "\"")
  }
}

function check_file(   line, number) {
  if (!entry(file)) fail(1, "matches no pattern of src/FLOORS")
  while ((getline line < file) > 0) {
    number++
    if (line ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
      split(line, quoted, "\"")
      check_include(quoted[2], number)
    }
  }
  close(file)
}

{ seen[$0] = 1; name[++files] = $0 }

END {
  read_table()
  for (i = 1; i <= files; i++) {
    file = name[i]
    check_file()
  }
  printf "floors: %d files\n", files
  if (!files) print "no file was looked at: is this the source tree?"
  exit bad || !files
}'
