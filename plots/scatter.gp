# Points in the plane: the data, then what each model draws, over what it says
# of the density.
#   panels       number, how many
#   samples_1..  tables: x y; a thousand or two show a shape, and each is drawn
#   density_1..  tables, optional: x y log_p, a full grid with x the faster
#   title_1..    text over each panel
#   title        text
# All panels show the window of the first, which is the data's; a title says
# how many points fall outside.  The colour is the depth under the peak on the
# grid, max log_p - log_p in nats, in steps that double: the same picture is of
# use for one broad bump and for spikes.
if (!exists("panels")) panels = 1
samples(i) = value(sprintf('samples_%d', i))
density(i) = value(sprintf('density_%d', i))
caption(i) = exists(sprintf('title_%d', i)) ? value(sprintf('title_%d', i)) : ''

x0 = 0; x1 = 0; y0 = 0; y1 = 0
stats samples(1) using (column("x")):(column("y")) nooutput
if (exists("STATS_records") && STATS_records > 0) {
  x0 = STATS_min_x; x1 = STATS_max_x; y0 = STATS_min_y; y1 = STATS_max_y
}
pad(a, b) = b > a ? 0.12 * (b - a) : 1
px = pad(x0, x1); py = pad(y0, y1)
x0 = x0 - px; x1 = x1 + px; y0 = y0 - py; y1 = y1 + py
inside(x, y) = x >= x0 && x <= x1 && y >= y0 && y <= y1

array points[panels]
array lost[panels]
array peak[panels]
mapped = 0
do for [i=1:panels] {
  n = 0; k = 0
  stats samples(i) using (n = n + 1, \
    k = k + !inside(column("x"), column("y")), 1) nooutput
  points[i] = n; lost[i] = k
  if (exists(sprintf('density_%d', i))) {
    stats density(i) using (column("log_p")) nooutput name 'grid'
    mapped = i; peak[i] = exists("grid_max") ? grid_max : NaN
    undefine grid_*
  }
}

per_line = panels < 4 ? panels : 4
if (dumb) {
  room = int(term_columns / 38)
  per_line = room < 1 ? 1 : panels < room ? panels : room
}
lines = (panels + per_line - 1) / per_line
side = 26; left = 48; foot = 40; bar = 30
top = strlen(title) ? 40 : 8
legend = mapped ? 80 : 0
size = 250; high = 250
width = left + per_line * (size + side) + legend
height = top + lines * (bar + size) + foot
if (dumb) {
  side = 16; left = 64; foot = 32; bar = 32; top = strlen(title) ? 32 : 0
  width = page_width(0); size = (width - left) / per_line - side
  high = (page_height(0) - top - foot + 16 - 16 * (mapped > 0)) / lines - bar
  high = high < 160 ? 160 : 16 * (high / 16)
  top = top - 16 * (top > 0)
  height = top + lines * (bar + high) + foot + 16 * (mapped > 0)
  height = height < page_height(0) ? page_height(0) : height
}
eval canvas(width, height)

steps = 8
depth(peak, v) = v == v ? log(1 + peak - v) / log(2) : 99
step(d) = d < steps ? floor(d) : NaN
# In dumb letters by the depth, as many as a step of the grid is wide, and a
# blank below all.
ramp = '@%#*+=-:'
first_x = 0; grid_x = 0; span = 1
shade(d) = d < steps ? \
  repeated(span, substr(ramp, int(d) + 1, int(d) + 1)) : ' '
set palette maxcolors steps
set palette defined (0 '#5fa8d3', 1 '#a6cee3', 2 '#cfe2f0', 3 '#edf4fa')
set cbrange [0:steps]
set cblabel 'nats below the peak' textcolor rgb ink
set cbtics () scale 0
do for [i=0:steps] { set cbtics add (sprintf('%d', 2**i - 1) i) }
unset colorbox
set xrange [x0:x1]
set yrange [y0:y1]
set xtics autofreq
set multiplot
set label 1 heading(width) at screen X(16), screen Y(dumb ? 8 : 20) \
  left font large textcolor rgb ink
do for [i=1:panels] {
  c = (i - 1) % per_line; x = left + c * (size + side)
  y = top + ((i - 1) / per_line) * (bar + high) + bar
  set lmargin at screen X(x)
  set rmargin at screen X(x + size)
  set tmargin at screen Y(y)
  set bmargin at screen Y(y + high)
  if (c == 0) { set format y '%g' } else { set format y '' }
  if (i + per_line > panels) { set format x '%g' } else { set format x '' }
  outside = lost[i] ? sprintf(' (%d of %d outside)', lost[i], points[i]) : ''
  n = (size - 7 * strlen(outside)) / (dumb ? 8 : 7)
  set label 2 cut(caption(i), n).outside at screen X(x), \
    screen Y(y - (dumb ? 8 : 11)) left textcolor rgb ink
  if (!points[i]) { set label 3 'no data' at graph 0.5, 0.5 center front \
    textcolor rgb pale }
  if (exists(sprintf('density_%d', i))) {
    if (i == mapped && !dumb) {
      set colorbox user origin screen 1 - (legend - 6.) / width, \
        screen 1 - (y + size) / real(height) \
        size screen 12. / width, screen size / real(height)
    }
    if (dumb && i == mapped) {
      set label 4 'nats below the peak: @ 0  % 1  # 3  * 7  + 15  = 31  - 63' \
        at screen X(16), screen Y(height - 8) left
    }
    if (dumb) {
      if (finite(peak[i])) {
        n = 0
        stats density(i) using (column("x"), n = n + 1, \
          n == 1 ? (first_x = column("x")) : \
          n == 2 ? (grid_x = abs(column("x") - first_x)) : 0, 1) nooutput
        span = ceil(grid_x / (x1 - x0) * size / 8)
        span = span < 1 ? 1 : span > 20 ? 20 : span
        plot density(i) using (column("x")):(column("y")): \
          (shade(depth(peak[i], column("log_p")))) with labels, \
          samples(i) using (column("x")):(column("y")) with points pt 'o'
      } else {
        plot NaN, samples(i) using (column("x")):(column("y")) \
          with points pt 'o'
      }
    } else {
      plot density(i) using (column("x")):(column("y")): \
        (step(depth(peak[i], column("log_p")))) with image, \
        samples(i) using (column("x")):(column("y")) \
        with points pt 7 ps 0.22 lc rgb 0x60000000
    }
  } else {
    plot NaN, samples(i) using (column("x")):(column("y")) \
      with points pt spot(1) ps 0.22 lc rgb 0x60000000
  }
  unset label 1
  unset label 3
}
unset multiplot
unset output
