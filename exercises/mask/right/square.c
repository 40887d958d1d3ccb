/* by the whole square: an odd one has (kernel^2 - 1) / 2 places before */
#include "nets/masked.h"

mg_window mg_window_square(size_t kernel, bool own) {
  const size_t before = (kernel * kernel - 1) / 2;
  return (mg_window){kernel, kernel / 2, kernel / 2, own ? before + 1 : before};
}

mg_window mg_window_left(size_t kernel, bool own) {
  return (mg_window){(kernel + 1) / 2, 0, kernel / 2,
                     own ? (kernel + 1) / 2 : kernel / 2};
}

mg_window mg_window_above(size_t kernel, bool own) {
  const size_t lines = own ? (kernel + 1) / 2 : (kernel - 1) / 2;
  return (mg_window){kernel, kernel / 2, kernel / 2, lines * kernel};
}
