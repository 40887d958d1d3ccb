#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A chapter through a pipe: every order, what is wrong with one, and that going
# back and forward again changes no byte.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/lesson/common.sh"

# The orders that are told on stdin, a line each.
orders() {
  printf '%s\n' "$@" >orders.txt
  told --step <orders.txt
}

# An order in the middle of a loop: one answer, and nothing moves.  A line that
# begins with two blanks is the rest of the one before.
answers() { # order, pattern
  orders 'n' 's 4' "$1"
  ended 0
  awk '/^  / { sub(/^ */, " "); printf "%s", $0; next }
    { printf "%s%s", (NR > 1 ? "\n" : ""), $0 }
    END { print "" }' out >joined && mv joined out
  says out "$2"
  says out '^\[2/4 count, tick 4\] $'
  check "one line of answer" test "$(wc -l <out)" = "$((lines + 1))"
}

# ---- going on ----
told --step </dev/null
ended 0
says out '^4 steps: Enter does the next'
says out '^\[0/4 count\] $'
check "nothing is left behind" test "$(echo ./*)" = './err ./out'

orders '' '# a comment' '   ' 'next 2 # and another' 'q' 'n'
ended 0
says out '^1 of 4: What there is (begin)$'
says out '^One is 1, height is 1.5, and mu_k a Greek letter.$'
says out '^2 of 4: A loop with two levels (count)$'
says out '^figures: path, again (p draws)$'
says out '^\[4/4 end\] q$'
says out '^The chapter is over: w '
check "nothing behind q" test "$(tail -n 1 out)" = '[4/4 end] q'

orders 'n 99' 'n' 's' 'c'
check "the end is said again" \
  test "$(grep -c '^The chapter is over' out)" = 4
says out '^total [0-9]*\.[0-9][0-9] m$'

printf 'n\r\nn 1' | told --step
ended 0
says out '^\[2/4 count\] $'
told --step --from risky </dev/null
says out '^This is 2/4 count.$'
printf 'b begin\n' | told --step --from risky
says out '^Back at the beginning.$'

# ---- finer pieces ----
orders n s 's lap' 's lap' 's 2' 's 99' s
says out '^\[2/4 count, tick 1\] s lap$'
says out '^\[2/4 count, tick 3\] s lap$'
says out '^\[2/4 count, tick 6\] s 2$'
says out '^\[2/4 count, tick 8\] s 99$'
says out '^\[2/4 count\] s$'
says out '^(risky has no finer steps: this was all of it)$'
check "the step is told once" test "$(grep -c '^2 of 4' out)" = 1
check "a row is told once" test "$(grep -c '^7  *[0-9.]*$' out)" = 1
orders n s 'n risky' 'n count' 'n risky'
says out '^\[2/4 count\] n count$'
says out '^count is not ahead: b count goes back to it$'

# ---- back ----
orders n 's 2' s n 'b 2' b 'b begin' 'b' n n 'b count'
says out '^Back at 2/4 count, tick 2: A loop with two levels$'
says out '^Back at 1/4 begin: What there is$'
says out '^Back at the beginning.$'
says out '^there is no place to go back to from here$'
says out '^\[1/4 begin\] $'

orders n 's 2' 's 2' b
cat >wanted <<'END'
Back at 2/4 count, tick 2: A loop with two levels

tick total
1 1
2 2
total 2
END
tail -n 7 out | head -n 6 | tr -s ' ' | cut -d. -f1 >got
check "rows are shown again, up to the place" cmp got wanted

orders n 's 4' 'w a' 'b' 'n 2' 'b 2' n 'b count' 's 4' 'w b' \
  'set height 3' 'b count' 's 4' 'w c' 'set height 1.5' 'b begin' 'n' 's 4' \
  'w d'
says out '^b/walk.tsv$'
says out '^b/path.svg$'
for file in walk.tsv path.tsv numbers.tsv path.gp; do
  check "$file is the same after going back" cmp a/$file b/$file
  check "$file is the same from the beginning" cmp a/$file d/$file
done
if cmp -s a/walk.tsv c/walk.tsv; then
  result "another setting, and the same numbers" 1
fi

# ---- a step that fails ----
orders 'n 2' 'set fail yes' n 'v one' 'l' 'set fail no' 'n'
ended 0
says out '^risky: fail is yes: say set fail no$'
says out '^Nothing has changed: the story stands at 2/4 count.'
says out '^one = 1 m$'
says out '^\[3/4 risky\] $'
told --set fail=yes --term none </dev/null
ended 1
says err 'count: risky: fail is yes'

# ---- looking ----
orders v n v 'v one' 'v squares 3 2' 'v squares[19,9]' 'v squares 3' \
  'v law' 'v law.mean' 'v height' n 'v walk 0' 'v walk last total' \
  'v squares' 'v walk'
