#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# docs/EQUATIONS.md and the sources tell of the same equations: an id such as
# [em.2] that stands in src/, docs/examples/ or a chapter's C source has one
# entry there, and an entry stands in one of them; pages and stories cite no
# others.  An entry begins
# "**[em.2]**" and has a paragraph that begins "In `": the functions it names
# are defined in, or declared by, the files it names.
#   equations.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
page=docs/EQUATIONS.md
[ -f "$page" ] || { echo "$page: no such file"; exit 1; }
# "file:[id]" a line, of every id in these places.
cited() { # place...
  find "$@" -type f ! -name '*_data.c' -exec \
    grep -oE '\[[a-z_]+\.[0-9]+\]' /dev/null {} + 2>/dev/null |
    LC_ALL=C sort -u
}
{
  cited src docs/examples | sed 's/^/source:/'
  cited chapters | grep '[.]c:' | sed 's/^/source:/'
  cited docs chapters | grep -v '^docs/examples' | sed 's/^/text:/'
  awk -v page="$page" '
    function close_paragraph() {
      for (i = 1; where && i <= n; i++)
        print "name:" name[i] ":" id " " files
      where = 0
    }
    function close_entry() {
      close_paragraph()
      if (id != "" && !named) print "bare:" page ":" id
    }
    /^\*\*\[[a-z_]+\.[0-9]+\]\*\*/ {
      close_entry()
      split($0, part, /\*\*/)
      id = part[2]
      print "entry:" page ":" id
      named = 0
    }
    /^#/ { close_entry(); id = "" }
    /^In `/ { where = named = 1; n = 0; files = "" }
    $0 == "" { close_paragraph() }
    where {
      words = split($0, word, " ")
      for (i = 1; i <= words; i++) {
        w = word[i]
        sub(/[.,;]*$/, "", w)
        if (w ~ /^`[a-z_0-9]+`$/) name[++n] = substr(w, 2, length(w) - 2)
        else if (w ~ /^(src|docs|chapters)\/.*[.][ch]$/) files = files " " w
      }
    }
    END { close_entry() }
  ' "$page"
} | awk -F: '
function fail(text) {
  print text
  bad = 1
}

# Has one of these files a line of code that begins a function of that name?
function defines(files, name,   n, i, file, line) {
  n = split(files, file, " ")
  for (i = 1; i <= n; i++) {
    if ((getline line < file[i]) < 0) fail(file[i] ": no such file")
    else do {
      if (line ~ "^([A-Za-z_].*[ *])?" name "\\(") {
        close(file[i])
        return 1
      }
    } while ((getline line < file[i]) > 0)
    close(file[i])
  }
  return 0
}

{ id = $3; sub(/ .*/, "", id) }
$1 == "source" && !(id in source) { source[id] = $2 }
$1 == "text" && !(id in text) { text[id] = $2 }
$1 == "bare" { fail(id ": the entry has no line \"In `function`, file\"") }
$1 == "entry" {
  if (id in entry) fail(id ": two entries")
  entry[id] = 1
  count++
}
$1 == "name" && !defines(substr($3, index($3, " ") + 1), $2) {
  fail(id ": no function " $2 " in" substr($3, index($3, " ") + 1))
}

END {
  for (id in source)
    if (!(id in entry)) fail(source[id] ": " id " is not in docs/EQUATIONS.md")
  for (id in entry)
    if (!(id in source)) fail(id ": no source names this entry")
  for (id in text)
    if (!(id in source)) fail(text[id] ": " id " is no equation of the sources")
  printf "equations: %d\n", count
  if (!count) print "no entry was seen"
  exit bad || !count
}'
