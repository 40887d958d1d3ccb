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

# A field is a pixel of the page, so that nothing is smeared.  y[i] is where
# panel i begins, under its title; a line of panels is as high as its highest.
per_line = panels < 4 ? panels : 4
side = 16; bar = 30
height = strlen(title) ? 40 : 8; tall = 0
do for [i=1:panels] {
  if ((i - 1) % per_line == 0) { height = height + tall + bar; tall = 40 }
  y[i] = height
  tall = down[i] > tall ? down[i] : tall
}
height = height + tall + side
width = 2 * side + per_line * wide + (per_line - 1) * side
wanted = 2 * side + int(8.6 * strlen(title))
width = width > wanted ? width : wanted < 800 ? wanted : 800
eval canvas(width, height)

set multiplot
set label 1 heading(width) at screen 16. / width, screen 1 - 20. / height \
  left font large textcolor rgb ink
unset tics
unset colorbox
unset grid
set border 15 lc rgb faint
set palette defined (-1 'gray90', -0.5 'gray90', -0.5 'white', 255 'black')
set cbrange [-1:255]
do for [i=1:panels] {
  x = side + ((i - 1) % per_line) * (wide + side)
  none = down[i] == 0
  set lmargin at screen real(x) / width
  set rmargin at screen real(x + (none ? wide : across[i])) / width
  set tmargin at screen 1 - real(y[i]) / height
  set bmargin at screen 1 - real(y[i] + (none ? 40 : down[i])) / height
  set xrange [-0.5 : (none ? 1 : across[i]) - 0.5]
  set yrange [(none ? 1 : down[i]) - 0.5 : -0.5]
  set label 2 cut(caption(i), wide / 7) at screen real(x) / width, \
    screen 1 - (y[i] - 11.) / height left textcolor rgb ink
  if (none) {
    set label 3 'no data' at graph 0.5, 0.5 center textcolor rgb pale
    plot NaN
    unset label 3
  } else {
    plot table(i) matrix columnheaders with image
  }
  unset label 1
}
unset multiplot
unset output
