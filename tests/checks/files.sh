#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# No file is over 500 lines and no line over 80 columns, so that a listing fits
# a page; every source names its licence in its first lines, but what a student
# is given or writes (exercises/).  Embedded data (*_data.c) may be long; what
# make writes among them in a build in the source folder (templates.c,
# equations.c) is left out.
#   files.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
{
  find src chapters tests plots m4 exercises \
    ! -name templates.c ! -name equations.c \( -name '*.[ch]' -o -name '*.sh' \
    -o -name '*.a[mc]' -o -name '*.awk' -o -name '*.m4' -o -name '*.gp' \) \
    2>/dev/null || :
  ls configure.ac Makefile.am workbench packages 2>/dev/null || :
} | LC_ALL=C sort | LC_ALL=C awk '
function fail(line, text) {
  printf "%s:%d: %s\n", file, line, text
  bad = 1
}

{
  file = $0
  number = licence = 0
  while ((getline line < file) > 0) {
    number++
    if (number <= 2 && line ~ /SPDX-License-Identifier: GPL-3.0-or-later/)
      licence = 1
    gsub(/[\200-\277]/, "", line) # a character is a column, not its bytes
    if (length(line) > 80) fail(number, length(line) " columns, over 80")
  }
  close(file)
  if (number > 500 && file !~ /_data[.]c$/ && file !~ /[.]gp$/)
    fail(number, "the file is over 500 lines")
  if (!licence && file ~ /[.](c|h|sh)$/ &&
      (file !~ /^exercises/ || file ~ /trial[.]c$/))
    fail(1, "no SPDX-License-Identifier: GPL-3.0-or-later")
  files++
}

END {
  printf "files: %d\n", files
  if (!files) print "no file was looked at: is this the source tree?"
  exit bad || !files
}'
