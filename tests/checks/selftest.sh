#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The check of the checks: each is run over a small tree that is in order, and
# again after a fault was planted, and must see it.  One that cannot fail is no
# check.
#   selftest.sh    run by make check in the build folder

set -eu
checks=$(cd "${srcdir:-.}/tests/checks" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mg-selftest.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
passed=0
failed=0

result() { # what, true or false
  if "$2"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "selftest: $1"
    cat "$work/output"
  fi
}

# The tree in order, made afresh.
tree() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree/src/base" "$work/tree/src/models" \
    "$work/tree/src/command"
  cd "$work/tree/src"
  cat >FLOORS <<'END'
# floor pattern apart
0  base/*
5  models/model*
6  models/*  apart
10 command/*
END
  cat >base/sum.h <<'END'
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sum. */
#ifndef MG_BASE_SUM_H
#define MG_BASE_SUM_H

typedef struct {
  int (*term)(int i);
} mg_sum;

/* The sum of a and b. */
int mg_sum_two(int a, int b);
int mg_sum_three(int a, int b,
                 int c);
static inline int sum_none(void) {
  return 0;
}

/* A sum of very many terms: its contract stands above, and the prototype
 * takes two lines. */
int mg_sum_many(int first, int second, int third, int fourth, int fifth,
                int sixth);

#endif
END
  cat >base/sum.c <<'END'
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sum.h"

static const int zero[] = {
    0,
};

/* This one never calls exit(1); it says "printf(" and 'x'. */
int mg_sum_two(int a, int b) {
  return a + b + zero[0];
}
END
  cat >models/gmm.c <<'END'
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/gmm.h"
#include "base/sum.h"
#include "models/gmm_start.h"
#include "models/model.h"
END
  cp base/sum.h models/gmm.h
  cp base/sum.h models/gmm_start.h
  cp base/sum.h models/vae.h
  cp base/sum.h models/gmmx.h
  cp base/sum.h models/model.h
  cat >command/main.c <<'END'
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/vae.h"
#include <stdio.h>

int main(void) {
  puts("the command may print");
  return 0;
}
END
  cd "$work/tree"
}

green() { # check
  tree
  still_green "$1"
}

still_green() { # check
  if sh "$checks/$1.sh" "$work/tree" >"$work/output" 2>&1; then
    result "" true
  else
    result "$1 is red on a tree in order" false
  fi
}

# After planting: the check must be red, and say so in these words.
red() { # check, words, argument of the check
  if sh "$checks/$1.sh" "${3-$work/tree}" >"$work/output" 2>&1; then
    result "$1 is green where it should say: $2" false
  elif grep -q -e "$2" "$work/output"; then
    result "" true
  else
    result "$1 is red without the words: $2" false
  fi
}

plant() { # file, text to add at its end
  tree
  printf '%b' "$2" >>"$work/tree/$1"
}

lines() { # how many
  awk -v n="$1" 'BEGIN { while (n-- > 0) print "  x++;" }'
}

green floors
plant src/base/sum.c '#include "models/vae.h"\n'
red floors 'src/base/sum.c:12: floor 0 includes .* floor 6'
plant src/models/gmm.c '#include "models/vae.h"\n'
red floors 'families do not know each other'
plant src/models/gmm.c '#include "models/gmmx.h"\n'
red floors 'families do not know each other'
plant src/models/gmm_end.c '#include "models/gmm_start.h"\n'
still_green floors
plant src/models/vae_end.c '#include "models/gmm_start.h"\n'
red floors 'vae_end.c:1: families do not know each other'
plant src/models/gmm.c '#include "vae.h"\n'
red floors 'on no floor'
plant src/models/model.h '#include "models/gmm.h"\n'
red floors 'floor 5 includes'
tree
mkdir src/other
cp src/base/sum.c src/other/
red floors 'matches no pattern'
tree
echo '0 other/*' >>src/FLOORS
mkdir src/other
cp src/base/sum.h src/other/
echo '#include "other/sum.h"' >>src/base/sum.c
red floors 'in another folder'

green contracts
plant src/base/sum.h '\nint mg_sum_bare(void);\n'
red contracts 'no contract directly above: int mg_sum_bare'
plant src/base/sum.h '/* Far above. */\n\nint mg_sum_far(void);\n'
red contracts 'mg_sum_far'
plant src/base/sum.h \
  '/* One. */\nint mg_one(void);\n\nint mg_two(int a,\n           int b);\n'
red contracts 'sum.h:27: .*mg_two'
plant src/base/sum.h '/* One. */\nint mg_a(void) {\n}\nint mg_three(void);\n'
red contracts 'mg_three'
plant src/base/sum.h '\nmg_sum *mg_sum_pointer(void);\n'
red contracts 'mg_sum_pointer'

