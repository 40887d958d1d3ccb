# Curves in one panel or several: densities over a histogram, a likelihood and
# its posterior, a score against K, stages of a calculation.
#   lines      table: series x y [low high]; a series' rows stand together, in
#              the order they are joined; a missing y is a gap; low and high
#              are a band, or bars on a series of 12 rows at most
#   histogram  table, optional: low high height [series]; pale, behind
#   points     table, optional: series x y
#   marks      table, optional: x text; an upright dotted line and its name
#   title      text
#   x, y       texts beside the axes
#   logx, logy                    numbers, optional: 1 for a logarithmic axis
#   low_x, high_x, low_y, high_y  numbers, optional: where the axes end
# Several panels have numbered slots: lines_1, histogram_1, points_1, marks_1,
# x_1, y_1, logx_1 and so on, title_1 above the panel, and
#   panels     number, how many
# A number without a panel's is for all panels that have none of their own.
# A series keeps its colour in all panels, and the list on top names it.  One
# of 3 to 12 rows shows its points, too; one row is a point.
if (!exists("panels")) panels = 1
most = 32
array names[most]
array shape[most]
array known[panels * most]
array banded[panels * most]
array bricks[panels * most]
array dots[panels * most]
do for [i=1:panels * most] {
  known[i] = 0; banded[i] = 0; bricks[i] = 0; dots[i] = 0
}
series = 0
which(s) = sum [i=1:series] (names[i] eq s ? i : 0)
learn(s, kind) = which(s) ? which(s) : series == most ? most : \
  (series = series + 1, names[series] = s, shape[series] = kind, series)

# The ends of the axes, and what each panel's tables hold.
array x_low[panels]
array x_high[panels]
array y_low[panels]
array y_high[panels]
array band_at[panels]
array series_at[panels]
fits(log, v) = finite(v) && (v > 0 || log != 1)
fits_x(p, v) = fits(number('logx', p, 0), v)
fits_y(p, v) = fits(number('logy', p, 0), v)
wide(p, x) = fits_x(p, x) ? \
  (x_low[p] = lower(x_low[p], x), x_high[p] = higher(x_high[p], x), 1) : 0
tall(p, y) = fits_y(p, y) ? \
  (y_low[p] = lower(y_low[p], y), y_high[p] = higher(y_high[p], y), 1) : 0
spot_at(p, x, y) = fits_x(p, x) && fits_y(p, y) ? wide(p, x) && tall(p, y) : 0
field(n) = n ? column(n) : NaN
see_line(p, s, x, y, a, b) = (k = (p - 1) * most + learn(s, 'line'), \
  spot_at(p, x, y) ? (known[k] = known[k] + 1, \
  finite(a) && finite(b) ? (tall(p, a), tall(p, b), \
  banded[k] = banded[k] + 1) : 0) : 0, 1)
see_brick(p, s, a, b, h) = (k = (p - 1) * most + learn(s, 'brick'), \
  finite(b) && spot_at(p, a, h) ? (wide(p, b), \
  tall(p, 0), bricks[k] = bricks[k] + 1) : 0, 1)
see_dot(p, s, x, y) = (k = (p - 1) * most + learn(s, 'dot'), \
  spot_at(p, x, y) ? (dots[k] = dots[k] + 1) : 0, 1)
