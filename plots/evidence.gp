# The evidence axis: what every model says of the data, on one line.
#   evidence  table: model split nats std_error claim kind
#             a model's rows (one a split) stand together, in the order wanted;
#             claim  =  >=  <=  ~  or anything else for no claim
#             kind   model, or baseline and truth: these get a line across;
#                    a baseline far from all else stands at the edge, and so
#                    does what makes no claim
#   title     text
#   axis      text, what stands under the axis
# Colour tells the split, the marker tells the claim; where no model has two
# splits each stands on the middle of its row.  A row without a finite
# value keeps its place and says so.
if (!exists("axis")) axis = 'log p(x), nats per datum (higher is better)'
most = 64
array models[most]
array splits[most]
array seen[most]
do for [i=1:most] { models[i] = ''; splits[i] = ''; seen[i] = 0 }
alone = 1
rows = 0; parts = 0; widest = 0
row(m) = sum [i=1:rows] (models[i] eq m ? i : 0)
part(s) = sum [i=1:parts] (splits[i] eq s ? i : 0)
learn_row(m) = (row(m) || rows == most) ? 0 : (rows = rows + 1, \
  models[rows] = m, widest = strlen(m) > widest ? strlen(m) : widest)
learn_part(s) = (part(s) || parts == most) ? 0 : (parts = parts + 1, \
  splits[parts] = s)

# One pass over the rows finds the models, the splits, the claims in use and
# the ends of the axis, whiskers included.
claims = '= >= <= ~ none'
claim(c) = c eq '=' ? 1 : c eq '>=' ? 2 : c eq '<=' ? 3 : c eq '~' ? 4 : 5
array used[7]
do for [i=1:7] { used[i] = 0 }
low = NaN; high = NaN
finite(x) = x == x
error(e) = finite(e) ? e : 0
stretch(x, e) = (low = low < x - e ? low : x - e, \
                 high = high > x + e ? high : x + e)
idle(c, k) = k eq 'baseline' || claim(c) == 5
crowd(i) = (seen[i] = seen[i] + 1, seen[i] > 1 ? (alone = 0) : 0)
see(m, s, x, e, c, k) = (learn_row(m), learn_part(s), crowd(row(m)), \
  finite(x) && !idle(c, k) ? stretch(x, error(e)) : 0, \
  finite(x) && k eq 'model' ? (used[claim(c)] = 1) : 0, \
  finite(x) && k eq 'model' && error(e) > 0 ? (used[6] = 1) : 0, \
  finite(x) && k ne 'model' ? (used[7] = 1) : 0, 1)
stats evidence using (see(strcol("model"), strcol("split"), column("nats"), \
  column("std_error"), strcol("claim"), strcol("kind"))) nooutput
# A baseline, and what makes no claim, make the axis longer only when the rest
# can still be told apart.
near(x) = !finite(low) || abs(x - 0.5 * (low + high)) < 2.5 * (high - low)
stats evidence using (idle(strcol("claim"), strcol("kind")) \
  && finite(column("nats")) && near(column("nats")) ? stretch(column("nats"), \
  error(column("std_error"))) : 0) nooutput
if (!finite(low)) { low = 0; high = 1 }
pad = high > low ? 0.05 * (high - low) : 1
low = low - pad; high = high + pad

# The page, in pixels: names at the left, title and splits above, claims below.
# In dumb a split is a line, and its claim a letter.
width = page_width(800); room = int(term_columns / 3)
room = !dumb || room > 36 ? 36 : room
left = 30 + letter * (widest > room ? room : widest); right = width - 24
top = (strlen(title) ? 58 : 30); foot = 92
lanes = alone ? 1 : parts
pitch = dumb ? 16 * (lanes + 1) : lanes > 1 ? 14 + 10 * lanes : 30
if (dumb) {
  top = 16 * int(top / 16 + 1); left = 8 * int(left / 8)
  foot = term_columns < 76 ? 128 : 96
}
height = top + foot + pitch * (rows > 1 ? rows : 2)
eval canvas(width, height)
set lmargin at screen X(left)
set rmargin at screen X(right)
set tmargin at screen Y(top)
set bmargin at screen Y(height - foot)
set label heading(width) at screen X(16), Y(20) left font large \
  textcolor rgb ink
put_mark(p, colour, x, y) = sprintf("set label '' at screen %f, %f " \
  ."point pt %d ps 0.9 lc rgb %d", X(x), Y(y), p, colour)
put_text(v, x, y) = sprintf("set label %s at screen %f, %f left font small " \
  ."textcolor rgb ink", v, X(x), Y(y))
x = left
if (dumb) {
  order = ''
  do for [i=1:parts] { order = order.(i > 1 ? ', ' : '').splits[i] }
  if (lanes > 1) { order = 'lines: '.order }
  set label cut(order, width / 8 - 4) at screen X(16), Y(top - 8) left
}
do for [i=1:dumb ? 0 : parts] {
  eval put_mark(5, hue[i], x + 5, top - 15)
  eval put_text('splits[i]', x + 14, top - 15)
  x = x + 38 + 7.2 * strlen(splits[i])
}

# A claim with a direction is a triangle that points to where the truth may be:
# an arrow head alone, its middle on the value.
head = 11
unit = (high - low) / (right - left)
triangle = 'head filled size screen X(head), 28, 90 fixed lw 1'
array mark[5]
mark[1] = 7; mark[2] = 0; mark[3] = 0; mark[4] = 6; mark[5] = 2
claim_text(c) = c == 1 ? 'exact' : c == 2 ? 'at least (lower bound)' : \
  c == 3 ? 'at most (upper bound)' : c == 4 ? 'estimate' : \
  c == 5 ? 'no claim' : c == 6 ? '± 1 standard error' : 'baseline or truth'
