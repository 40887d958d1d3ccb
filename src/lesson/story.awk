# SPDX-License-Identifier: GPL-3.0-or-later
#
# Turns a chapter's story into the table of steps that its C source includes
# (lesson/chapter.h says what the fields mean).
#
#   # a comment
#   == map  A prior, and what it does       a step: its name, its title
#   equation map.1 map.2                    ids of docs/EQUATIONS.md
#   levels example minibatch epoch          of its pieces, small to large
#   watch mean sd                           numbers printed at every stop
#   show fit                                tables printed as they grow
#   make guesses mu sigma log_p           an empty table of these columns, which
#                                         stands on the board when it begins
#   figure prior lines  The prior and ...   name, template, title
#     table lines=prior marks?=modes        slot=table of the board; slot?= for
#                                           one that may be missing
#     text x=height, cm                     one slot a line
#     number panels=2                       one slot a line
#
#   Prose, told before the step is computed.
#   --
#   Prose, told when it is done.
#
# The directives end at the first empty line after the title, or at "--".  A
# story line is at most 80 columns wide, as any source.

function fail(text) {
  printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
  bad = 1
  exit 1
}

function quoted(text) {
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  gsub(/\n/, "\\n\"\n    \"", text)
  return "\"" text "\""
}

function trimmed(text) {
  gsub(/^[ \t]+|[ \t]+$/, "", text)
  return text
}

# Prose without empty lines at its ends.
function prose(text) {
  gsub(/^\n+|\n+$/, "", text)
  return text == "" ? "\"\"" : quoted(text "\n")
}

function rest(n,   text, i) {
  text = $0
  for (i = 0; i < n; i++) sub(/^[ \t]*[^ \t]+/, "", text)
  return trimmed(text)
}

function slot(kind, text,   at) {
  at = index(text, "=")
  if (!figures) fail(kind " before any figure")
  if (at < 2) fail("'" text "' is not slot=value")
  slots[steps, figures] = slots[steps, figures] \
    sprintf("    {%s, %s, %s},\n", kind, quoted(substr(text, 1, at - 1)), \
            quoted(substr(text, at + 1)))
}

/^#/ { next }

/^== / {
  steps++
  name[steps] = $2
  title[steps] = rest(2)
  if ($2 !~ /^[a-z][a-z0-9-]*$/) fail("'" $2 "' is no name for a step")
  if ($2 in seen) fail("two steps are called " $2)
  if (title[steps] == "") fail("the step " $2 " has no title")
  seen[$2] = 1
  figures = 0
  part = "head"
  next
}

!steps {
  if (/[^ \t]/) fail("this stands before the first step (== name  Title)")
  next
}

part == "head" && /^[ \t]*$/ { part = "before"; next }
(part == "head" || part == "before") && /^--[ \t]*$/ { part = "after"; next }

part == "head" {
  if ($1 ~ /^(equation|levels|watch|show)$/) {
    field[steps, $1] = rest(1)
  } else if ($1 == "make") {
    if (NF < 3) fail("make TABLE COLUMN...")
    field[steps, "make"] = field[steps, "make"] rest(1) "\n"
  } else if ($1 == "figure") {
    if (NF < 4) fail("figure NAME TEMPLATE TITLE")
    if (("figure " $2) in seen) fail("two figures are called " $2)
    seen["figure " $2] = 1
    figure[steps, ++figures] = $2 " " $3
    caption[steps, figures] = rest(3)
    count[steps] = figures
  } else if ($1 == "table") {
    for (i = 2; i <= NF; i++) slot("MG_SLOT_TABLE", $i)
  } else if ($1 == "text") {
    slot("MG_SLOT_TEXT", rest(1))
  } else if ($1 == "number") {
    slot("MG_SLOT_NUMBER", rest(1))
  } else {
    fail("no directive '" $1 "': equation, levels, watch, show, make, " \
         "figure, table, text, number; an empty line ends them")
  }
  next
}

{ text[steps, part] = text[steps, part] $0 "\n" }

function print_figures(i,   j, word) {
  for (j = 1; j <= count[i]; j++)
    printf "static const mg_slot slots_%d_%d[] = {\n%s    {0, NULL, NULL}};\n",
      i, j, slots[i, j]
  printf "static const mg_picture pictures_%d[] = {\n", i
  for (j = 1; j <= count[i]; j++) {
    split(figure[i, j], word, " ")
    printf "    {%s, %s, %s, slots_%d_%d},\n", quoted(word[1]),
      quoted(word[2]), quoted(caption[i, j]), i, j
  }
  print "    {NULL, NULL, NULL, NULL}};"
}

function print_step(i,   run) {
  run = name[i]
  gsub(/-/, "_", run)
  printf "    {.name = %s, .title = %s,\n", quoted(name[i]), quoted(title[i])
  printf "     .before = %s,\n", prose(text[i, "before"])
  printf "     .after = %s,\n", prose(text[i, "after"])
  printf "     .equations = %s, .levels = %s,\n",
    quoted(field[i, "equation"]), quoted(field[i, "levels"])
  printf "     .watch = %s, .shows = %s,\n", quoted(field[i, "watch"]),
    quoted(field[i, "show"])
  printf "     .makes = %s,\n", quoted(field[i, "make"])
  printf "     .pictures = pictures_%d, .run = %s},\n", i, run
}

END {
  if (bad) exit 1
  if (!steps) { FNR = 0; fail("a story needs a step (== name  Title)") }
  print "/* Made by src/lesson/story.awk from a story: change that. */"
  for (i = 1; i <= steps; i++) print_figures(i)
  print "static const mg_step story[] = {"
  for (i = 1; i <= steps; i++) print_step(i)
  print "    {.name = NULL}};"
}