rows = 0
head = ''
do for [p=1:panels] {
  x_low[p] = 1e308; x_high[p] = -1e308; y_low[p] = 1e308; y_high[p] = -1e308
  band_at[p] = 0; series_at[p] = 0
  from = slot('lines', p)
  if (strlen(from)) {
    stats from using (1) nooutput
    rows = STATS_records - 1
    do for [k=4:STATS_columns] {
      stats from using (head = strcol(k), 1) every ::::0 nooutput
      if (head eq 'low') { band_at[p] = k }
    }
    if (rows > 0) {
      stats from using (see_line(p, strcol("series"), column("x"), \
        column("y"), field(band_at[p]), \
        field(band_at[p] ? band_at[p] + 1 : 0))) nooutput
    }
  }
  from = slot('points', p)
  if (strlen(from)) {
    stats from using (1) nooutput
    if (STATS_records > 1) {
      stats from using (see_dot(p, strcol("series"), column("x"), \
        column("y"))) nooutput
    }
  }
  from = slot('histogram', p)
  if (strlen(from)) {
    stats from using (1) nooutput
    rows = STATS_records - 1; series_at[p] = STATS_columns > 3 ? 4 : 0
    if (rows > 0) {
      stats from using (see_brick(p, series_at[p] ? strcol(4) : '', \
        column("low"), column("high"), column("height"))) nooutput
    }
  }
}
brick_name(p) = series_at[p] ? strcol(4) : ''

# Marks are few: their names are kept, and the x axis reaches them.
marks_most = 24
array mark_x[panels * marks_most]
array mark_text[panels * marks_most]
array mark_count[panels]
keep_mark(p, x, text) = finite(x) && mark_count[p] < marks_most && wide(p, x) \
  ? (mark_count[p] = mark_count[p] + 1, \
  mark_x[(p - 1) * marks_most + mark_count[p]] = x, \
  mark_text[(p - 1) * marks_most + mark_count[p]] = text, 1) : 1
do for [p=1:panels] {
  mark_count[p] = 0
  from = slot('marks', p)
  if (strlen(from)) {
    stats from using (1) nooutput
    if (STATS_records > 1) {
      stats from using (keep_mark(p, column("x"), strcol("text"))) nooutput
    }
  }
}

# The page: title, the list of series, then the panels in lines.
per_line = panels < 4 ? panels : panels == 4 ? 2 : 3
room = int(term_columns / 38)
if (dumb && per_line > room) { per_line = room > 1 ? room : 1 }
lines_of = (panels + per_line - 1) / per_line
line = dumb ? 16 : 20
width = page_width(per_line == 1 ? 800 : per_line == 2 ? 900 : 1080)
left = dumb ? 72 : 66; right = dumb ? 16 : 22
captions = 0; labels_x = 0; labels_y = 0
do for [p=1:panels] {
  if (panels > 1 && strlen(slot('title', p))) { captions = 1 }
  if (strlen(slot('x', p))) { labels_x = 1 }
  if (strlen(slot('y', p))) { labels_y = 1 }
}
bar = line * (captions + labels_y) + (dumb ? 0 : 12)
foot = dumb ? 16 * (2 + labels_x) : 34 + 20 * labels_x

fog(s) = strlen(names[s]) ? 0xC0000000 + tint(s) : 0xE0E0E0

# The list of series flows in lines; a histogram alone needs no name.
array list_x[most]
array list_y[most]
listed = 0; at_x = 16; at_y = strlen(title) ? line + (dumb ? 8 : 24) : line / 2
do for [s=1:series] {
  list_x[s] = -1
  need = 46 + letter * strlen(names[s])
  if (strlen(names[s])) {
    if (at_x > 16 && at_x + need > width) { at_x = 16; at_y = at_y + line }
    list_x[s] = at_x; list_y[s] = at_y; at_x = at_x + need; listed = 1
  }
}
top = listed ? at_y + line / 2 : strlen(title) ? 2 * line - 8 : 0
size = dumb ? (page_height(0) - top) / lines_of - bar - foot : \
  per_line == 1 ? 360 : per_line == 2 ? 270 : 240
if (dumb && size < 112) { size = 112 }
height = top + lines_of * (bar + size + foot)
eval canvas(width, height)
set multiplot
set label heading(width) at screen X(16), Y(dumb ? 8 : 20) left font large \
  textcolor rgb ink
