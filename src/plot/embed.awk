# SPDX-License-Identifier: GPL-3.0-or-later
# Writes a C source that holds gnuplot templates, a line of text a string:
#
#   awk -f embed.awk plots/style.gp plots/evidence.gp > templates.c
#
# Strings by line, because a C compiler need not take one longer than 4095.
BEGIN {
  print "/* Written by embed.awk from plots/. */"
  print "#include \"plot/template.h\"\n"
  print "#include <stddef.h>"
}

FNR == 1 {
  if (count)
    print "    NULL};"
  name = FILENAME
  sub(/^.*\//, "", name)
  sub(/\.gp$/, "", name)
  names[++count] = name
  print "\nstatic const char *const lines_" count "[] = {"
}

{
  gsub(/[\\"?]/, "\\\\&")
  print "    \"" $0 "\","
}

END {
  if (count)
    print "    NULL};"
  print "\nconst mg_template mg_templates[] = {"
  for (i = 1; i <= count; i++)
    print "    {\"" names[i] "\", lines_" i "},"
  print "    {NULL, NULL}};"
}
