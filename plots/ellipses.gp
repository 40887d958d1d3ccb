# Points in the plane and the Gaussians that share them, frame by frame.
#   points    table: frame x y component [weight]; the component is the one of
#             the largest responsibility, counted from 1, and weight is that
#             responsibility
#   ellipses  table, optional: frame component sd x y; the path of an ellipse,
#             its rows together and closed, a path for each sd; its middle bears
#             a cross.  mg_ellipse_rows() makes them
#   captions  table, optional: frame text
#   frames    number: they are counted from 1
#   frame     number, optional: the one frame to draw
#   title     text
#   x, y      texts beside the axes
# Two components colour a point between theirs, by its responsibility; of more
# than two the largest has the colour.  A GIF shows all frames, two in a second,
# the last one longer; dumb shows the last; all else eight at most, the first
# and the last among them.
if (!exists("frames")) frames = 1
most = 8; levels_most = 4
array dots[frames * most]
array paths[frames * most * levels_most]
array left_end[frames * most]
array right_end[frames * most]
array low_end[frames * most]
array high_end[frames * most]
array sds[levels_most]
array texts[frames]
do for [i=1:frames * most] {
  dots[i] = 0; left_end[i] = 1e308; right_end[i] = -1e308
  low_end[i] = 1e308; high_end[i] = -1e308
}
do for [i=1:frames * most * levels_most] { paths[i] = 0 }
do for [i=1:frames] { texts[i] = '' }
x_low = 1e308; x_high = -1e308; y_low = 1e308; y_high = -1e308
components = 0; levels = 0; weighted = 0; i = 0
at(f, k) = (f - 1) * most + k
path(f, k, l) = (at(f, k) - 1) * levels_most + l
framed(f, k) = f >= 1 && f <= frames && k >= 1 && k <= most
level(sd) = sum [l=1:levels] (sds[l] == sd ? l : 0)
learn(sd) = level(sd) ? level(sd) : levels == levels_most ? levels_most : \
  (levels = levels + 1, sds[levels] = sd, levels)
stretch(x, y) = (x_low = lower(x_low, x), x_high = higher(x_high, x), \
  y_low = lower(y_low, y), y_high = higher(y_high, y), 1)
see_dot(f, x, y, k) = !(finite(x) && finite(y) && framed(f, k)) ? 1 : \
  (stretch(x, y), components = higher(components, k), i = at(f, k), \
  dots[i] = dots[i] + 1, 1)
see_path(f, k, sd, x, y) = !(finite(x) && finite(y) && framed(f, k)) ? 1 : \
  (components = higher(components, k), i = path(f, k, learn(sd)), \
  paths[i] = paths[i] + 1, i = at(f, k), \
  left_end[i] = lower(left_end[i], x), right_end[i] = higher(right_end[i], x), \
  low_end[i] = lower(low_end[i], y), high_end[i] = higher(high_end[i], y), 1)
see_text(f, s) = f >= 1 && f <= frames ? (texts[f] = s, 1) : 1
stats points using (1) nooutput
weighted = STATS_columns > 4
if (STATS_records > 1) {
  stats points using (see_dot(column("frame"), column("x"), column("y"), \
    column("component"))) nooutput
}
if (exists("ellipses")) {
  stats ellipses using (1) nooutput
  if (STATS_records > 1) {
    stats ellipses using (see_path(column("frame"), column("component"), \
      column("sd"), column("x"), column("y"))) nooutput
  }
}
if (exists("captions")) {
  stats captions using (1) nooutput
  if (STATS_records > 1) {
    stats captions using (see_text(column("frame"), strcol("text"))) nooutput
  }
}

# One window for all frames: the points', or the ellipses' without any.
if (x_low > x_high) {
  do for [i=1:frames * most] {
    if (left_end[i] <= right_end[i]) {
      x_low = lower(x_low, left_end[i]); x_high = higher(x_high, right_end[i])
      y_low = lower(y_low, low_end[i]); y_high = higher(y_high, high_end[i])
    }
  }
}
none = x_low > x_high
if (none) { x_low = 0; x_high = 1; y_low = 0; y_high = 1 }
pad(a, b) = b > a ? 0.08 * (b - a) : 1
pad_x = pad(x_low, x_high); pad_y = pad(y_low, y_high)
set xrange [x_low - pad_x : x_high + pad_x]
set yrange [y_low - pad_y : y_high + pad_y]

# Which frames, and the page for them.
gif = term eq 'gif'
one = exists("frame") && !gif
shown = one || dumb ? 1 : gif ? frames + 3 : frames > 8 ? 8 : frames
which(n) = one ? frame : dumb ? frames : gif ? (n < frames ? n : frames) : \
  shown < 2 ? frames : 1 + int((n - 1) * (frames - 1.) / (shown - 1) + 0.5)