do for [s=1:series] {
  if (list_x[s] >= 0) {
    x0 = list_x[s]; y0 = list_y[s]
    set label names[s] at screen X(x0 + 26), Y(y0) left textcolor rgb ink
    if (dumb) {
      set label (shape[s] eq 'line' ? pen(s) : shape[s] eq 'dot' ? spot(s) : \
        '..') at screen X(x0), Y(y0) left textcolor rgb tint(s)
    } else {
      if (shape[s] eq 'line') { set arrow from screen X(x0), Y(y0) \
        to screen X(x0 + 20), Y(y0) nohead lw 2.4 lc rgb tint(s) }
      if (shape[s] eq 'dot') { set label '' at screen X(x0 + 12), Y(y0) \
        point pt 7 ps 0.7 lc rgb tint(s) }
      if (shape[s] eq 'brick') { set arrow from screen X(x0 + 4), Y(y0) \
        to screen X(x0 + 20), Y(y0) nohead lw 11 lc rgb fog(s) }
    }
  }
}

# From here on what is missing is undefined: a line ends there, and would step
# over what is declared as missing.
unset datafile missing

level_most = 4
array level_end[level_most]
set errorbars small
do for [p=1:panels] {
  c = (p - 1) % per_line; cell = width / per_line
  x0 = c * cell + left; x1 = (c + 1) * cell - right
  y0 = top + ((p - 1) / per_line) * (bar + size + foot) + bar
  set lmargin at screen X(x0)
  set rmargin at screen X(x1)
  set tmargin at screen Y(y0)
  set bmargin at screen Y(y0 + size)

  is_log = number('logx', p, 0) == 1
  a = x_low[p]; b = x_high[p]; none = a > b || y_low[p] > y_high[p]
  if (a > b) { a = 1; b = 2 }
  pad = b > a ? (is_log ? (b / a) ** 0.025 : 0.025 * (b - a)) : is_log ? 2 : 1
  a = number('low_x', p, is_log ? a / pad : a - pad)
  b = number('high_x', p, is_log ? b * pad : b + pad)
  if (!(a < b)) { b = a + 1 }
  set format x; set format y; unset logscale
  if (dumb && !is_log) { set xtics tic_step(b - a, (x1 - x0) / letter / 6.0) } \
  else { set xtics autofreq }
  set ytics autofreq
  if (is_log) {
    set logscale x; eval log_tics('x', a, b)
    if (many_zeros(a, b)) { set format x '%.0te%T' }
  }
  set xrange [a:b]
  at(x) = x0 + (x1 - x0) * (is_log ? log(x / a) / log(b / a) : \
    (x - a) / (b - a))

  # Names of marks that would touch go a line lower each.
  do for [i=1:level_most] { level_end[i] = -1e9 }
  deep = 0
  do for [i=1:mark_count[p]] {
    k = (p - 1) * marks_most + i
    w = letter * (strlen(mark_text[k]) + 2); start = at(mark_x[k])
    turned = start + w > x1 && start - w > x0; beside = dumb ? 2 : 1
    if (turned) { start = start - w }
    lvl = 1
    do for [j=1:level_most] {
      if (lvl == j && j < level_most && level_end[j] > start) { lvl = j + 1 }
    }
    level_end[lvl] = start + w
    deep = deep > lvl ? deep : lvl
    if (mark_x[k] >= a && mark_x[k] <= b) {
      set arrow from mark_x[k], graph 0 \
        to first mark_x[k], screen Y(y0 + line * (lvl - 0.5)) nohead front \
        lc rgb pale_ink lw 1 dt (2, 3)
      if (turned) {
        set label mark_text[k] at first mark_x[k], \
          screen Y(y0 + line * (lvl - 0.5)) right offset character -beside, 0 \
          front textcolor rgb ink
      } else {
        set label mark_text[k] at first mark_x[k], \
          screen Y(y0 + line * (lvl - 0.5)) left offset character beside, 0 \
          front textcolor rgb ink
      }
    }
  }

  # A density stands on 0; names of marks have the room above all curves.
  is_log = number('logy', p, 0) == 1
  c = y_low[p]; d = y_high[p]
  if (c > d) { c = is_log ? 1 : 0; d = is_log ? 10 : 1 }
  if (!is_log && c >= 0 && c < 0.3 * d) { c = 0 }
  over = 0.05 + line * deep / real(size)
  if (over > 0.5) { over = 0.5 }
  pad = d > c ? (is_log ? log(d / c) : d - c) : 1
  if (is_log) {
    low = c * exp(-0.04 * pad); high = d * exp(over / (1 - over) * pad)
  } else {
    low = c == 0 ? 0 : c - 0.04 * pad; high = d + over / (1 - over) * pad
  }
  low = number('low_y', p, low); high = number('high_y', p, high)
  if (!(low < high)) { high = low + 1 }
  if (is_log) {
    set logscale y; eval log_tics('y', low, high)
    if (many_zeros(low, high)) { set format y '%.0te%T' }
  }
  set yrange [low:high]
  set xlabel cut(slot('x', p), (x1 - x0) / letter) \
    textcolor rgb ink offset 0, lift
  above = y0 - (dumb ? 8 : 14)
  set label cut(slot('y', p), (cell - 16) / letter) \
    at screen X(x0 - left + 16), Y(above) left textcolor rgb pale_ink
  if (panels > 1) {
    set label cut(slot('title', p), (cell - 16) / letter) \
      at screen X(x0 - left + 16), Y(above - line * labels_y) left \
      textcolor rgb ink
  }
  if (none) { set label 'no data' at graph 0.5, 0.5 center textcolor rgb pale }

  # What is drawn, by series: a plot without a valid point is a warning.
  brick_list = ''; band_list = ''; bar_list = ''; line_list = ''; dot_list = ''
  own_list = ''
  do for [s=1:series] {
    k = (p - 1) * most + s
    if (bricks[k]) { brick_list = brick_list.' '.s }
    if (banded[k] && known[k] > 12) { band_list = band_list.' '.s }
    if (banded[k] && known[k] <= 12) { bar_list = bar_list.' '.s }
    if (known[k] > 1) { line_list = line_list.' '.s }
    if (known[k] == 1 || known[k] > 2 && known[k] <= 12) {
      own_list = own_list.' '.s
    }
    if (dots[k]) { dot_list = dot_list.' '.s }
  }
  n = band_at[p]
  curves = slot('lines', p); wall = slot('histogram', p)
  cloud = slot('points', p)
  pick(s) = strcol("series") eq names[int(s)] ? column("x") : NaN
  brick(s, v) = brick_name(p) eq names[int(s)] ? v : NaN
  draw = 'plot [a:b] NaN'; colour = ' lc rgb tint(int(s)) '
  if (dumb) {
    done = each('brick_list', 'wall using (brick(s, 0.5 * (column("low") + ' \
      .'column("high")))):"height" with impulses lt 0'.colour)
    done = each('band_list', 'curves using (pick(s)):(column(n)) ' \
      .'with lines lt 0'.colour)
    done = each('band_list', 'curves using (pick(s)):(column(n + 1)) ' \
      .'with lines lt 0'.colour)
  } else {
    done = each('brick_list', 'wall using (brick(s, column("low"))):(0):' \
      .'"low":"high":(0):"height" with boxxyerror fs solid 1 ' \
      .'border rgb "white" fc rgb fog(int(s))')
    done = each('band_list', 'curves using (pick(s)):(column(n)):' \
      .'(column(n + 1)) with filledcurves fs transparent solid 0.2 noborder ' \
      .'fc rgb tint(int(s))')
  }
  done = each('dot_list', 'cloud using (pick(s)):"y" ' \
    .'with points pt spot(int(s)) ps 0.5'.colour)
  done = each('line_list', 'curves using (pick(s)):"y" ' \
    .'with lines lt int(s) lw 1.8'.colour)
  done = each('bar_list', 'curves using (pick(s)):"y":(column(n)):' \
    .'(column(n + 1)) with yerrorbars pt 0 lt int(s) lw 1.4'.colour)
  done = each('own_list', 'curves using (pick(s)):"y" ' \
    .'with points pt spot(int(s)) ps 0.7'.colour)
  eval draw
  unset label
  unset arrow
}
unset multiplot
unset output
