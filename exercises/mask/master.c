/* mask: the windows of a masked convolution.
 *
 * The page mask.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check mask */
#include "nets/masked.h"

/* kernel x kernel with the pixel in its middle: what comes before the pixel
 * (mask A) or, with own, that and itself (mask B).
 *   kernel  in  odd */
mg_window mg_window_square(size_t kernel, bool own) {
#ifdef MARGINALIA_SOLUTION
  const size_t reach = kernel / 2;
  return (mg_window){.width = kernel,
                     .top = reach,
                     .left = reach,
                     .taps = reach * kernel + reach + own};
#else
  /* Your turn.  How many places are above the pixel, and how many are to the
   * left of it? */
  (void)own;
  return (mg_window){.width = kernel};
#endif
}

/* The pixels to the left of it in its line (of kernel, half), or with own that
 * and itself. */
mg_window mg_window_left(size_t kernel, bool own) {
#ifdef MARGINALIA_SOLUTION
  const size_t reach = kernel / 2;
  return (mg_window){
      .width = reach + 1, .top = 0, .left = reach, .taps = reach + own};
#else
  (void)own;
  return (mg_window){.width = kernel};
#endif
}

/* kernel columns, and half of the lines of that square: those above the pixel's
 * line, or with own that and the line. */
mg_window mg_window_above(size_t kernel, bool own) {
#ifdef MARGINALIA_SOLUTION
  const size_t reach = kernel / 2;
  return (mg_window){.width = kernel,
                     .top = reach,
                     .left = reach,
                     .taps = (reach + own) * kernel};
#else
  (void)own;
  return (mg_window){.width = kernel};
#endif
}
