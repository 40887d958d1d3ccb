# One look for every figure.                              gnuplot 5.2 or later
#
# A script is this style, then its texts and numbers, its tables, and its
# template.  From outside you may choose
#   term     svg (the default), png, pdf, eps, gif, or any of gnuplot's: dumb
#            draws with characters, sixel with a terminal's pixels, qt a window
#   output   the file that is drawn; './' and the script's name without it; a
#            terminal that is no file prints, or opens its window
#   term_columns, term_lines  of dumb, 79 and 24 without them
#   term_colour  1: dumb with colours
# as in  gnuplot -e "term='pdf'" name.gp
#        gnuplot -e "term='dumb'; term_columns=100; term_lines=30" name.gp
# Not here: enhanced text.  A name such as a_b is printed as it is written.
set encoding utf8
set decimalsign '.'
set datafile separator tab
set datafile commentschars '#'
set datafile missing '?'
if (!exists("term")) term = 'svg'

# Okabe and Ito's colours, told apart by every kind of colour sight; the
# yellow is darkened so that a thin line shows on white.
array hue[8]
hue[1] = 0x0072B2; hue[2] = 0xD55E00; hue[3] = 0x009E73; hue[4] = 0xCC79A7
hue[5] = 0xB38600; hue[6] = 0x56B4E9; hue[7] = 0x7A5195; hue[8] = 0x000000
do for [i=1:8] { set linetype i lw 1.6 lc rgb hue[i] pt 7 }
set linetype cycle 8
ink = 0x222222
pale = 0x8A8A8A
faint = 0xE4E4E4
pale_ink = 0x555555

# The commands that open a picture of width x height pixels: eval canvas(w, h);
# or moving(w, h), a GIF in which each plot is a frame of half a second.
# Cairo's PNG is the better one where it is built in; paper is in inches.  Text
# is 13 pixels high, small is 12, large is 16; all but SVG count in points.
# dumb counts in characters: there a template takes 8 pixels for a column and 16
# for a line, and asks for the page that it is given (page_width, page_height).
dumb = term eq 'dumb'
if (!exists("term_columns")) term_columns = 79
if (!exists("term_lines")) term_lines = 24
if (!exists("term_colour")) term_colour = 0
page_width(w) = dumb ? 8 * term_columns : w
page_height(h) = dumb ? 16 * term_lines : h
# A place in pixels from the top left; in dumb it falls into a character.
X(x) = dumb ? x / 8. / (int(width) / 8 - 1) : x / real(width)
Y(y) = dumb ? 1 - (y / 16. - 0.49) / (int(height) / 16 - 1) \
  : 1 - y / real(height)
cairo(t) = strstrt(GPVAL_TERMINALS, ' '.t.'cairo') > 0 ? t.'cairo' : t
scale(t) = cairo(t) eq t ? '' : ' pointscale 1.5'
paper(t, w, h) = sprintf(" %s noenhanced size %.3fin,%.3fin", t, w/96., h/96.)
pixels(t, w, h) = sprintf(" %s noenhanced size %d,%d", t, w, h)
letters(w, h) = sprintf(" dumb noenhanced nofeed size %d,%d %s", \
  int(w) / 8, int(h) / 16, term_colour ? 'ansi256' : 'mono')
look(t, w, h) = t eq 'svg' ? pixels(t, w, h) \
    ." font 'sans-serif,13' background '#ffffff'" : \
  t eq 'png' ? pixels(cairo(t), w, h)." font 'sans,10'".scale(t) : \
  t eq 'gif' ? pixels(t, w, h)." font 'sans,10'" : \
  t eq 'sixel' ? pixels('sixelgd', w, h)." font 'sans,10'" : \
  t eq 'qt' ? pixels('qt', w, h)." font 'sans,10' persist" : \
  t eq 'pdf' ? paper('pdfcairo', w, h)." font 'sans,10' pointscale 0.75" : \
  t eq 'eps' ? paper(cairo(t), w, h)." font 'sans,10' pointscale 0.75" : \
  dumb ? letters(w, h) : ' '.t
