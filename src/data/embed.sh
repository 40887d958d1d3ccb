#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes an embedded data set's C source from its CSV, on standard output:
#
#   zcat digits.csv.gz | sh embed.sh digits > digits_data.c
#   sh embed.sh faithful < faithful.csv > faithful_data.c
#
# digits.csv holds 64 values 0..16 and a label a row, without a header: UCI's
# optdigits.tes, as scikit-learn ships it.  faithful.csv is the faithful of R's
# datasets: a header, then eruptions and waiting.
set -eu

digits() {
  cat <<'HEAD'
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 1797 handwritten digits, 8 x 8 pixels of 17 levels; written by embed.sh.
 * One image a line, its rows one after the other: 'a' is 0 ... 'q' is 16, and
 * at the end the digit that it is.
 * Source: E. Alpaydin & C. Kaynak (1998), Optical Recognition of Handwritten
 * Digits, UCI Machine Learning Repository, doi:10.24432/C50P49; licence
 * Creative Commons Attribution 4.0 (CC BY 4.0).  The test part of it, in the
 * order of the file; only the encoding was changed. */
#include "data/digits.h"

/* clang-format off */
const char mg_digits_text[MG_DIGITS_ROWS][MG_DIGITS_PIXELS + 2] = {
HEAD
  awk -F , '{
    line = ""
    for (i = 1; i <= 64; i++)
      line = line substr("abcdefghijklmnopq", $i + 1, 1)
    printf "    \"%s%d\",\n", line, $65
  }'
  echo '};'
}

faithful() {
  cat <<'HEAD'
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 272 eruptions of the Old Faithful geyser; written by embed.sh.
 * Each pair: how long an eruption lasted, and the wait until the next one, both
 * in minutes.
 * Source: A. Azzalini & A. W. Bowman (1990), A look at some data on the Old
 * Faithful geyser, Applied Statistics 39, 357-365; as in R's datasets. */
#include "data/faithful.h"

/* clang-format off */
const double mg_faithful_values[MG_FAITHFUL_ROWS][2] = {
HEAD
  awk -F , 'NR > 1 {
    pair = "{" $1 ", " $2 "},"
    if (length(line) + 1 + length(pair) > 80) {
      print line
      line = ""
    }
    line = line (line == "" ? "    " : " ") pair
  }
  END { print line }'
  echo '};'
}

case ${1-} in
digits | faithful) "$1" ;;
*)
  echo "usage: sh embed.sh digits|faithful < CSV > C source" >&2
  exit 2
  ;;
esac
