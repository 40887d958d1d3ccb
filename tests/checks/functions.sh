#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Functions of src/, chapters/ and exercises/ are short: the median at most 15
# lines, nine of ten at most 40, none over 60, from the first line of the
# signature to the closing brace.
#   functions.sh [ROOT]    of the source tree, default $srcdir

set -eu
cd "${1:-${srcdir:-.}}"
{ find src chapters exercises -name '*.[ch]' 2>/dev/null || :; } |
  LC_ALL=C sort | awk '
# One definition: it starts in column 0, its signature ends in "{", its body
# ends with "}" in column 0, as clang-format leaves it.
function read_file(file,   line, number, start, text, body) {
  start = body = 0
  while ((getline line < file) > 0) {
    number++
    if (body) {
      if (line ~ /^}/) {
        length_of[++n] = number - start + 1
        if (length_of[n] > 60) {
          printf "%s:%d: a function of %d lines, over 60: %s\n", file, start,
                 length_of[n], text
          bad = 1
        }
        body = start = 0
      }
      continue
    }
    if (!start && line ~ /^[A-Za-z_]/ && line !~ /^(typedef|extern "C")/) {
      start = number
      text = line
      signature = ""
    }
    if (!start) continue
    signature = signature line
    if (line ~ /\{[ \t]*$/) {
      body = signature ~ /\(/ && signature !~ /=/
      if (!body) start = 0
    } else if (line ~ /[;}:][ \t]*(\/\*.*\*\/)?$/ || line ~ /^[ \t]*$/) {
      start = 0
    }
  }
  close(file)
}

function sort_lengths(   i, j, value) {
  for (i = 2; i <= n; i++) {
    value = length_of[i]
    for (j = i - 1; j > 0 && length_of[j] > value; j--)
      length_of[j + 1] = length_of[j]
    length_of[j + 1] = value
  }
}

{ read_file($0) }

END {
  if (!n) {
    print "no function was seen: is this the source tree?"
    exit 1
  }
  sort_lengths()
  median = length_of[int((n + 1) / 2)]
  ninth = length_of[int((9 * n + 9) / 10)]
  printf "functions: %d, median %d lines, nine of ten within %d, longest %d\n",
         n, median, ninth, length_of[n]
  if (median > 15) { print "the median is over 15 lines"; bad = 1 }
  if (ninth > 40) { print "over a tenth is longer than 40 lines"; bad = 1 }
  exit bad
}'
