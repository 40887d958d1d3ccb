#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Counts what a test run did: tests/summary.sh LOG...  in the build folder.
#
# make check counts programs; a person wants to know tests.  Each log is read
# with the .trs beside it, where automake keeps the verdict:
#   - a Criterion program counts as its synthesis line says.  Criterion's
#     Failing includes Crashing; skipped tests are in neither.
#   - a check that ends in "N passed, N failed" counts as that says;
#   - any other check is one test.
# A verdict of failure counts at least one failure, and so does a test that
# left no log, or a program test_* without a synthesis line or without a test:
# it died, or exit() was called under it.
# The last line is "N passed, N failed".  Exit status 1 unless some test
# passed and none failed.

exec awk '
function read_verdict(trs,   line, verdict) {
  verdict = "MISSING"
  while ((getline line < trs) > 0)
    if (line ~ /^:test-result: /) {
      split(line, word, " ")
      verdict = word[2]
    }
  close(trs)
  return verdict
}

# Sets passed, failed (-1: not told) and words: what to show on failure.
function read_log(log_name,   line) {
  passed = failed = -1
  words = ""
  while ((getline line < log_name) > 0) {
    if (line ~ /Synthesis: Tested: /) {
      match(line, /Tested: [0-9]+/)
      failed = substr(line, RSTART + 8, RLENGTH - 8) + 0
      match(line, /Passing: [0-9]+/)
      passed = substr(line, RSTART + 9, RLENGTH - 9) + 0
      failed -= passed
    } else if (line ~ /^[0-9]+ passed, [0-9]+ failed$/) {
      split(line, word, " ")
      passed = word[1]
      failed = word[3]
    }
    if (line !~ /^\[(PASS|RUN |====)/) words = words line "\n"
  }
  close(log_name)
}

function tail(text, most,   line, n, i, out) {
  n = split(text, line, "\n")
  for (i = n - most > 1 ? n - most : 1; i < n; i++) out = out line[i] "\n"
  return out
}

BEGIN {
  for (i = 1; i < ARGC; i++) {
    log_name = ARGV[i]
    verdict = read_verdict(substr(log_name, 1, length(log_name) - 4) ".trs")
    read_log(log_name)
    if (verdict == "SKIP") {
      skipped++
      printf "skipped: %s\n%s", log_name, tail(words, 3)
      continue
    }
    bad = verdict != "PASS"
    if (passed < 0) {
      if (log_name ~ /(^|\/)test_[^\/]*$/) bad = 1
      passed = bad ? 0 : 1
      failed = 0
    } else if (passed + failed == 0)
      bad = 1
    if (bad && !failed) failed = 1
    total_passed += passed
    total_failed += failed
    if (failed)
      printf "failed: %s (%s)\n%s", log_name, verdict, tail(words, 40)
  }
  if (skipped) printf "%d skipped\n", skipped
  printf "%d passed, %d failed\n", total_passed, total_failed
  exit total_failed > 0 || total_passed == 0
}' "$@"
