# Stacked bars: a whole and its parts, one bar a label.
#   bars   table: label, then a column a part, which its head names (8 at most,
#          240 bars); each part begins where the one before it ends, the first
#          at the base, so that the top of the first stands at its value
#   total  table, optional: label value; a black line across the label's bar
#   base   number, optional: where the bars begin.  Without it at 0, or, when
#          that is far from all that is to be told apart, at a tick below
#   title  text
#   x, y   texts beside the axes
#   total_name  text, optional: what the list calls the line; when the last
#          column of bars has that name, it is no part but this line
# A part below 0 goes back, as a narrower bar.  Where there is room each part
# bears its number.  A missing part ends its bar.
most = 240; parts_most = 8
array labels[most]
array totals[most]
array sums[most * (parts_most + 1)]
array parts[parts_most]
do for [i=1:most] { labels[i] = ''; totals[i] = NaN }
count = 0; widest = 0; part_count = 0; head = ''
low = 1e308; high = -1e308
at(i, j) = (i - 1) * (parts_most + 1) + j + 1
stretch(v) = finite(v) ? (low = lower(low, v), high = higher(high, v), 1) : 0
add(i, j, v) = (sums[at(i, j)] = sums[at(i, j - 1)] + v, \
  stretch(sums[at(i, j)]))
fill(i, j) = j > part_count ? 1 : (add(i, j, column(j + 1)), fill(i, j + 1))
see(s) = count == most ? 1 : (count = count + 1, labels[count] = s, \
  widest = strlen(s) > widest ? strlen(s) : widest, \
  sums[at(count, 0)] = 0, fill(count, 1))
see_total(s, v) = sum [i=1:count] (labels[i] eq s ? \
  (totals[i] = v, stretch(v)) : 0)
stats bars using (1) nooutput
rows = STATS_records - 1
part_count = STATS_columns - 1
part_count = part_count > parts_most ? parts_most : part_count
do for [k=1:part_count] {
  stats bars using (head = strcol(k + 1), 1) every ::::0 nooutput
  parts[k] = head
}
has_total = 0
if (exists("total_name")) {
  if (parts[part_count] eq total_name) {
    has_total = 1; part_count = part_count - 1
  }
}
if (rows > 0) { stats bars using (see(strcol(1))) every ::1 nooutput }
if (rows > 0 && has_total) {
  stats bars using (see_total(strcol(1), column(part_count + 2)), 1) \
    every ::1 nooutput
}
if (exists("total")) {
  stats total using (1) nooutput
  if (STATS_records > 1) {
    stats total using (see_total(strcol("label"), column("value")), 1) nooutput
    has_total = 1
  }
}
if (!exists("total_name")) total_name = 'total'

# The base, and the room above.
none = low > high
if (none) { low = 0; high = 1 }
span = high > low ? high - low : abs(high) > 0 ? abs(high) : 1
near = low <= 2 * span && high >= -2 * span
if (!exists("base")) {
  tick = 10 ** floor(log10(span))
  base = near ? 0 : tick * floor((low - 0.25 * span) / tick)
}
low = lower(low, base); high = higher(high, base)
if (!(low < high)) { high = low + 1 }
span = high - low
bottom = low < base ? low - 0.04 * span : base
peak = high > base ? high + 0.06 * span : base
digits = 2 - floor(log10(span)); digits = digits < 0 ? 0 : digits
number_of(v) = sprintf(sprintf('%%.%df', digits > 6 ? 6 : digits), v)

# The page: title, the list of parts, the name of the upright axis, bars.
line = dumb ? 16 : 20
width = page_width(800); left = dumb ? 72 : 66; right = width - 16
name(k) = k > part_count ? total_name : parts[k]
array list_x[parts_most + 1]
array list_y[parts_most + 1]
x0 = 16; y0 = strlen(title) ? line + (dumb ? 8 : 24) : line / 2
do for [k=1:part_count + has_total] {
  need = 42 + letter * strlen(name(k))
  if (x0 > 16 && x0 + need > width) { x0 = 16; y0 = y0 + line }
  list_x[k] = x0; list_y[k] = y0; x0 = x0 + need
}
top = y0 + line / 2 + line * (strlen(slot('y', 1)) > 0) + (dumb ? 0 : 12)
foot = dumb ? 16 * (2 + (strlen(slot('x', 1)) > 0)) : \
  34 + 20 * (strlen(slot('x', 1)) > 0)
height = page_height(top + 320 + foot)
size = height - top - foot
eval canvas(width, height)
set lmargin at screen X(left)
set rmargin at screen X(right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + size)
set label heading(width) at screen X(16), Y(dumb ? 8 : 20) left font large \
  textcolor rgb ink
