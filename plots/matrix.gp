# A matrix as shades, with its numbers: which class was taken for which.
#   matrix  table: row column value; rows and columns stand in the order in
#           which they are first named (40 of each); a cell that is not named,
#           or has no value, stays blank
#   title   text
#   x, y    texts: what the columns are, what the rows are
# The shade is the size of the value against the largest of all; what is below
# 0 has another colour.  Numbers have up to four digits, where they fit.
most = 40
array row_names[most]
array column_names[most]
array cells[most * most]
do for [i=1:most * most] { cells[i] = NaN }
row_count = 0; column_count = 0; widest = 0; broadest = 0
row_of(s) = sum [i=1:row_count] (row_names[i] eq s ? i : 0)
column_of(s) = sum [i=1:column_count] (column_names[i] eq s ? i : 0)
learn_row(s) = row_of(s) || row_count == most ? 0 : \
  (row_count = row_count + 1, row_names[row_count] = s, \
  widest = strlen(s) > widest ? strlen(s) : widest)
learn_column(s) = column_of(s) || column_count == most ? 0 : \
  (column_count = column_count + 1, column_names[column_count] = s, \
  broadest = strlen(s) > broadest ? strlen(s) : broadest)
largest = 0
see(r, c, v) = (learn_row(r), learn_column(c), \
  i = row_of(r), j = column_of(c), \
  i && j ? (cells[(i - 1) * most + j] = v) : 0, \
  largest = finite(v) ? higher(largest, abs(v)) : largest, 1)
stats matrix using (1) nooutput
if (STATS_records > 1) {
  stats matrix using (see(strcol(1), strcol(2), column("value"))) nooutput
}
none = row_count == 0

number_of(v) = !finite(v) ? '' : abs(v) >= 1000 ? sprintf('%.0f', v) : \
  v == int(v) ? sprintf('%d', v) : largest >= 100 ? sprintf('%.1f', v) : \
  sprintf('%.2f', v)
longest = 1
do for [i=1:row_count] {
  do for [j=1:column_count] {
    n = strlen(number_of(cells[(i - 1) * most + j]))
    longest = n > longest ? n : longest
  }
}

# The page: title, the columns' text and names, then a line a row.
line = dumb ? 16 : 20
n = strlen(slot('y', 1)); n = widest > n ? widest : n; n = n > 18 ? 18 : n
left = (dumb ? 24 : 32) + letter * n
n = broadest > longest ? broadest : longest; n = n < 3 ? 3 : n
if (dumb) {
  room = int((page_width(0) - left) / 8 / (column_count ? column_count : 1))
  n = n + 2 > room ? room : n + 2
  cell = 8 * (n < 2 ? 2 : n); tall = 16
} else {
  cell = letter * (n > 8 ? 8 : n) + 12
  cell = cell < 44 ? 44 : cell
  if (cell * column_count > 900) { cell = 900 / column_count }
  tall = cell > 44 ? 44 : cell
}
top = (strlen(title) ? line + (dumb ? 8 : 16) : 4) \
  + line * (strlen(slot('x', 1)) > 0) + line + (dumb ? 0 : 6)
right = left + cell * (column_count ? column_count : 4)
n = 32 + (dumb ? 8 : 8.6) * strlen(title); n = n > 800 ? 800 : n
width = dumb ? page_width(0) : right + 16 > n ? right + 16 : n
height = top + tall * (row_count ? row_count : 3) + (dumb ? 0 : 16)
if (dumb && height < page_height(0)) { height = page_height(0) }
eval canvas(width, height)
set lmargin at screen X(left)
set rmargin at screen X(right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + tall * (row_count ? row_count : 3))
set label heading(width) at screen X(16), Y(dumb ? 8 : 20) left font large \
  textcolor rgb ink
set label cut(slot('x', 1), (width - left) / letter) \
  at screen X(left + (dumb ? 8 : 4)), Y(top - 1.5 * line - (dumb ? 0 : 4)) \
  left textcolor rgb pale_ink
set label cut(slot('y', 1), 18) at screen X(left - 12), \
  Y(top - 0.5 * line - (dumb ? 0 : 4)) right textcolor rgb pale_ink

# From white to the colour, as far as the value reaches.
part(v) = largest > 0 ? abs(v) / largest : 0
shade(v) = blend(0xFFFFFF, v < 0 ? hue[2] : hue[1], 0.9 * part(v))
fit = int((cell - (dumb ? 0 : 6)) / letter)
do for [j=1:column_count] {
  set label cut(column_names[j], fit - dumb) \
    at screen X(left + (j - 0.5) * cell), \
    Y(top - 0.5 * line - (dumb ? 0 : 4)) center textcolor rgb ink
}
do for [i=1:row_count] {
  set label cut(row_names[i], 18) at screen X(left - 12), \
    Y(top + (i - 0.5) * tall) right textcolor rgb ink
  do for [j=1:column_count] {
    v = cells[(i - 1) * most + j]
    if (finite(v)) {
      if (!dumb) {
        set object rectangle from screen X(left + (j - 1) * cell + 1), \
          Y(top + (i - 1) * tall + 1) to screen X(left + j * cell - 1), \
          Y(top + i * tall - 1) fc rgb shade(v) fs solid 1 noborder
      }
      if (strlen(number_of(v)) <= fit) {
        set label number_of(v) at screen X(left + (j - 0.5) * cell), \
          Y(top + (i - 0.5) * tall) center front textcolor rgb \
          (dumb ? ink : part(v) > 0.55 ? 0xFFFFFF : ink)
      }
    }
  }
}
if (none) { set label 'no data' at graph 0.5, 0.5 center textcolor rgb pale }
set xrange [0:1]
set yrange [0:1]
unset tics
unset grid
if (dumb || none) { unset border } else { set border 15 lc rgb faint }
plot NaN
unset output
