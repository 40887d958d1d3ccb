# SPDX-License-Identifier: GPL-3.0-or-later
#
# The tests' own chapter: it has one of everything and computes nothing.

setting height real 1.5 0 10  how high each tick is
setting laps size 4/2 1 1000  how many
setting pause size 0 0 1000  that a tick takes, ms
setting fail choice no no|yes  make the third step impossible

== begin  What there is
equation em.2
watch one
show walk

This text is longer than a narrow window and has to be wrapped: `x = mu`.
--
One is {one}, height is {height:.1f}, and `mu_k` a Greek letter.

== count  A loop with two levels
equation em.2 em.3
levels tick lap
watch total
show walk
figure path curves  The way so far
  table curves=path
  text axis=total
figure again curves  The same, {total:.1f} m far
  table curves=path

Each tick adds a number.
--
The total is {total:.3f} after {walk[last,tick]} ticks.

== risky  It fails where fail is yes
--
Nothing went wrong.

== end  The last one
watch total:.2f
figure late curves  The way, once more
  table curves=late
--
That is all.
