/* by counting the places that come before the pixel */
#include "nets/masked.h"

static size_t count(size_t lines, size_t width, size_t row, size_t column,
                    bool own) {
  size_t n = 0;
  for (size_t u = 0; u < lines; u++)
    for (size_t v = 0; v < width; v++)
      n += u < row || (u == row && v < column) ||
           (own && u == row && v == column);
  return n;
}

mg_window mg_window_square(size_t kernel, bool own) {
  const size_t middle = (kernel - 1) / 2;
  mg_window w = {.width = kernel, .top = middle, .left = middle};
  w.taps = count(kernel, kernel, middle, middle, own);
  return w;
}

mg_window mg_window_left(size_t kernel, bool own) {
  const size_t middle = (kernel - 1) / 2;
  const mg_window w = {.left = middle,
                       .taps = count(1, kernel, 0, middle, own),
                       .width = (kernel + 1) / 2};
  return w;
}

mg_window mg_window_above(size_t kernel, bool own) {
  mg_window w = mg_window_square(kernel, own);
  w.taps = kernel * w.top;
  if (own)
    w.taps += kernel;
  return w;
}
