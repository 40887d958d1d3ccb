# Learning curves: log p(x) of what is learnt from, against the data seen.
#   curves  table: model data_seen log_likelihood
#           a model's rows stand together, in the order of learning; data_seen
#           counts a datum each time it is used, and 0 has no place on the axis
#   title   text
#           with claims also claim: = is a solid line, >= a dashed one, a lower
#           bound; anything else is dotted, and no bound
#   claims  number, optional: 1, curves have a column claim
#   axis    text, what stands beside the upright axis
#   lowest  number, optional: the upright axis begins there
# A model that learns in one pass has one row and is a point.  A thin line
# leads from each end to the model's name.
if (!exists("claims")) claims = 0
if (!exists("axis")) axis = 'log p(x) on train, nats per datum'
most = 64
array models[most]
array end_x[most]
array end_y[most]
array kind[most]
do for [i=1:most] {
  models[i] = ''; end_x[i] = NaN; end_y[i] = NaN; kind[i] = 1
}
rows = 0; widest = 0
row(m) = sum [i=1:rows] (models[i] eq m ? i : 0)
learn_row(m) = (row(m) || rows == most) ? 0 : (rows = rows + 1, \
  models[rows] = m, widest = strlen(m) > widest ? strlen(m) : widest)

finite(x) = x == x
first = NaN; last = NaN; low = NaN; high = NaN
stretch(x, y) = (first = first < x ? first : x, last = last > x ? last : x, \
                 low = low < y ? low : y, high = high > y ? high : y)
keep(i, x, y) = i ? (end_x[i] = x, end_y[i] = y) : 0
said = ''
kind_of(c) = c eq '=' ? 1 : c eq '>=' ? 2 : 3
claim(i, c) = i ? (said = said.c[1:1], kind[i] = kind_of(c)) : 0
see(m, x, y, c) = (learn_row(m), claim(row(m), c), x > 0 && finite(y) ? \
  (stretch(x, y), keep(row(m), x, y)) : 0, 1)
stats curves using (see(strcol("model"), column("data_seen"), \
  column("log_likelihood"), claims ? strcol("claim") : '=')) nooutput
none = !finite(low)
if (none) { first = 1; last = 10; low = 0; high = 1 }
if (exists("lowest")) low = lowest
pad = high > low ? 0.05 * (high - low) : 1
low = low - pad; high = high + pad
stretch_x = (last / first) ** 0.04
if (stretch_x == 1) stretch_x = 2
first = first / stretch_x; last = last * stretch_x

width = page_width(800); height = page_height(460); left = 84; foot = 64
top = (strlen(title) ? 44 : 20) + 4 * dumb
room = int(term_columns / 2) - 4; room = !dumb || room > 30 ? 30 : room
right = width - 36 - letter * (widest > room ? room : widest)
if (dumb) { left = 72; foot = 48; right = right - 8 }
eval canvas(width, height)
set lmargin at screen X(left)
set rmargin at screen X(right)
set tmargin at screen Y(top)
set bmargin at screen Y(height - foot)
set label heading(width) at screen X(16), Y(20) left font large \
  textcolor rgb ink
set xlabel 'data seen' textcolor rgb ink
if (dumb) {
  set label cut(axis, width / 8 - 4) at screen X(16), Y(top - 8) left
} else {
  set ylabel axis textcolor rgb ink
}
set logscale x
set format x '%.0s%c'
# Within less than two decades gnuplot names one tick, or none: name 1, 2, 5.
if (last < 100 * first) {
  set xtics ()
  do for [p=floor(log10(first)):ceil(log10(last))] {
    do for [m in right - left < 320 && last > 10 * first ? '1' : '1 2 5'] {
      set xtics add (m * 10.0 ** p)
    }
  }
}
set xrange [first:last]
set yrange [low:high]

# The colours of a second round are darker.
shade(i) = i > 8 ? blend(tint(i), 0x000000, 0.45) : tint(i)
dash(i) = kind[i] == 1 ? '1' : kind[i] == 2 ? '(9, 4)' : '(2, 3)'
what = (strstrt(said, '>') ? 'dashed, open: a lower bound' : '') \
  .(strstrt(said, 'n') ? (strstrt(said, '>') ? '; ' : '') \
  .'dotted: no bound, only what it learns by' : '')
if (!dumb) {
  set label what at screen X(width - 16), Y(20) right font small \
    textcolor rgb pale_ink
}

# Names a line apart, in the order of their ends: neighbours that touch push
# each other, half each; the axis' ends hold.
pixel(y) = height - foot - (y - low) / (high - low) * (height - foot - top)
array place[most]
array order[most]
line = 16; shown = 0
do for [i=1:rows] {
  if (finite(end_y[i])) {
    place[i] = pixel(end_y[i]); shown = shown + 1
    k = 1 + sum [j=1:rows] (end_y[j] > end_y[i] || \
      (end_y[j] == end_y[i] && j < i))
    order[k] = i
  }
}
do for [turn=1:200] {
  do for [k=1:shown-1] {
    i = order[k]; j = order[k + 1]; push = 0.5 * (line - place[j] + place[i])
    if (push > 0) { place[i] = place[i] - push; place[j] = place[j] + push }
  }
  if (shown) {
    i = order[1]; j = order[shown]
    if (place[i] < top) { place[i] = top }
    if (place[j] > height - foot) { place[j] = height - foot }
  }
}
do for [i=1:rows] {
  if (finite(end_y[i])) {
    set label (dumb ? pen(i)[1:1].spot(i).' ' : '').cut(models[i], room) \
      at screen X(right + (dumb ? 8 : 20)), Y(place[i]) left \
      textcolor rgb shade(i)
    if (dumb) { continue }
    set arrow from end_x[i], end_y[i] to last, end_y[i] nohead \
      lc rgb shade(i) lw 0.8 dt (1, 5)
    set arrow from last, end_y[i] to screen X(right + 16), Y(place[i]) nohead \
      lc rgb shade(i) lw 0.8
  }
}
if (none) { set label 'no data' at graph 0.5, 0.5 center textcolor rgb pale }
pick(i, y) = strcol("model") eq models[i] ? y : NaN
draw = 'plot NaN'
do for [i=1:rows] {
  draw = draw.sprintf(', curves using (pick(%d, column("data_seen"))):', i) \
    .sprintf('"log_likelihood" with lines lt %d lw 1.8 dt ', i).dash(i) \
    .sprintf(' lc rgb shade(%d)', i)
}
eval draw.', for [i=1:rows] "+" using (end_x[i]):(end_y[i]) every ::::0 ' \
  .'with points pt (kind[i] == 1 || dumb ? spot(i) : 6) ps 0.8 lc rgb shade(i)'
unset output