green functions
plant src/base/sum.c "int mg_long(int x) {\n$(lines 59)\n}\n"
red functions 'a function of 61 lines, over 60: int mg_long'
plant src/base/sum.c "int mg_long(int x,\n    int y) {\n$(lines 58)\n}\n"
red functions 'a function of 61 lines'
plant src/base/sum.c "int mg_long(int x)\n{\n$(lines 58)\n}\n"
red functions 'a function of 61 lines'
plant src/base/sum.c "int mg_a(int x) {\n$(lines 39)\n}\n"
red functions 'over a tenth is longer than 40'
for name in a b c d e f g h i j k l m n o; do
  printf 'int mg_%s(int x) {\n%s\n}\n' $name "$(lines 14)" \
    >>"$work/tree/src/base/sum.c"
done
red functions 'the median is over 15'

green files
plant src/base/sum.c "/* $(printf '%078d' 0) */\n"
red files '84 columns'
plant src/base/sum.c "$(lines 490)\n"
red files 'over 500 lines'
plant src/base/bare.c 'int mg_bare;\n'
red files 'bare.c:1: no SPDX'
tree
mkdir plots
printf '# %079d\n' 0 >"$work/tree/plots/em.gp"
red files 'em.gp:1: 81 columns'
tree
mkdir -p exercises/one
echo 'int one;' >"$work/tree/exercises/one/master.c"
green files
mkdir -p "$work/tree/exercises/one"
echo 'int one;' >"$work/tree/exercises/one/trial.c"
red files 'trial.c:1: no SPDX'
mkdir -p "$work/tree/exercises/one"
printf '/* %080d */\n' 0 >"$work/tree/exercises/one/master.c"
red files 'master.c:1: 86 columns'

# The tree in order, with pages about it.
pages() {
  tree
  mkdir -p docs/examples chapters
  echo '/* The sum, [sum.1]. */' >>src/base/sum.c
  cat >docs/EQUATIONS.md <<'END'
# Equations

**[sum.1]** The sum.

    s = a + b

In `mg_sum_two`, src/base/sum.c, and
`mg_sum_many`, src/base/sum.h. Euclid.
END
  cat >docs/PAGE.md <<'END'
It adds, see [sum.1]:

```c src/base/sum.c
int mg_sum_two(int a, int b) {
  return a + b + zero[0];
```

```sh
make check
```
END
}

pages
still_green equations
echo '/* [sum.2] */' >>src/base/sum.h
red equations 'src/base/sum.h: .sum.2. is not in docs/EQUATIONS.md'
pages
echo '/* [page.1] */' >docs/examples/page.c
red equations 'docs/examples/page.c: .page.1. is not in'
pages
echo 'As [sum.3] says.' >>docs/PAGE.md
red equations 'docs/PAGE.md: .sum.3. is no equation'
pages
echo '/* [sum.4] */' >chapters/sum.c
red equations 'chapters/sum.c: .sum.4. is not in docs/EQUATIONS.md'
entry="\n**[sum.5]** More.\n\n    s = 1\n\nIn \`mg_sum_two\`, src/base/sum.c.\n"
pages
printf '%b' "$entry" >>docs/EQUATIONS.md
red equations '.sum.5.: no source names this entry'
pages
echo '/* [sum.5] */' >>src/base/sum.c
printf '%b' "$entry$entry" >>docs/EQUATIONS.md
red equations '.sum.5.: two entries'
for fault in s/mg_sum_many/mg_sum_much/ s/mg_sum_two/mg_sum_tw/; do
  pages
  sed "$fault" docs/EQUATIONS.md >page && mv page docs/EQUATIONS.md
  red equations '.sum.1.: no function mg_sum_'
done
pages
sed 's/sum[.]h/sums.h/' docs/EQUATIONS.md >page && mv page docs/EQUATIONS.md
red equations 'sums.h: no such file'
pages
sed 's/^In/At/' docs/EQUATIONS.md >page && mv page docs/EQUATIONS.md
red equations '.sum.1.: the entry has no line'
pages
rm docs/EQUATIONS.md
red equations 'no such file'
pages
: >docs/EQUATIONS.md
red equations 'no entry was seen'

pages
still_green quotes
echo 'int mg_sum_none(void);' >>src/base/sum.c
still_green quotes
for fault in s/zero/null/ /return/d 's/^  return/   return/' 's/int mg/mg/'; do
  pages
  sed "$fault" src/base/sum.c >file && mv file src/base/sum.c
  red quotes 'docs/PAGE.md:3: these lines do not stand in src/base/sum.c'
done
pages
rm src/base/sum.c
red quotes 'src/base/sum.c: no such file'
pages
echo '```' >>docs/PAGE.md
red quotes 'never closed'
pages
rm docs/PAGE.md
red quotes 'no quotation was seen'
pages
mkdir exercises
echo 'sum  1  10  15  A sum' >exercises/exercises.list
# shellcheck disable=SC2016 # a page's own marks
echo 'Week 1: `sum` (10)' >docs/teaching.md
mkdir docs/exercises
# shellcheck disable=SC2016 # a page's own marks
printf '# A sum\n\nExercise `sum`, chapter 1, 10 points, about 15 minutes.\n' \
  >docs/exercises/sum.md
