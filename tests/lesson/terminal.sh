#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A chapter in a terminal: editing, history, Tab, Ctrl-C, Ctrl-D, and a narrow
# window.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/lesson/common.sh"

# Ctrl-D leaves as q does; Enter does the next step.
typed 80 --step <<'END'
wait [0/4 count]
send \r
wait [1/4 begin]
key d
end 0
END
ended 0
says out '^One is 1, height is 1.5, and mu_k a Greek letter.$'

# Two Ctrl-C, one after the other, leave.
typed 80 --step <<'END'
wait [0/4 count]
send \r
wait [1/4 begin]
pause 300
key c
wait q or Ctrl-D leaves
pause 300
key c
end 130
END
ended 0

# Ctrl-C while it computes: back to the prompt at the next piece.
typed 80 --step --set pause=100 --set laps=1000 <<'END'
wait [0/4 count]
send n 2\r
wait 2/4 count, tick 3
key c
wait stopping at the next place
wait Stopped at 2/4 count, tick
wait [2/4 count, tick
pause 300
send s\r
wait [2/4 count, tick
send c\r
wait 2/4 count, tick
pause 300
key c
wait Stopped at 2/4 count, tick
send b begin\r
wait Back at the beginning.
wait [0/4 count]
key d
end 0
END
ended 0
lacks out 'q or Ctrl-D leaves'

# In a long piece, the second one ends the program.
typed 80 --step --set pause=1000 --set laps=1000 <<'END'
wait [0/4 count]
send n 2\r
wait Each tick adds
pause 300
key c
wait stopping
pause 300
key c
end 130
END
ended 0

# What Ctrl-C says is as narrow as the window.
typed 40 --step --set pause=1000 --set laps=1000 <<'END'
wait [0/4 count]
send n 2\r
wait Each tick adds
pause 300
key c
wait leaves
wait [2/4 count, tick
key d
end 0
END
ended 0
says out '^count: stopping at the next place;$'
says out '^Ctrl-C again leaves$'

# A window of 40 columns, also one that becomes so: while a prompt is there, as
# readline writes the size back that it read when it begins a line.
session='wait [0/4 count]
send n\r
wait [1/4 begin]
send n\r
wait [2/4 count]
send e\r
wait EM
wait [2/4 count]
send ?\r
wait Long words
wait [2/4 count]
send set\r
wait impossible
wait [2/4 count]
send v squares\r
wait more rows
wait [2/4 count]
send l\r
wait last one
wait [2/4 count]
send p\r
wait data seen
wait [2/4 count]
send nowhere\r
wait lists
wait [2/4 count]
send set fail yes\r
send n\r
wait may do
wait [2/4 count]
send q\r
end 0'
narrow() {
  awk '{ sub(/^.*\033\[K/, "") } length > 40 { print; bad = 1 }
    END { exit bad }' out
}
typed 40 --step <<END
$session
END
ended 0
check "no line is over 40 columns" narrow
typed 100 --step <<END
wait [0/4 count]
resize 40 24
send \\r
wait [1/4 begin]
resize 100 24
send b\\r
wait beginning.
wait [0/4 count]
resize 40 24
send # nothing\\r
$session
END
ended 0
check "no line is over 40 columns after a resize" \
  sh -c 'sed 1,2d out >rest && mv rest out' && narrow
says out '^This text is longer than a narrow$'

if ! edits; then
  finish
  exit
fi

# A line is edited: Ctrl-A, Ctrl-E, an arrow, a letter rubbed out.
typed 80 --step <<'END'
wait [0/4 count]
send \r
wait [1/4 begin]
send squares 3
key a
send v 
key e
send  22\e[D\e[3~\r
wait squares[3,2] = 6 cm
wait [1/4 begin]
# The lines before: arrow up twice, and Ctrl-R.
send v one\r
wait one = 1 m
wait [1/4 begin]
send \e[A\e[A\r
wait squares[3,2] = 6 cm
wait [1/4 begin]
key r
send v o
send \r
wait one = 1 m
wait [1/4 begin]
send quit\r
end 0
END
ended 0

# Tab knows orders, quantities, settings, figures, steps, levels.
typed 80 --step <<'END'
wait [0/4 count]
send ne\t\r
wait [1/4 begin]
send v sq\t1 4\r
wait squares[1,4] = 4 cm
wait [1/4 begin]
send set hei\t3\r
wait height=3 from the next step
wait [1/4 begin]
send n ri\t\r
wait [2/4 count]
send s\r
wait no finer steps
wait [3/4 risky]
send b co\t\r
wait Back at 1/4 begin
wait [1/4 begin]
send s l\t\r
wait [2/4 count, tick 3]
send p pa\tn\t\r
wait [2/4 count, tick 3]
pause 300
key c
wait q or Ctrl-D leaves
wait [2/4 count, tick 3]
send p ag\t\r
wait The same
wait [2/4 count, tick 3]
send v \t\t
wait fail
wait squares
key u
send q\r
end 0
END
ended 0

# Ctrl-C at the prompt clears the line and says how to leave; once more leaves.
typed 80 --step <<'END'
wait [0/4 count]
send v one
wait v one
key c
wait q or Ctrl-D leaves
wait [0/4 count]
pause 300
send n
wait n
key c
wait q or Ctrl-D leaves
wait [0/4 count]
pause 300
send \r
wait [1/4 begin]
pause 300
key c
wait q or Ctrl-D leaves
pause 300
key c
end 130
END
ended 0

# A line that is being typed goes over to the new width.
typed 80 --step <<'END'
wait [0/4 count]
send v 
resize 30 10
pause 300
send one two three four five six seven\r
wait one word too many
wait [0/4 count]
key d
end 0
END
ended 0
# readline turns to the next line in the middle of a word, by writing a letter
# twice.
lacks out 'three four five'

# Back from the background.
typed 80 --step <<'END'
wait [0/4 count]
send ?
pause 200
stop
pause 300
continue
wait [0/4 count]
send \r
wait Long words
wait [0/4 count]
stop
pause 300
continue
wait [0/4 count]
send he\t
wait help
send \r
wait Long words
wait [0/4 count]
key d
end 0
END
ended 0

# Bold where colours may be, else not.
says raw "$(printf '\033\\[1m')"
NO_COLOR=1
export NO_COLOR
typed 80 --step <<'END'
wait [0/4 count]
send q\r
end 0
END
lacks raw "$(printf '\033\\[1m')"
finish
