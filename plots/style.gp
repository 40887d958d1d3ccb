# One look for every figure.                              gnuplot 5.2 or later
#
# A script is this style, then its texts and numbers, its tables, and its
# template.  From outside you may choose
#   term    svg (the default), png, pdf, eps, or any of gnuplot's terminals
#   output  the file that is drawn; './' and the script's name without it
# as in  gnuplot -e "term='pdf'" name.gp
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

# The commands that open a picture of width x height pixels: eval canvas(w, h).
# Cairo's PNG is the better one where it is built in; paper is in inches.  Text
# is 13 pixels high, small is 12, large is 16; all but SVG count in points.
cairo(t) = strstrt(GPVAL_TERMINALS, ' '.t.'cairo') > 0 ? t.'cairo' : t
scale(t) = cairo(t) eq t ? '' : ' pointscale 1.5'
paper(t, w, h) = sprintf(" %s noenhanced size %.3fin,%.3fin", t, w/96., h/96.)
pixels(t, w, h) = sprintf(" %s noenhanced size %d,%d", t, w, h)
look(t, w, h) = t eq 'svg' ? pixels(t, w, h) \
    ." font 'sans-serif,13' background '#ffffff'" : \
  t eq 'png' ? pixels(cairo(t), w, h)." font 'sans,10'".scale(t) : \
  t eq 'pdf' ? paper('pdfcairo', w, h)." font 'sans,10' pointscale 0.75" : \
  t eq 'eps' ? paper(cairo(t), w, h)." font 'sans,10' pointscale 0.75" : ' '.t
if (!exists("output")) output = file_stem.'.'.term
canvas(w, h) = 'set terminal'.look(term, w, h).'; set output output'
small = term eq 'svg' ? ',12' : ',9'
large = term eq 'svg' ? ',16' : ',12'

# What has no room ends in dots: a letter is 7.4 pixels wide, a large one 8.6.
cut(text, most) = strlen(text) > most ? substr(text, 1, most - 1).'…' : text
heading(width) = cut(title, int((width - 32) / 8.6))

set border 3 lc rgb pale
set tics nomirror out scale 0.5 textcolor rgb ink
set grid front lc rgb faint lw 1 dt 1
set grid back
unset key
if (!exists("title")) title = ''
