# Pictures beside pictures: the data, then what each model draws.
#   panels     number, how many
#   panel_1..  tables, a pixel a field, 0 white to 255 black; -1 is the gap
#              between two images, a missing value stays white
#   title_1..  text over each panel
#   title      text
# mg_images_table() makes these tables, large enough to look at.
if (!exists("panels")) panels = 1
table(i) = value(sprintf('panel_%d', i))
caption(i) = exists(sprintf('title_%d', i)) ? value(sprintf('title_%d', i)) : ''

array across[panels]
array down[panels]
array y[panels]
wide = 120
do for [i=1:panels] {
  stats table(i) using (1) nooutput
  across[i] = STATS_columns; down[i] = STATS_records - 1
  down[i] = down[i] > 0 ? down[i] : 0
  wide = across[i] > wide ? across[i] : wide
}

# A field is a pixel of the page, or a panel that stands alone two, so that
# nothing is smeared.  y[i] is where
# panel i begins, under its title; a line of panels is as high as its highest.
per_line = panels < 4 ? panels : 4
if (dumb) { per_line = panels > 1 && term_columns >= 60 ? 2 : 1 }
side = 16; bar = 30
zoomed = !dumb && panels == 1 && wide <= 380 ? 2 : 1
wide = zoomed * wide

# In dumb a panel is letters by shade, and across and down count those: two
# letters a pixel, or one for two lines of images of more than 12 pixels; and of
# the panel the whole images that have room.  A gap is one pixel wide, so it
# tells how often a pixel is repeated, and how large an image is.
array field_x[panels]
array field_y[panels]
n = 0; gap = 0; run = 0; size_x = 0; size_y = 0
seek(v) = (n = n + 1, v == -1 && !gap ? (gap = n) : 0, \
  v == -1 && n == gap + run ? (run = run + 1) : 0, 1)
whole(all, image, room) = all <= room ? all : image >= room ? room : \
  int((room + 1) / (image + 1)) * (image + 1) - 1
room_x = int((term_columns - 4 - 2 * (per_line - 1)) / per_line)
room_y = int((term_lines - 1) / ((panels + per_line - 1) / per_line)) - 2
do for [i=1:dumb ? panels : 0] {
  if (down[i] > 0) {
    n = 0; gap = 0; run = 0
    stats table(i) using (seek(column(1))) every ::1 nooutput
    zoom = gap ? run : 1; size_y = gap ? (gap - 1) / zoom : 0
    n = 0; gap = 0; run = 0
    stats table(i) matrix every :::1::1 using (seek($3)) nooutput
    size_x = gap ? ((gap - 1) % across[i]) / (run ? run : 1) : 0
    zoom = gap ? run : zoom
    size_x = size_x ? size_x : across[i] / zoom
    size_y = size_y ? size_y : down[i] / zoom
    double = size_x <= 12
    field_x[i] = double ? zoom / 2. : zoom
    if (!gap && size_x > room_x) { field_x[i] = across[i] / real(room_x) }
    field_y[i] = 2. * field_x[i]
    n = size_y * zoom / field_y[i]
    across[i] = 8 * whole(int(across[i] / field_x[i]), \
      size_x * (1 + double), room_x)
    down[i] = 16 * whole(int(down[i] / field_y[i]), n, room_y > n ? room_y : n)
  }
}
if (dumb) {
  bar = 32; wide = 8 * room_x
}
height = strlen(title) ? 40 : 8; tall = 0
if (dumb) { height = strlen(title) ? 16 : 0 }
do for [i=1:panels] {
  if ((i - 1) % per_line == 0) {
    height = height + tall + bar; tall = dumb ? 16 : 40
  }
  y[i] = height
  tall = zoomed * down[i] > tall ? zoomed * down[i] : tall
}
height = height + tall + side
width = 2 * side + per_line * wide + (per_line - 1) * side
wanted = 2 * side + int(8.6 * strlen(title))
width = width > wanted ? width : wanted < 800 ? wanted : 800
if (dumb) {
  width = page_width(0)
  height = height > page_height(0) ? height : page_height(0)
}
eval canvas(width, height)

# A field is a letter's first: its place; other fields are left out.
starts(n, field, most) = int(n / field) < most && \
  (n < 1 || int(n / field) > int((n - 1) / field)) ? int(n / field) : NaN
ramp = ' .:-=+*#%@'
ink_of(v) = !finite(v) || v < 0 ? ' ' : \
  substr(ramp, int(v / 25.6) + 1, int(v / 25.6) + 1)
set multiplot
set label 1 heading(width) at screen X(16), screen Y(dumb ? 8 : 20) \
  left font large textcolor rgb ink
unset tics
unset colorbox
unset grid
if (dumb) { unset border } else { set border 15 lc rgb faint }
set palette defined (-1 'gray90', -0.5 'gray90', -0.5 'white', 255 'black')
set cbrange [-1:255]
do for [i=1:panels] {
  x = side + ((i - 1) % per_line) * (wide + side)
  none = down[i] == 0
  set lmargin at screen X(x)
  set rmargin at screen X(x + (none ? wide : zoomed * across[i]) + 8 * dumb)
  set tmargin at screen Y(y[i])
  set bmargin at screen Y(y[i] + 8 * dumb \
    + (none ? dumb ? 16 : 40 : zoomed * down[i]))
  set xrange [-0.5 : (none ? 1 : across[i]) - 0.5]
  set yrange [(none ? 1 : down[i]) - 0.5 : -0.5]
  room = panels == 1 && !dumb ? width - 2 * side : wide
  set label 2 cut(caption(i), room / (dumb ? 8 : 7)) at screen X(x), \
    screen Y(y[i] - (dumb ? 8 : 11)) left textcolor rgb ink
  if (none) {
    set label 3 'no data' at graph 0.5, 0.5 center textcolor rgb pale
    plot NaN
    unset label 3
  } else { if (dumb) {
    fx = field_x[i]; fy = field_y[i]
    # One step of an axis is one letter of the panel as gnuplot has rounded it.
    set xrange [0:1]
    set yrange [0:1]
    plot NaN
    set xrange [0 : GPVAL_TERM_XMAX - GPVAL_TERM_XMIN]
    set yrange [GPVAL_TERM_YMAX - GPVAL_TERM_YMIN : 0]
    # Not columnheaders: with labels that makes a tick of each.
    plot table(i) matrix every :::1 using (starts($1, fx, across[i] / 8)): \
      (starts($2 - 1, fy, down[i] / 16)):(ink_of($3)) with labels left
  } else {
    plot table(i) matrix columnheaders with image
  } }
  unset label 1
}
unset multiplot
unset output