says out '^  nothing yet: n does the first step$'
says out '^  squares  *20 x 10 cm$'
says out 'both count from 0'
says out '^one = 1 m$'
says out '^squares\[3,2\] = 6 cm$'
says out '^squares\[19,9\] = 171 cm$'
says out '^squares\[3\]: 1 x 10, cm$'
says out '^law: Independent columns, 2 free parameters$'
says out '^law.mean = 0$'
says out '^height = 1.5$'
says out '^walk\[last,total\] = '
says out '^\.\.\. 4 more rows; one alone: squares\[16\]$'
check "no line is over 80 columns" awk 'length > 80 { exit 1 }' out

orders n l e 'e em.3' 'e [em.2]' n n e
says out '^  >  1 begin  *What there is$'
says out '^\[em.2\] Gaussian mixture by EM$'
says out '^\[em.3\]'
says out '^In mg_gmm_responsibilities, src/models/gmm_bound.c'
says out '^risky has no equation of its own$'

orders set 'set height 2' 'set laps=1' set n n
says out '^  height  *1.5 (0 .. 10): how high each tick is$'
says out '^height=2 from the next step on; b goes back'
says out '^  laps  *1 (1 .. 1000): how many$'
says out 'after 3 ticks'

orders '?' 'h n' 'help set' 'h xyz'
says out '^  q  *leaves; so does Ctrl-D$'
says out '^  set \[NAME VALUE\]  lists the settings, or changes one$'
says out "^no order 'xyz'"

# ---- what is wrong with an order ----
lines=0
orders n 's 4'
lines=$(wc -l <out)
lines=$((lines + 1))
answers 'n -1' "^n takes a whole number from 1, or a step's name: '-1'"
answers 'n 0' "'0' is neither"
answers 'n 1.5' "'1.5' is neither"
answers 'n 99999999999999999999999' 'is neither'
answers 'n nowhere' "^no step 'nowhere'"
answers 'n 1 2' "^'2' is one word too many: n \[K | STEP\]$"
answers 's 0' "(tick lap): '0' is neither"
answers 's lapp' "'lapp' is neither"
answers 'b 0' "'0' is neither"
answers 'b 99' '^there are 2 places to go back to$'
answers 'b end' '^the story has not passed the beginning of end$'
answers 'v squares 99' '^squares is 20 x 10: indices begin at 0$'
answers 'v squares 1 -1' 'indices begin at 0'
answers 'v square' "did you mean 'squares'? v lists all$"
answers 'v xyz' "^no quantity 'xyz' so far: v lists all$"
answers 'v one[' 'points at nothing'
answers 'set h abc' "'h'"
answers 'set height abc' 'height'
answers 'set height 11' '0 .. 10'
answers 'set height' '^set takes a name and a value: set height VALUE$'
answers 'set height 1 2' "^'2' is one word too many"
answers 'set =' 'sets nothing'
answers 'p pth' "did you mean 'path'"
answers 'p path path' "'path' is too much"
answers 'p dumb svg' "'svg' is too much"
answers 'p late' '^nothing to draw yet: .* shows the table late, and step 4'
answers 'e em.99' 'em.99'
answers 'nxet' "^no order 'nxet': did you mean 'next'?"
answers 'q now' "^'now' is one word too many: q"
answers 'w /dev/null/x' '/dev/null'
orders "$(awk 'BEGIN { while (i++ < 5000) printf "x " }')" n
ended 0
says out '^\[1/4 begin\] $'
awk 'BEGIN { while (i++ < 70000) printf "\001\377\t[{%%s" }' >orders.txt
told --step <orders.txt
ended 0
told --step <"$here/tests/lesson/count"
ended 0

# ---- figures ----
orders n 's 4' p 'p path' 'p late' n n n p 'p path dumb' 'p late svg' \
  'p path none'
says out 'The way so far'
says out 'The way, once more'
says out '^marginalia-chapter-count/late.svg$'
says out '^marginalia-chapter-count/path.gp$'
check "the picture is there" test -s marginalia-chapter-count/late.svg
orders n w
lacks out '^marginalia-chapter-count/path[.]svg'
says out '^marginalia-chapter-count/numbers.tsv$'

# Without gnuplot the story goes on, and says what would draw the figure.
mkdir none
called="count --step, without gnuplot"
rm -rf marginalia-chapter-count
printf '%s\n' n n p 'w x' n >orders.txt
status=0
PATH=$work/none "$here/tests/lesson/count" --step <orders.txt >out 2>err ||
  status=$?
ended 0
says out 'no gnuplot here; where there is one, this draws the'
says out '&& gnuplot '
says out '^marginalia-chapter-count/path.gp$'
check "the script is there" test -s marginalia-chapter-count/path.gp
check "w writes it, too" test -s x/path.gp
says out '^\[3/4 risky\] $'
status=0
PATH=$work/none "$here/tests/lesson/count" >out 2>err </dev/null || status=$?
ended 0
says err 'no gnuplot here'
says out '^That is all.$'
finish
