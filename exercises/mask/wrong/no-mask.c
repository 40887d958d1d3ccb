/* no mask: the whole kernel is seen */
#include "nets/masked.h"

/* kernel x kernel with the pixel in its middle: what comes before the pixel
 * (mask A) or, with own, that and itself (mask B).
 *   kernel  in  odd */
mg_window mg_window_square(size_t kernel, bool own) {
  const size_t reach = kernel / 2;
  (void)own;
  return (mg_window){
      .width = kernel, .top = reach, .left = reach, .taps = kernel * kernel};
}

/* The pixels to the left of it in its line (of kernel, half), or with own that
 * and itself. */
mg_window mg_window_left(size_t kernel, bool own) {
  const size_t reach = kernel / 2;
  (void)own;
  return (mg_window){
      .width = reach + 1, .top = 0, .left = reach, .taps = kernel * kernel};
}

/* kernel columns, and half of the lines of that square: those above the pixel's
 * line, or with own that and the line. */
mg_window mg_window_above(size_t kernel, bool own) {
  const size_t reach = kernel / 2;
  (void)own;
  return (mg_window){
      .width = kernel, .top = reach, .left = reach, .taps = kernel * kernel};
}
