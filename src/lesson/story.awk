# SPDX-License-Identifier: GPL-3.0-or-later
#
# Turns a chapter's story into the table of steps that its C source includes
# (lesson/chapter.h says what the fields mean).
#
#   # a comment
#   data faithful                           what --data takes the place of
#   setting k size 5 1 100  neighbours      for --set: name, kind, default,
#   setting h real 2/4 0 1e9  bandwidth     least, greatest, what it is; behind
#   setting how choice up up|down  the way  '/' the default of a quick run
#   == map  A prior, and what it does       a step: its name, its title
#   equation map.1 map.2                    ids of docs/EQUATIONS.md
#   levels example minibatch epoch          of its pieces, small to large
#   watch mean sd:.2f                       numbers printed at every stop
#   show fit                                tables printed as they grow
#   make guesses mu sigma log_p           an empty table of these columns, which
#                                         stands on the board when it begins
#   figure prior lines  The prior and ...   name, template, title
#     table lines=prior marks=modes         slot=table of the board
#     text x=height, cm                     one slot a line
#     number panels=2                       one slot a line
#
#   Prose, told before the step is computed.
#   --
#   Prose, told when it is done.
#
# The directives end at the first empty line after the title, or at "--".

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

# The index of a word in "one|other".
function choice(word, words,   n, i, list) {
  n = split(words, list, "|")
  for (i = 1; i <= n; i++) if (list[i] == word) return i - 1
  fail("'" word "' is none of " words)
}

function setting(name, kind, value, low, high, help,   n, part) {
  n = split(value, part, "/")
  if (n < 2) part[2] = part[1]
  if (kind == "choice")
    for (n = 1; n <= 2; n++) part[n] = choice(part[n], low)
  fields = fields sprintf("  %s %s;\n", \
    kind == "size" ? "size_t" : kind == "real" ? "double" : "int", name)
  entries = entries sprintf("    {\"%s\", MG_OPTION_%s, offsetof(settings, " \
    "%s), %s, %s,\n     %s, %s},\n", name, toupper(kind), name, \
    kind == "choice" ? 0 : low, kind == "choice" ? 0 : high, \
    kind == "choice" ? quoted(low) : "NULL", quoted(help))
  defaults = defaults sprintf("  to->%s = quick ? %s : %s;\n", name, part[2], \
    part[1])
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

!steps && $1 == "data" && NF == 2 { data = $2; next }

!steps && $1 == "setting" {
  if ($3 !~ /^(size|real|choice)$/ || NF < 6)
    fail("setting NAME size|real DEFAULT LEAST GREATEST HELP, or setting " \
         "NAME choice DEFAULT ONE|OTHER HELP")
  if ($3 == "choice") setting($2, $3, $4, $5, "", rest(5))
  else setting($2, $3, $4, $5, $6, rest(6))
  next
}

!steps {
  if (/[^ \t]/) fail("before the first step (== name  Title) stand data " \
                     "and settings")
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

function run_of(i,   run) {
  run = name[i]
  gsub(/-/, "_", run)
  return run
}

function print_step(i) {
  printf "    {.name = %s, .title = %s,\n", quoted(name[i]), quoted(title[i])
  printf "     .before = %s,\n", prose(text[i, "before"])
  printf "     .after = %s,\n", prose(text[i, "after"])
  printf "     .equations = %s, .levels = %s,\n",
    quoted(field[i, "equation"]), quoted(field[i, "levels"])
  printf "     .watch = %s, .shows = %s,\n", quoted(field[i, "watch"]),
    quoted(field[i, "show"])
  printf "     .makes = %s,\n", quoted(field[i, "make"])
  printf "     .pictures = pictures_%d, .run = %s},\n", i, run_of(i)
}

function print_settings() {
  if (fields == "") return
  printf "typedef struct {\n%s} settings;\n", fields
  printf "static const mg_option options[] = {\n%s", entries
  print "    {.name = NULL}};"
  print "static void options_default(bool quick, void *out) {"
  printf "  settings *to = out;\n%s}\n", defaults
  print "static inline const settings *settings_of(const mg_lesson *lesson) {"
  print "  return mg_lesson_settings(lesson);\n}"
}

function print_chapter(   stem) {
  stem = FILENAME
  sub(/.*\//, "", stem)
  sub(/^ch[0-9]*-/, "", stem)
  sub(/[.]story$/, "", stem)
  printf "static const mg_chapter chapter = {\n    .name = %s,\n", quoted(stem)
  if (data != "") printf "    .data = %s,\n", quoted(data)
  if (fields != "")
    print "    .options = options, .options_size = sizeof(settings),\n" \
      "    .options_default = options_default,"
  print "    .steps = story};"
}

END {
  if (bad) exit 1
  if (!steps) { FNR = 0; fail("a story needs a step (== name  Title)") }
  print "/* Made by src/lesson/story.awk from a story: change that. */"
  print_settings()
  for (i = 1; i <= steps; i++)
    printf "static int %s(mg_lesson *lesson);\n", run_of(i)
  for (i = 1; i <= steps; i++) print_figures(i)
  print "static const mg_step story[] = {"
  for (i = 1; i <= steps; i++) print_step(i)
  print "    {.name = NULL}};"
  print_chapter()
}
