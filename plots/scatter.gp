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
lines = (panels + per_line - 1) / per_line
size = 250; side = 26; left = 48; foot = 40; bar = 30
top = strlen(title) ? 40 : 8
legend = mapped ? 80 : 0
width = left + per_line * (size + side) + legend
height = top + lines * (bar + size) + foot
eval canvas(width, height)

steps = 8
depth(peak, v) = v == v ? log(1 + peak - v) / log(2) : 99
step(d) = d < steps ? floor(d) : NaN
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
set label 1 heading(width) at screen 16. / width, screen 1 - 20. / height \
  left font large textcolor rgb ink
do for [i=1:panels] {
  c = (i - 1) % per_line; x = left + c * (size + side)
  y = top + ((i - 1) / per_line) * (bar + size) + bar
  set lmargin at screen real(x) / width
  set rmargin at screen real(x + size) / width
  set tmargin at screen 1 - real(y) / height
  set bmargin at screen 1 - real(y + size) / height
  if (c == 0) { set format y '%g' } else { set format y '' }
  if (i + per_line > panels) { set format x '%g' } else { set format x '' }
  outside = lost[i] ? sprintf(' (%d of %d outside)', lost[i], points[i]) : ''
  set label 2 cut(caption(i), (size - 7 * strlen(outside)) / 7).outside \
    at screen real(x) / width, screen 1 - (y - 11.) / height left \
    textcolor rgb ink
  if (!points[i]) { set label 3 'no data' at graph 0.5, 0.5 center front \
    textcolor rgb pale }
  if (exists(sprintf('density_%d', i))) {
    if (i == mapped) {
      set colorbox user origin screen 1 - (legend - 6.) / width, \
        screen 1 - (y + size) / real(height) \
        size screen 12. / width, screen size / real(height)
    }
    plot density(i) using (column("x")):(column("y")): \
      (step(depth(peak[i], column("log_p")))) with image, \
      samples(i) using (column("x")):(column("y")) \
      with points pt 7 ps 0.22 lc rgb 0x60000000
  } else {
    plot NaN, samples(i) using (column("x")):(column("y")) \
      with points pt 7 ps 0.22 lc rgb 0x60000000
  }
  unset label 1
  unset label 3
}
unset multiplot
unset output
