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
# Cairo's PNG is the better one where it is built in; paper is in inches.
cairo(t) = strstrt(GPVAL_TERMINALS, ' '.t.'cairo') > 0 ? t.'cairo' : t
paper(t, w, h) = sprintf("set terminal %s size %.3fin,%.3fin ", t, w/96., h/96.)
pixels(t, w, h) = sprintf("set terminal %s size %d,%d ", t, w, h)
look(t, w, h) = t eq 'svg' ? pixels('svg noenhanced', w, h) \
                             ."font 'sans-serif,13' background '#ffffff'" : \
  t eq 'png' ? pixels(cairo('png').' noenhanced', w, h)."font 'sans,10'" : \
  t eq 'pdf' ? paper('pdfcairo noenhanced', w, h)."font 'sans,10'" : \
  t eq 'eps' ? paper(cairo('eps').' noenhanced', w, h)."font 'sans,10'" : \
  "set terminal ".t
if (!exists("output")) output = file_stem.'.'.term
canvas(w, h) = look(term, w, h).'; set output output'

set border 3 lc rgb pale
set tics nomirror out scale 0.5 textcolor rgb ink
set grid front lc rgb faint lw 1 dt 1
set grid back
set key noenhanced textcolor rgb ink
set title textcolor rgb ink
if (!exists("title")) title = ''