panels = gif ? 1 : shown
per_line = panels < 4 ? panels : panels == 4 ? 2 : panels < 7 ? 3 : 4
rows = (panels + per_line - 1) / per_line
line = dumb ? 16 : 20
side = per_line == 1 ? 520 : per_line == 2 ? 340 : per_line == 3 ? 280 : 230
left = dumb ? 72 : 62; gap = dumb ? 16 : 18
width = page_width(left + per_line * (side + gap))
side = (width - left) / per_line - gap
has_caption = 0
do for [f=1:frames] { if (strlen(texts[f])) { has_caption = 1 } }
top = (strlen(title) ? line + (dumb ? 0 : 16) : 0) \
  + line * (strlen(slot('y', 1)) > 0)
bar = line * has_caption + (dumb ? 0 : 10)
foot = (dumb ? 32 : 34) + line * (strlen(slot('x', 1)) > 0)
tall = per_line == 1 ? 400 : int(0.84 * side)
height = page_height(top + rows * (bar + tall) + foot)
tall = dumb ? height - top - bar - foot : tall
if (gif) { eval moving(width, height) } else { eval canvas(width, height) }

# A point of two components lies between their colours; its weight is that of
# its own component.
own(k, w) = k == 1 ? w : 1 - w
dye(k, w) = components == 2 && weighted && finite(w) ? \
  blend(tint(2), tint(1), own(k, w)) : tint(int(k))
weight(n) = n ? column("weight") : 1
pick(f, k, v) = column("frame") == f && column("component") == k ? v : NaN
trace(f, k, l, v) = column("sd") == sds[l] ? pick(f, k, v) : NaN
if (!gif) { set multiplot }
do for [n=1:shown] {
  f = which(n); c = gif ? 0 : (n - 1) % per_line
  r = gif ? 0 : (n - 1) / per_line
  x0 = left + c * (side + gap); y0 = top + r * (bar + tall) + bar
  set lmargin at screen X(x0)
  set rmargin at screen X(x0 + side)
  set tmargin at screen Y(y0)
  set bmargin at screen Y(y0 + tall)
  if (c == 0) { set format y '%g' } else { set format y '' }
  lowest = gif || n + per_line > shown
  if (lowest) { set format x '%g' } else { set format x '' }
  if (gif || n == 1) {
    set label heading(width) at screen X(16), Y(dumb ? 8 : 20) left font large \
      textcolor rgb ink
    set label cut(slot('y', 1), (width - 32) / letter) at screen X(16), \
      Y(top - (dumb ? 8 : 6)) left textcolor rgb pale_ink
    set label cut(slot('x', 1), (width - left) / letter) at screen \
      X(0.5 * (left + width - gap)), Y(height - (dumb ? 8 : 14)) center \
      textcolor rgb ink
  }
  set label cut(texts[f], side / letter) at screen X(x0), \
    Y(y0 - (dumb ? 8 : 10)) left textcolor rgb ink
  dot_list = ''; path_list = ''
  do for [k=1:components] {
    i = at(f, k)
    if (dots[i]) { dot_list = dot_list.' '.k }
    do for [l=1:levels] {
      if (paths[path(f, k, l)] > 1) {
        path_list = path_list.' '.(k * levels_most + l - 1)
      }
    }
    if (left_end[i] <= right_end[i]) {
      if (dumb) {
        set label '+' at 0.5 * (left_end[i] + right_end[i]), \
          0.5 * (low_end[i] + high_end[i]) center front
      } else {
        set label '' at 0.5 * (left_end[i] + right_end[i]), \
          0.5 * (low_end[i] + high_end[i]) front \
          point pt 1 ps 1.2 lw 2.2 lc rgb ink
      }
    }
  }
  if (!strlen(dot_list.path_list)) {
    set label 'no data' at graph 0.5, 0.5 center textcolor rgb pale
  }
  comp(s) = int(s) / levels_most
  lev(s) = int(s) % levels_most + 1
  draw = 'plot NaN'
  if (dumb) {
    done = each('dot_list', 'points using (pick(f, int(s), column("x"))):"y" ' \
      .'with points pt spot(int(s)) lc rgb tint(int(s))')
  } else {
    done = each('dot_list', 'points using (pick(f, int(s), column("x"))):"y":' \
      .'(dye(column("component"), weight(weighted))) ' \
      .'with points pt 7 ps 0.36 lc rgb variable')
  }
  # A white edge and a darker line tell an ellipse from the points under it.
  done = dumb ? 0 : each('path_list', 'ellipses using ' \
    .'(trace(f, comp(s), lev(s), column("x"))):"y" with lines ' \
    .'lw (lev(s) == 1 ? 4.4 : 3.2) lc rgb "white"')
  done = each('path_list', 'ellipses using ' \
    .'(trace(f, comp(s), lev(s), column("x"))):"y" with lines lt comp(s) ' \
    .'lw (lev(s) == 1 ? 2.4 : 1.4) lc rgb blend(tint(comp(s)), 0, 0.35)')
  eval draw
  unset label
}
if (!gif) { unset multiplot }
unset output