put_head(x0, x1, y) = sprintf("set arrow from screen %f, %f to screen %f, %f " \
  ."%s lc rgb pale", X(x0), Y(y), X(x1), Y(y), triangle)
put_line(x0, x1, y) = sprintf("set arrow from screen %f, %f to screen %f, %f " \
  ."heads size screen 0.003, 90 lc rgb pale lw 1.6", X(x0), Y(y), X(x1), Y(y))
sign(c) = dumb ? substr('=><~?', c, c) : mark[c]
x = 16; y = height - (dumb ? foot - 72 : 18)
if (dumb) {
  do for [i=1:7] {
    named = substr('=><~?-o', i, i).' '.claim_text(i)
    if (used[i]) {
      if (x > 16 && x + 8 * strlen(named) > width) { x = 16; y = y + 16 }
      set label named at screen X(x), Y(y) left
      x = x + 8 * strlen(named) + 24
    }
    used[i] = 0
  }
}
do for [i=1:7] {
  if (used[i]) {
    if (i == 2) { eval put_head(x, x + head, y) }
    if (i == 3) { eval put_head(x + head, x, y) }
    if (i == 6) { eval put_line(x - 4, x + 14, y) }
    if (i == 7) { eval put_mark(13, pale, x + 5, y) }
    if (i < 6 && mark[i]) { eval put_mark(mark[i], pale, x + 5, y) }
    eval put_text('claim_text('.i.')', x + (i == 6 ? 22 : 17), y)
    x = x + 40 + 6.3 * strlen(claim_text(i))
  }
}

set xrange [low:high]
set yrange [(rows ? rows : 1) + 0.5 : 0.5]
set xlabel (dumb ? cut(axis, term_columns - 2) : axis) textcolor rgb ink \
  offset 0, 0.2
set border 1
set grid noytics xtics
set ytics ('' 0) scale 0
do for [i=1:rows] {
  set ytics add (cut(models[i], room) i)
  if (i > 1 && !dumb) {
    set arrow from graph 0, first i - 0.5 to graph 1, first i - 0.5 \
      nohead back lc rgb faint
  }
}
if (!rows) { set label 'no data' at graph 0.5, 0.5 center textcolor rgb pale }

gap = dumb ? 1. / (lanes + 1) : 0.62 / (lanes > 2 ? lanes : 3)
at(m, s) = row(m) + (alone ? 0 : gap * (part(s) - 0.5 * (parts + 1)))
nats(kind, s, c) = (kind eq 'model') == (strcol("kind") eq 'model') && \
  strcol("split") eq splits[s] && (c == 0 || claim(strcol("claim")) == c) ? \
  column("nats") : NaN
# What is not on the axis is said at its edge, one split beside the other.
beyond(x) = finite(x) ? sprintf(x < low ? '◂ %.4g' : '%.4g ▸', x) \
  : 'no finite value'
edge(x, s) = !finite(x) ? low + 110 * unit * (s - 1) : \
  x < low ? low + 70 * unit * (s - 1) : \
  x > high ? high - 70 * unit * (parts - s + 1) : NaN
place = 'at(strcol("model"), strcol("split"))'
set style textbox opaque noborder
set errorbars small
if (dumb) {
  plot [low:high] NaN notitle, \
    for [s=1:parts] evidence using (nats('line', s, 0)):(0.5):(0):(rows) \
      with vectors nohead lc rgb hue[s], \
    for [s=1:parts] evidence using (nats('line', s, 0)):(@place) \
      with points pt 'o' lc rgb hue[s], \
    for [s=1:parts] evidence using \
      (nats('model', s, 0) - error(column("std_error"))):(@place): \
      (2 * error(column("std_error"))):(0) with vectors nohead lc rgb hue[s], \
    for [s=1:parts] for [c=1:5] evidence using (nats('model', s, c)):(@place) \
      with points pt sign(c) lc rgb hue[s], \
    for [s=1:parts] evidence using \
      (strcol("split") eq splits[s] ? edge(column("nats"), s) : NaN) \
      :(@place):(beyond(column("nats"))) with labels left offset 1, 0 \
      textcolor rgb hue[s]
} else {
  plot [low:high] NaN notitle, \
    for [s=1:parts] evidence using (nats('line', s, 0)):(0.5):(0):(rows) \
      with vectors nohead lc rgb hue[s] lw 1.2 dt (6, 5), \
    for [s=1:parts] evidence using (nats('line', s, 0)):(@place) \
      with points pt 13 ps 1.1 lc rgb hue[s], \
    for [s=1:parts] evidence using \
      (nats('model', s, 0)):(@place):(error(column("std_error"))) \
      with xerrorbars pt 0 lc rgb hue[s] lw 1.6, \
    for [s=1:parts] for [c=1:5] evidence using \
      (mark[c] ? nats('model', s, c) : NaN):(@place) \
      with points pt mark[c] ps 0.9 lc rgb hue[s], \
    for [s=1:parts] evidence using \
      (nats('model', s, 2) - 0.5 * head * unit):(@place):(head * unit):(0) \
      with vectors @triangle lc rgb hue[s], \
    for [s=1:parts] evidence using \
      (nats('model', s, 3) + 0.5 * head * unit):(@place):(-head * unit):(0) \
      with vectors @triangle lc rgb hue[s], \
    for [s=1:parts] evidence using \
      (strcol("split") eq splits[s] ? edge(column("nats"), s) : NaN) \
      :(@place):(beyond(column("nats"))) with labels left boxed offset 1, 0 \
      font small textcolor rgb hue[s]
}
unset output
