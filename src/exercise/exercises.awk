# SPDX-License-Identifier: GPL-3.0-or-later
# Turns the list of exercises into the table of exercise/exercise.h, in one
# source with all their trials:
#
#   awk -f exercises.awk exercises/exercises.list > exercises_data.c
#
# A line that makes no exercise ends it with a message, and the build with it.
function fail(text) {
  printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
  bad = 1
  exit 1
}

function quoted(text) {
  gsub(/[\\"?]/, "\\\\&", text)
  return "\"" text "\""
}

# What an exercise's names begin with: log_sum_exp.
function prefix(name) {
  gsub(/-/, "_", name)
  return name
}

BEGIN {
  print "/* SPDX-License-Identifier: GPL-3.0-or-later */"
  print "/* Written by exercises.awk from exercises/exercises.list. */"
  print "#include \"exercise/exercise.h\"\n"
}

/^[ \t]*(#.*)?$/ { next }

{
  if ($1 !~ /^[a-z][a-z0-9-]*$/) fail("'" $1 "' is no name of small letters")
  if ($1 in seen) fail("'" $1 "' is the name of another exercise, too")
  if ($2 !~ /^[1-9][0-9]?$/) fail("'" $2 "' is no chapter's number, 1 .. 99")
  if ($2 + 0 < last) fail("an exercise of chapter " $2 " after one of " last)
  if ($3 !~ /^[1-9][0-9]*$/) fail("'" $3 "' is no number of points")
  if ($4 !~ /^[1-9][0-9]*$/) fail("'" $4 "' is no number of minutes")
  last = $2 + 0
  seen[$1] = 1
  title = $0
  sub(/^[ \t]*[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]*/, "", title)
  sub(/[ \t]+$/, "", title)
  if (title == "") fail("the exercise has no title")
  printf "#include \"exercises/%s/trial.c\"\n", $1
  line[++n] = sprintf("    {%s, %d, %d, %d,\n     %s,\n     &%s_exercise},",
    quoted($1), $2, $3, $4, quoted(title), prefix($1))
}

END {
  if (bad) exit 1
  print "\nconst mg_exercise_entry mg_exercises[] = {"
  for (i = 1; i <= n; i++) print line[i]
  print "    {.name = NULL}};"
}