set label cut(slot('y', 1), (width - 32) / letter) at screen X(16), \
  Y(top - (dumb ? 8 : 14)) left textcolor rgb pale_ink
set xlabel cut(slot('x', 1), (right - left) / letter) \
    textcolor rgb ink offset 0, lift

# In dumb a part is a field of its own letter.
field(k) = substr('#:o+x%@=', k, k)
do for [k=1:part_count + has_total] {
  set label name(k) at screen X(list_x[k] + 24), Y(list_y[k]) left \
    textcolor rgb ink
  if (dumb) {
    set label k > part_count ? '--' : repeated(2, field(k)) \
      at screen X(list_x[k]), Y(list_y[k]) left textcolor rgb \
      (k > part_count ? ink : tint(k))
  } else {
    if (k > part_count) {
      set arrow from screen X(list_x[k]), Y(list_y[k]) \
        to screen X(list_x[k] + 16), Y(list_y[k]) nohead lw 2.4 lc rgb ink
    } else {
      set object rectangle from screen X(list_x[k]), Y(list_y[k] + 6) \
        to screen X(list_x[k] + 16), Y(list_y[k] - 6) fc rgb tint(k) \
        fs solid 0.75 noborder
    }
  }
}

cell = (right - left) / (count ? real(count) : 1.)
broad = 0.84 * cell; broad = broad > 90 ? 90 : broad
pixel(v) = top + size * (peak - v) / (peak - bottom)
from(i, j) = j == 1 ? base : sums[at(i, j - 1)]
middle(i) = left + (i - 0.5) * cell
roomy(i, j) = broad > letter * strlen(number_of(high - low)) + 16 \
  && abs(pixel(from(i, j)) - pixel(sums[at(i, j)])) > 15
wanted = ceil((widest + 1) * letter / cell); wanted = wanted > 1 ? wanted : 1
set xrange [0.5 : (count ? count : 1) + 0.5]
set yrange [bottom:peak]
set xtics ('' 1) scale 0
do for [i=1:count] {
  if ((i - 1) % wanted == 0) {
    set xtics add (cut(labels[i], (right - left) / letter) i)
  }
}
set border (base > bottom ? 2 : 3)
unset grid
if (!dumb) { set grid noxtics ytics }
if (base > bottom) {
  set arrow from graph 0, first base to graph 1, first base nohead back \
    lc rgb pale
}
if (none) { set label 'no data' at graph 0.5, 0.5 center textcolor rgb pale }
do for [i=1:dumb ? 0 : count] {
  do for [j=1:part_count] {
    if (finite(sums[at(i, j)])) {
      half = 0.5 * broad * (sums[at(i, j)] < from(i, j) && j > 1 ? 0.5 : 1)
      set object rectangle \
        from screen X(middle(i) - half), first from(i, j) \
        to screen X(middle(i) + half), first sums[at(i, j)] \
        fc rgb tint(j) fs solid 0.75 noborder
      if (roomy(i, j)) {
        set label number_of(sums[at(i, j)] - (j > 1 ? sums[at(i, j - 1)] : 0)) \
          at screen X(middle(i)), \
          Y(0.5 * (pixel(from(i, j)) + pixel(sums[at(i, j)]))) center front \
          font small textcolor rgb ink
      }
    }
  }
}

# Letters, a line at a time: the last part that holds the middle of the line.
inside(i, j, v) = finite(sums[at(i, j)]) && (v - from(i, j)) \
  * (v - sums[at(i, j)]) <= 0
holder(i, j, v) = j < 1 ? 0 : inside(i, j, v) ? j : holder(i, j - 1, v)
thick = int(broad / 8); thick = thick < 1 ? 1 : thick
last_line = dumb ? int(size / 16) : 0
do for [i=1:dumb ? count : 0] {
  do for [n=1:last_line] {
    k = holder(i, part_count, peak - (n - 0.5) * (peak - bottom) / last_line)
    if (k) {
      set label repeated(thick, field(k)) \
        at screen X(8 * int((middle(i) - 4 * thick) / 8) + 4), \
        Y(top + (n - 0.5) * size / last_line) left textcolor rgb tint(k)
    }
  }
}
do for [i=1:count] {
  if (finite(totals[i])) {
    if (dumb) {
      set label repeated(thick, '-') \
        at screen X(8 * int((middle(i) - 4 * thick) / 8) + 4), \
        first totals[i] left front
    } else {
      over = 0.5 * (broad < 0.92 * cell ? broad + 0.08 * cell : broad)
      set arrow from screen X(middle(i) - over), first totals[i] \
        to screen X(middle(i) + over), first totals[i] nohead front \
        lw 2.4 lc rgb ink
    }
  }
}
plot NaN
unset output
