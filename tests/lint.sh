#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What other tools say of the sources: clang-format, clang-tidy, cppcheck, and
# for the scripts shellcheck.  Every one runs; a missing tool is a failure.
#   lint.sh SOURCE_FOLDER COMPILER_FLAG...    in the build folder; make lint

set -eu
source=$1
shift
status=0
jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

begin() { # tool
  if command -v "$1" >/dev/null 2>&1; then
    echo "== $1"
  else
    echo "make lint needs $1: install it (see ./packages)" >&2
    status=1
    return 1
  fi
}

# Embedded data is left out.
files() { # pattern...
  find "$source/src" "$source/chapters" "$source/tests" "$source/exercises" \
    ! -name '*_data.c' ! -name templates.c ! -name equations.c \
    \( "$@" \) 2>/dev/null |
    LC_ALL=C sort
}

# Neither tests nor what students write, some of it wrong.
sources() {
  files -name '*.c' ! -path '*/tests/*' ! -path '*/exercises/*'
}

if begin clang-format; then
  files -name '*.[ch]' | xargs clang-format --dry-run -Werror || status=1
fi
if begin clang-tidy; then
  # One file a process; its count of warnings in foreign headers is no news.
  sources |
    xargs -P "$jobs" -I FILE clang-tidy --quiet FILE -- "$@" 2>lint.log ||
    { status=1; grep -v 'warnings generated' lint.log >&2 || :; }
fi
if begin cppcheck; then
  # shellcheck disable=SC2046 # names are words
  cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j "$jobs" \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    -I "$source/src" $(sources) || status=1
fi
if begin shellcheck; then
  # shellcheck disable=SC2046 # names are words
  shellcheck "$source/workbench" $(files -name '*.sh') || status=1
fi
[ "$status" = 0 ] && echo "clean"
exit "$status"