printed = strstrt(' dumb sixel qt ', ' '.term.' ') > 0
if (!exists("output")) output = printed ? '' : file_stem.'.'.term
canvas(w, h) = 'set terminal'.look(term, w, h) \
  .(strlen(output) ? '; set output output' : '; set output')
moving(w, h) = 'set terminal'.pixels('gif animate delay 50 loop 0', w, h) \
  ." font 'sans,10'; set output output"
# SVG sets an axis' name lower than the others do.
lift = term eq 'svg' ? 0.6 : 0
small = term eq 'svg' ? ',12' : ',9'
large = term eq 'svg' ? ',16' : ',12'

# What has no room ends in dots: a letter is 7.4 pixels wide, a large one 8.6.
letter = dumb ? 8 : 7.6
cut(text, most) = strlen(text) > most ? substr(text, 1, most - 1).'…' : text
heading(width) = cut(title, int((width - 32) / (dumb ? 8 : 8.6) + 0.2))

# Slots by name: name_2 is the second panel's, the first one's may go without
# its number, and a number without one is for all panels that have none.
slot(name, i) = exists(sprintf('%s_%d', name, i)) ? \
  value(sprintf('%s_%d', name, i)) : i == 1 && exists(name) ? value(name) : ''
number(name, i, default) = exists(sprintf('%s_%d', name, i)) ? \
  value(sprintf('%s_%d', name, i)) : exists(name) ? value(name) : default
finite(x) = x == x && abs(x) < 1e300
lower(a, b) = finite(b) && b < a ? b : a
higher(a, b) = finite(b) && b > a ? b : a

# In dumb a line is a row of its own character, and a point a letter.
tint(i) = hue[(i - 1) % 8 + 1]
pen(i) = term_colour ? '--' : substr('**##$$%%@@&&==', \
  2 * ((i - 1) % 7) + 1, 2 * ((i - 1) % 7) + 2)
spot(i) = dumb ? substr('oxv^svdn', (i - 1) % 8 + 1, (i - 1) % 8 + 1) : 7

repeated(n, c) = n < 1 ? '' : c.repeated(n - 1, c)

# A colour on the way from a to b.
mix(a, b, f) = int(a + (b - a) * f)
blend(a, b, f) = 65536 * mix(a / 65536, b / 65536, f) \
  + 256 * mix(a / 256 % 256, b / 256 % 256, f) + mix(a % 256, b % 256, f)

# Adds to the command `draw` a plot for each s of a list, if there are any:
# gnuplot warns of a plot without a valid point.
draw = ''
each(list, what) = strlen(value(list)) ? \
  (draw = draw.', for [s in '.list.'] '.what, 1) : 0

# Less than two decades of an axis of logarithms have but one tick by itself.
ones(p, q) = sprintf('1e%d, 2e%d, 5e%d', p, p, p) \
  .(p < q ? ', '.ones(p + 1, q) : '')
log_tics(axis, a, b) = sprintf('set %stics ', axis) \
  .(b >= 100 * a || b <= 2 * a ? 'autofreq' : \
  '('.ones(floor(log10(a)), ceil(log10(b))).')')

# Steps between ticks of which n fit beside one another: characters that touch
# would write over each other.
rough_step = 1; decade = 1
tic_step(span, n) = (rough_step = 0.999999 * span / (n > 1 ? n : 1), \
  decade = 10 ** floor(log10(rough_step)), decade * \
  (rough_step <= decade ? 1 : rough_step <= 2 * decade ? 2 : \
  rough_step <= 5 * decade ? 5 : 10))
# Written out, its labels have so many zeros that they run off the page.
many_zeros(a, b) = b > 1e5 * a || a < 1e-4 || b > 1e6

set border 3 lc rgb pale
set tics nomirror out scale 0.5 textcolor rgb ink
set grid front lc rgb faint lw 1 dt 1
set grid back
if (dumb) { unset grid }
unset key
if (!exists("title")) title = ''
