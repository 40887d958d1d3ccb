# SPDX-License-Identifier: GPL-3.0-or-later
# Turns the list of chapters into the table of lesson/chapters.h:
#
#   awk -f chapters.awk chapters/chapters.list > chapters_data.c
#
# A line that makes no chapter ends it with a message, and the build with it.
function fail(text) {
  printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
  bad = 1
  exit 1
}

function quoted(text) {
  gsub(/[\\"?]/, "\\\\&", text)
  return "\"" text "\""
}

BEGIN {
  print "/* SPDX-License-Identifier: GPL-3.0-or-later */"
  print "/* Written by chapters.awk from chapters/chapters.list. */"
  print "#include \"lesson/chapters.h\"\n"
  print "#include <stddef.h>\n"
  print "const mg_chapter_entry mg_chapters[] = {"
}

/^[ \t]*(#.*)?$/ { next }

{
  if ($1 !~ /^[1-9][0-9]?$/) fail("'" $1 "' is no chapter's number, 1 .. 99")
  if ($1 + 0 <= last) fail("chapter " $1 " comes after chapter " last)
  if ($2 !~ /^[a-z][a-z0-9-]*$/) fail("'" $2 "' is no name of small letters")
  if ($2 in seen) fail("'" $2 "' is the name of another chapter, too")
  if ($3 !~ /^[1-9][0-9]*$/) fail("'" $3 "' is no number of minutes")
  last = $1 + 0
  seen[$2] = 1
  rest = $0
  sub(/^[ \t]*[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", rest)
  if (!match(rest, /^(-|ch[.] [0-9]+(, [0-9]+)*)[ \t]+/))
    fail("what it needs is neither '-' nor as in 'ch. 1, 2'")
  needs = substr(rest, 1, RLENGTH)
  title = substr(rest, RLENGTH + 1)
  sub(/[ \t]+$/, "", needs)
  sub(/[ \t]+$/, "", title)
  if (title == "") fail("the chapter has no title")
  printf "    {%d, %s, %s,\n     %s, %d, \"ch%02d-%s\"},\n", $1, quoted($2),
    quoted(title), needs == "-" ? "NULL" : quoted(needs), $3, $1, $2
}

END {
  if (bad) exit 1
  print "    {.name = NULL}};"
}
