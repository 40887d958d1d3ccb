#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A chapter that runs with functions of the reader's: what they change is seen
# in its numbers, gnuplot runs without them, and what cannot take a place is
# refused.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(cd "${srcdir:-.}" && pwd)/tests/command/common.sh"

build=$(dirname "$program")
if [ ! -f "$build/libmarginalia.so" ]; then
  echo "chapters were built without a shared library: skipped"
  exit 77
fi
# A sanitized chapter wants its sanitizer before any other object.
ASAN_OPTIONS=verify_asan_link_order=0:${ASAN_OPTIONS-}
export ASAN_OPTIONS

compile() { # object, lines of C on stdin
  cat >source.c
  # shellcheck disable=SC2086 # a compiler and its words
  ${CC:-cc} -shared -fPIC -o "$1" source.c 2>log || {
    cat log
    exit 1
  }
}

# Half of each sum, so that a share is twice what it should be.
compile sum.so <<'END'
#include <math.h>
#include <stddef.h>
double mg_log_sum_exp(size_t n, const double *a);
double mg_log_sum_exp(size_t n, const double *a) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i]);
  return log(sum / 2);
}
int mg_no_such_function(void) { return 1; }
END
compile nothing.so <<'END'
int mg_no_such_function(void) { return 1; }
static int mg_log_sum_exp(void) { return 1; }
int use(void) { return mg_log_sum_exp(); }
END

em() { # argument...
  run chapter em --quick --term none --out results "$@"
}
em
ended 0
lacks out '^With your'
mv out library
em --with sum.so
ended 0
says out '^With your mg_log_sum_exp (sum.so)[.]$'
check "nothing on stderr" test ! -s err
says results/bayes.tsv '^# command: .* --with sum.so'
# From 0.281, where the sum is whole: within the library, too, it was called.
says library '^a person of 172 cm is .* 0.281'
says out '^a person of 172 cm is .* 0.562'

# By any path, from anywhere, beside an object that was there before.
mkdir 'a b:c'
mv sum.so 'a b:c/x y.so'
em '--with=a b:c/x y.so' --list
ended 0
lacks out '^With your'
LD_PRELOAD=$work/nothing.so
export LD_PRELOAD
em '--with=a b:c/x y.so'
ended 0
says out '^With your mg_log_sum_exp (a b:c/x y.so)'
says out '^a person of 172 cm is .* 0.562'
unset LD_PRELOAD
called="ch02-em --with, called by its own name"
(cd 'a b:c' && "$build/chapters/ch02-em" --with 'x y.so' --quick --term none \
  --out ../results >../out 2>../err)
check "ended well" test $? = 0
says out '^With your mg_log_sum_exp (x y.so)'

# Programs that the chapter starts are not to load it: what LD_PRELOAD held
# before is what it holds to the end.
compile seen.so <<'END'
#include <stdio.h>
#include <stdlib.h>
__attribute__((destructor)) static void look(void) {
  const char *preload = getenv("LD_PRELOAD");
  printf("LD_PRELOAD is %s\n", preload ? preload : "not set");
  printf("our own is %s\n", getenv("MARGINALIA_SUBSTITUTED") ? "set" : "not");
}
double mg_log_sum_exp(unsigned long n, const double *a) { return n ? *a : 0; }
END
em --from collapse --with seen.so
ended 0
says out '^LD_PRELOAD is not set$'
says out '^our own is not$'
LD_PRELOAD=$work/nothing.so
export LD_PRELOAD
em --from collapse --with seen.so
unset LD_PRELOAD
ended 0
says out "^LD_PRELOAD is $work/nothing.so$"

# Refused, and nothing is told.
cp source.c text.so
for case in 'nothing.so:no function with the name of one' \
  'text.so:no shared object: it does not begin as one' \
  'source.c:source.c is a source: .* the source.so that' \
  'none.so:No such file' '.:a folder' ':--with is empty'; do
  em --with="${case%%:*}"
  ended 2
  says err "^ch02-em: .*${case#*:}"
  check "nothing on stdout" test ! -s out
done
em --with
ended 2
em --with 'a b:c/x y.so' --with 'a b:c/x y.so'
ended 0
check "said of both" test "$(grep -c '^With your' out)" = 2
cp 'a b:c/x y.so' second.so
em --with 'a b:c/x y.so' --with second.so
ended 1
says err 'second.so: another object has all its functions before it'
finish
