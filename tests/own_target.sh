#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The example of docs/ADDING-A-TARGET.md says what is true: its posterior is
# Gamma(123, 201), whose mean is .6119 and whose sd is .0552, and its bound is
# below log p = -208.69687, but not by much.
set -eu
docs/examples/own_target | awk '
{ print }
/^deaths a year/ { mean = $4 + 0; sd = $6 + 0 }
/^log evidence >=/ { bound = $4; error = $6 }
function expect(right, what) {
  if (!right) { print "not so: " what; bad = 1 }
}
END {
  expect(mean > .610 && mean < .614, "mean .612")
  expect(sd > .054 && sd < .057, "sd .055")
  expect(bound < -208.69687 + 6.1 * error + 5e-5, "a bound")
  expect(bound > -208.70687 - 6.1 * error, "within .01 of log p")
  exit bad
}'
