# Two players in the plane: data, draws, what a discriminator says of every
# place, and where it sends the draws.
#   panels      number, how many
#   field_1..   tables, optional: x y d, a full grid with x the faster; d is
#               between 0 (a draw, surely) and 1 (a datum)
#   data_1..    tables: x y
#   draws_1..   tables, optional: x y
#   arrows_1..  tables, optional: x y dx dy, from a draw to where it is sent
#   title_1..   text over each panel
#   title       text
# A table without a panel's number is for all panels that have none of their
# own.  All panels show the window of the first one's field, or of its data.
if (!exists("panels")) panels = 1
own(name, i) = exists(sprintf('%s_%d', name, i)) ? \
  value(sprintf('%s_%d', name, i)) : exists(name) ? value(name) : \
  i > 1 && name eq 'data' && exists('data_1') ? data_1 : ''
caption(i) = exists(sprintf('title_%d', i)) ? value(sprintf('title_%d', i)) : ''

# The window, and what each panel has in it.
x0 = 1e308; x1 = -1e308; y0 = 1e308; y1 = -1e308; n = 0; k = 0
wide(x, y) = finite(x) && finite(y) ? (n = n + 1, x0 = lower(x0, x), \
  x1 = higher(x1, x), y0 = lower(y0, y), y1 = higher(y1, y), 1) : 1
from = strlen(own('field', 1)) ? own('field', 1) : own('data', 1)
if (strlen(from)) {
  stats from using (1) nooutput
  if (STATS_records > 1) {
    stats from using (wide(column("x"), column("y"))) nooutput
  }
}
if (!n) { x0 = 0; x1 = 1; y0 = 0; y1 = 1 }
pad(a, b) = b > a ? (strlen(own('field', 1)) ? 0 : 0.12 * (b - a)) : 1
px = pad(x0, x1); py = pad(y0, y1)
x0 = x0 - px; x1 = x1 + px; y0 = y0 - py; y1 = y1 + py
inside(x, y) = x >= x0 && x <= x1 && y >= y0 && y <= y1

see(x, y) = finite(x) && finite(y) ? \
  (n = n + 1, k = k + !inside(x, y), 1) : 1
array given[panels]
array drawn[panels]
array lost[panels]
array judged[panels]
array sent[panels]
shaded = 0; drawing = 0; sending = 0
do for [i=1:panels] {
  do for [what in 'data draws arrows field'] {
    n = 0; k = 0; from = own(what, i)
    if (strlen(from)) {
      stats from using (1) nooutput
      if (STATS_records > 1 && what eq 'field') {
        stats from using (see(column("x"), column("d"))) nooutput
      }
      if (STATS_records > 1 && what ne 'field') {
        stats from using (see(column("x"), column("y"))) nooutput
      }
    }
    if (what eq 'data') { given[i] = n }
    if (what eq 'draws') { drawn[i] = n; lost[i] = k; drawing = drawing + n }
    if (what eq 'arrows') { sent[i] = n; sending = sending + n }
    if (what eq 'field') { judged[i] = n; shaded = shaded + n }
  }
}

per_line = panels < 5 ? panels : panels < 7 ? 3 : 4
if (dumb) {
  room = int(term_columns / 38)
  per_line = room < 1 ? 1 : panels < room ? panels : room
}
lines = (panels + per_line - 1) / per_line
side = 26; left = 48; foot = 58; bar = 30
top = strlen(title) ? 40 : 8
legend = shaded ? 100 : 0
size = panels == 1 ? 480 : panels < 3 ? 340 : 250; high = size
width = left + per_line * (size + side) + legend
width = width < 420 ? 420 : width
height = top + lines * (bar + size) + foot
if (dumb) {
  side = 16; left = 64; foot = 48; bar = 32; top = strlen(title) ? 32 : 0
  width = page_width(0); size = (width - left) / per_line - side
  high = (page_height(0) - top - foot + 16) / lines - bar
  high = high < 160 ? 160 : 16 * (high / 16)
  top = top - 16 * (top > 0)
  height = top + lines * (bar + high) + foot
  height = height < page_height(0) ? page_height(0) : height
}
eval canvas(width, height)

# In dumb what D takes for data is a colon, what for draws a blank.
set palette defined (0 '#f3c6a5', 0.5 '#ffffff', 1 '#a6cee3')
set cbrange [0:1]
set cblabel 'D(x)' textcolor rgb ink
set cbtics 0.25 scale 0
unset colorbox
set xrange [x0:x1]
set yrange [y0:y1]
set xtics autofreq
set multiplot
set label 1 heading(width) at screen X(16), screen Y(dumb ? 8 : 20) \
  left font large textcolor rgb ink
if (dumb) {
  set label 5 cut('o data'.(drawing ? '  x draws' : '') \
    .(shaded ? '  : D above 1/2' : ''), width / 8 - 4) \
    at screen X(16), screen Y(height - 8) left
} else {
  set label 5 'data' at screen X(left + 14), screen Y(height - 14) left \
    point pt 7 ps 0.5 lc rgb hue[1] offset 0.6, 0 textcolor rgb ink
  if (drawing) {
    set label 6 'draws'.(sending ? ', and where D sends them' : '') \
      at screen X(left + 84), screen Y(height - 14) left \
      point pt 7 ps 0.5 lc rgb hue[2] offset 0.6, 0 textcolor rgb ink
  }
}
do for [i=1:panels] {
  c = (i - 1) % per_line; x = left + c * (size + side)
  y = top + ((i - 1) / per_line) * (bar + high) + bar
  set lmargin at screen X(x)
  set rmargin at screen X(x + size)
  set tmargin at screen Y(y)
  set bmargin at screen Y(y + high)
  if (c == 0) { set format y '%g' } else { set format y '' }
  if (i + per_line > panels) { set format x '%g' } else { set format x '' }
  outside = lost[i] ? sprintf(' (%d of %d outside)', lost[i], drawn[i]) : ''
  n = (size - 7 * strlen(outside)) / (dumb ? 8 : 7)
  set label 2 cut(caption(i), n).outside at screen X(x), \
    screen Y(y - (dumb ? 8 : 11)) left textcolor rgb ink
  if (!(given[i] + drawn[i] + judged[i])) {
    set label 3 'no data' at graph 0.5, 0.5 center front textcolor rgb pale
  }
  draw = 'plot NaN'
  if (judged[i]) {
    if (!dumb && i == panels) {
      set colorbox user origin screen 1 - (legend - 6.) / width, \
        screen 1 - (y + size) / real(height) \
        size screen 12. / width, screen size / real(height)
    }
    shade_of(d) = d > 0.5 ? ':' : ' '
    draw = draw.(dumb ? ', own("field", i) using (column("x")):(column("y")):' \
      .'(shade_of(column("d"))) with labels' : \
      ', own("field", i) using (column("x")):(column("y")):(column("d")) ' \
      .'with image')
  }
  if (given[i]) {
    draw = draw.', own("data", i) using (column("x")):(column("y")) ' \
      .'with points pt spot(1) ps 0.25 lc rgb hue[1]'
  }
  if (sent[i] && !dumb) {
    draw = draw.', own("arrows", i) using (column("x")):(column("y")):' \
      .'(column("dx")):(column("dy")) with vectors head size screen 0.008,20 ' \
      .'filled lw 1 lc rgb ink'
  }
  if (drawn[i]) {
    draw = draw.', own("draws", i) using (column("x")):(column("y")) ' \
      .'with points pt spot(2) ps 0.3 lc rgb hue[2]'
  }
  eval draw
  unset label 1
  unset label 3
  unset label 5
  unset label 6
}
unset multiplot
unset output
