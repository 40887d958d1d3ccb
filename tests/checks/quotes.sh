#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a page quotes from a file still stands there.  A quotation is a fenced
# block whose first line names the file: "```c docs/examples/spherical.c".  Its
# lines must stand in that file, one after the other, to the character.
# And docs/teaching.md has every exercise of the list with its points, as
# "`e-step` (10)", and an exercise's page begins with its line of the list.
#   quotes.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
# shellcheck disable=SC2046 # names are words
awk '
function fail(text) {
  printf "%s:%d: %s\n", FILENAME, first, text
  bad = 1
}

# All of a file, with a line end before it and one behind each line; "" when
# it cannot be read.
function text_of(path,   line, text) {
  if ((getline line < path) <= 0) return ""
  text = "\n" line "\n"
  while ((getline line < path) > 0) text = text line "\n"
  close(path)
  return text
}

function close_quotation(   text) {
  text = text_of(path)
  if (text == "") fail(path ": no such file")
  else if (!index(text, "\n" block)) fail("these lines do not stand in " path)
}

FNR == 1 && fenced {
  printf "%s: a block of line %d is never closed\n", before, first
  bad = 1
  fenced = 0
}
{ before = FILENAME }

/^```/ && !fenced {
  fenced = 1
  first = FNR
  path = $2
  block = ""
  if (path != "") count++
  next
}

/^```$/ {
  if (path != "") close_quotation()
  fenced = 0
  next
}

fenced { block = block $0 "\n" }

END {
  if (fenced) {
    printf "%s: a block of line %d is never closed\n", before, first
    bad = 1
  }
  printf "quotes: %d\n", count
  if (!count) print "no quotation was seen"
  exit bad || !count
}' $(find docs -name '*.md' | LC_ALL=C sort) /dev/null

[ -f exercises/exercises.list ] || exit 0
awk '
NR == FNR { text = text $0 "\n"; next }
/^[ \t]*(#.*)?$/ { next }
!index(text, "`" $1 "` (" $3 ")") {
  printf "docs/teaching.md: no `%s` (%d) in the plan of weeks\n", $1, $3
  bad = 1
}
{
  page = "docs/exercises/" $1 ".md"
  title = $0
  sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +/, "", title)
  getline first <page
  getline second <page
  getline third <page
  close(page)
  line = sprintf("Exercise `%s`, chapter %d, %d points, about %d minutes.", $1,
                 $2, $3, $4)
  if (first != "# " title || third != line) {
    printf "%s does not begin with \"# %s\" and \"%s\"\n", page, title, line
    bad = 1
  }
}
END { exit bad }' docs/teaching.md exercises/exercises.list
