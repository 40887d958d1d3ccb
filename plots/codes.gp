# Codes of data: where each lies on a plane through the space of z, and of which
# class it is.
#   codes    table: label x y; a row a datum; its mark is its class, "" a dot
#   classes  table, optional: label; the order of the list beside the plane
#   title    text
#   x, y     texts: the two dimensions
#   note     text, optional, under the title
# A class is told by its mark and its colour: by its name, where no name has
# more than two letters, else by a letter of its own.  The circles are the
# prior's, N(0, I) on the plane: 1, 2 and 3 standard deviations from its middle.
# 40 classes have marks of their own.
most = 40
array names[most]
classes_seen = 0; longest = 0; broadest = 0; rows = 0; reach = 3
row(s) = sum [i=1:classes_seen] (names[i] eq s ? i : 0)
learn(s) = (strlen(s) == 0 || row(s) || classes_seen == most) ? 0 : \
  (classes_seen = classes_seen + 1, names[classes_seen] = s, \
  longest = strlen(s) > longest ? strlen(s) : longest)
farther(v) = finite(v) && abs(v) > reach ? abs(v) : reach
see(s, x, y) = (learn(s), rows = rows + (finite(x) && finite(y)), \
  reach = farther(x), reach = farther(y), 1)
if (exists("classes")) {
  stats classes using (1) nooutput
  if (STATS_records > 1) {
    stats classes using (learn(strcol(1)), 1) every ::1 nooutput
  }
}
stats codes using (1) nooutput
if (STATS_records > 1) {
  stats codes using (see(strcol("label"), column("x"), column("y"))) nooutput
}
reach = 1.05 * reach
mark(i) = i < 1 ? '.' : longest <= 2 ? names[i] : \
  substr('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', i, i)
entry(i) = longest <= 2 ? names[i] : mark(i).'  '.names[i]

line = dumb ? 16 : 20
left = dumb ? 64 : 66
top = line * ((strlen(title) > 0) + (exists("note") > 0) + 1) + (dumb ? 0 : 14)
foot = dumb ? 48 : 54; size = 460
room = longest > 18 ? 18 : longest
list = classes_seen ? letter * (room + (longest > 2 ? 3 : 0)) + 24 : 0
width = page_width(left + size + 24 + list)
n = 32 + 8.6 * strlen(title); n = n > 800 ? 800 : n
width = !dumb && width < n ? n : width
height = page_height(top + size + foot)
right = dumb ? width - 16 - list : left + size
eval canvas(width, height)
set lmargin at screen X(left)
set rmargin at screen X(right)
set tmargin at screen Y(top)
set bmargin at screen Y(height - foot)
set label heading(width) at screen X(16), Y(dumb ? 8 : 20) left font large \
  textcolor rgb ink
if (exists("note")) {
  note = note.(dumb ? '' : \
    '; circles: the prior at 1, 2, 3 standard deviations')
  set label cut(note, (width - 32) / letter) at screen X(16), \
    Y(top - 1.5 * line - (dumb ? 0 : 4)) left textcolor rgb pale_ink
}
set label cut(slot('y', 1), (right - 16) / letter) at screen X(16), \
  Y(top - 0.5 * line - (dumb ? 0 : 2)) left textcolor rgb ink
set xlabel cut(slot('x', 1), (right - left) / letter) textcolor rgb ink \
  offset 0, lift
do for [i=1:classes_seen] {
  set label cut(entry(i), room + 3) at screen X(right + 20), \
    Y(top + line * (i - 0.5)) left textcolor rgb tint(i)
}
# The colour is said of the inside, too, which is empty: with that of the
# background svg leaves out the borders of the second and third.
if (!dumb) {
  do for [i=1:3] {
    set object circle at 0, 0 size first i fc rgb pale fs empty \
      border lc rgb pale dt (4, 4) lw 1
  }
}
if (rows == 0) { set label 'no data' at graph 0.5, 0.5 center front \
  textcolor rgb pale }
set xrange [-reach:reach]
set yrange [-reach:reach]
set xtics autofreq
set ytics autofreq
if (reach >= 1e4) { set format '%.0te%T' }
if (dumb) { set xtics tic_step(2 * reach, (right - left) / letter / 6.0) }
place(s) = finite(column("x")) && finite(column("y")) && row(strcol(s)) ? \
  column("x") : NaN
alone(s) = finite(column("x")) && finite(column("y")) && !row(strcol(s)) ? \
  column("x") : NaN
marked = 0; plain = 0
if (rows > 0) {
  stats codes using (marked = marked + finite(place("label")), \
    plain = plain + finite(alone("label")), 1) nooutput
}
draw = 'plot NaN'
if (plain) { draw = draw.', codes using (alone("label")):"y" with points ' \
  .'pt (dumb ? "." : 7) ps 0.35 lc rgb 0x60000000 + hue[1]' }
if (marked) { draw = draw.', codes using (place("label")):"y":' \
  .'(mark(row(strcol("label")))):(tint(row(strcol("label")))) with labels ' \
  .(dumb ? '' : 'font small ').'textcolor rgb variable' }
eval draw
unset output
