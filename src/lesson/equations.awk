# SPDX-License-Identifier: GPL-3.0-or-later
# Writes a C source that holds the entries of docs/EQUATIONS.md:
#
#   awk -f equations.awk docs/EQUATIONS.md > equations.c
#
# An entry is "**[em.2]** meaning", an equation of lines with four blanks before
# them, and a paragraph "In `function`, file. Source."; the heading above it
# goes along, without files in brackets at its end.  The checks that its
# functions exist are in tests/checks/equations.sh.
function quote(text) {
  gsub(/[\\"?]/, "\\\\&", text)
  gsub(/\n/, "\\n\"\n     \"", text)
  return "\"" text "\""
}

function close_entry(   at, source) {
  if (id == "") return
  if (text == "" || where == "") {
    print FILENAME ": [" id "]: no equation, or no line In ..." >"/dev/stderr"
    bad = 1
  }
  gsub(/`/, "", meaning)
  gsub(/`/, "", where)
  if (match(where, /[.][ch][.] /)) {
    source = substr(where, RSTART + 4)
    where = substr(where, 1, RSTART + 2)
  }
  print "    {" quote(id) ",\n     " quote(section) ",\n     " quote(meaning) \
    ",\n     " quote(text) ",\n     " quote(where) ",\n     " quote(source) "},"
  id = ""
}

BEGIN {
  print "/* Written by equations.awk from docs/EQUATIONS.md. */"
  print "#include \"lesson/equation.h\"\n\n#include <stddef.h>\n"
  print "const mg_equation mg_equations[] = {"
}

/^#/ {
  close_entry()
  section = $0
  sub(/^#+ */, "", section)
  sub(/ *\([a-z_\/., ]*\)$/, "", section)
  next
}

/^\*\*\[[a-z_]+\.[0-9]+\]\*\* / {
  close_entry()
  split($0, part, /\*\*/)
  id = substr(part[2], 2, length(part[2]) - 2)
  meaning = substr($0, length(part[2]) + 6)
  text = where = ""
  next
}

/^$/ { next }
id == "" { next }
/^    / { text = text (text == "" ? "" : "\n") substr($0, 5); next }
/^In `/ { where = $0; next }
where != "" { where = where " " $0; next }
{ meaning = meaning " " $0 }

END {
  close_entry()
  print "    {NULL, NULL, NULL, NULL, NULL, NULL}};"
  exit bad
}