still_green quotes
for fault in 's/A sum/The sum/' 's/15 min/16 min/' 's/chapter 1/chapter 2/'; do
  sed "$fault" docs/exercises/sum.md >file
  cp docs/exercises/sum.md kept
  mv file docs/exercises/sum.md
  red quotes 'docs/exercises/sum.md does not begin with'
  mv kept docs/exercises/sum.md
done
for fault in s/10/12/ s/sum/sums/; do
  sed "$fault" exercises/exercises.list >file
  cp exercises/exercises.list kept
  mv file exercises/exercises.list
  # shellcheck disable=SC2016 # a page's own marks
  red quotes 'docs/teaching.md: no `sums*` (1[02]) in the plan of weeks'
  mv kept exercises/exercises.list
done

# Pages with commands, and programs that only write down how they were called.
commands() { # further line of a page...
  tree
  mkdir -p docs/chapters chapters
  cat >marginalia <<'END'
#!/bin/sh
echo "${0##*/} $*" >>"${0%/*}/called"
case $1 in
fit) echo model >made ;;
evaluate) test -s made ;;
warn) echo 'an error, and it goes on' >&2 ;;
*) test "$1" != fail ;;
esac
END
  cp marginalia chapters/ch01-sums
  chmod +x marginalia chapters/ch01-sums
  cat >README.md <<'END'
# A page

Here stands
    marginalia fail

    ./workbench test
    ./workbench fit sum data             # a comment
    marginalia evaluate made
    marginalia bench all
    marginalia fit sum train-images-idx3-ubyte.gz
    sum         = 3
END
  cat >docs/chapters/01-sums.md <<'END'
```sh
$ marginalia fit sum \
    data --set 'a=1 2'
printf n | ch01-sums --step
build/chapters/ch01-sums
marginalia bench em
END
  printf '%s\n' "$@" '```' 'marginalia fail' >>docs/chapters/01-sums.md
}

commands false 'marginalia chapter' './workbench compare'
still_green commands
cat >expected <<'END'
marginalia fit sum data --quick
marginalia evaluate made
marginalia fit sum data --set a=1 2 --quick
marginalia bench em --set n=2000 --set d=2 --set k=2
marginalia chapter
marginalia compare --quick
END
cmp called expected >"$work/output" && same=true || same=false
result "the commands of the pages were called otherwise" "$same"
printf 'ch01-sums %s\n' '--step --quick' --quick >expected
cmp chapters/called expected >"$work/output" && same=true || same=false
result "a chapter's program was called otherwise" "$same"
for fault in 'marginalia fail' './workbench fail' 'marginalia warn' \
  'echo | marginalia fail' 'ch02-none'; do
  commands "$fault"
  red commands "docs/chapters/01-sums.md: exit status [0-9]*: $fault"
done
commands
printf '\n    marginalia evaluate made\n' >docs/PAGE.md
red commands 'docs/PAGE.md: exit status 1: marginalia evaluate made'
commands
rm -r README.md docs
red commands 'no command was seen'
commands
rm marginalia
red commands 'no program in'

green words
for word in 'TO''DO' 'fix''me' 'place''holder' 'for'' now'; do
  plant src/base/sum.c "/* $word: more */\n"
  red words 'finish it'
done

green calls
mkdir src/terminal
cp src/command/main.c src/terminal/
still_green calls
plant src/base/sum.c 'void mg_f(void) { printf("x"); }\n'
red calls 'src/base/sum.c:12'
plant src/base/sum.c 'void mg_f(void) { fputs("x", stdout); }\n'
red calls 'not for the library'
plant src/models/gmm.c 'long mg_f(void) {\n  return time(NULL);\n}\n'
red calls 'time(NULL)'
plant src/models/gmm.c '/* " */ void mg_f(void) { exit(1); } /* " */\n'
red calls 'exit(1)'
plant src/base/sum.h '#define mg_bad() GSL_ERROR("x", GSL_EDOM)\n'
red calls 'sum.h'

# What nm says of a library comes from a file here.
cat >"$work/nm" <<'END'
#!/bin/sh
cat "$3"
END
chmod +x "$work/nm"
NM=$work/nm
export NM
printf 'lib.a[sum.o]:\nmg_sum_two T 0 4\nputs U\n__odr_asan D 0 1\n' \
  >"$work/lib.a"
if sh "$checks/symbols.sh" "$work/lib.a" >"$work/output" 2>&1; then
  result "" true
else
  result "symbols is red on a library in order" false
fi
echo 'helper T 0 4' >>"$work/lib.a"
red symbols 'helper does not begin with mg_' "$work/lib.a"
echo 'lib.a[sum.o]:' >"$work/lib.a"
red symbols 'no name' "$work/lib.a"
red symbols 'no such file' "$work/nothing.a"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
