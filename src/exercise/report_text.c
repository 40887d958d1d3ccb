/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from anywhere, made fit to be shown; see report_text.h.
 *
 * UTF-8 as RFC 3629 has it: no character in more bytes than it needs, no halves
 * of UTF-16 pairs, none above U+10FFFF.  A byte that begins no such character
 * is replaced by itself, and the next one is looked at anew. */
#include "config.h"

#include "exercise/report_text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\357\277\275" /* U+FFFD */
enum { REPLACEMENT_BYTES = 3 };

/* Reads a character at text.  Returns its bytes, 0 when there is none. */
static size_t read_character(const char *text, unsigned long *character) {
  static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *at = (const unsigned char *)text;
  const size_t n = at[0] < 0x80    ? 1
                   : at[0] < 0xc0  ? 0
                   : at[0] < 0xe0  ? 2
                   : at[0] < 0xf0  ? 3
                   : at[0] <= 0xf4 ? 4
                                   : 0;
  unsigned long c = n == 1 ? at[0] : n > 1 ? at[0] & (0x7fu >> n) : 0;
  for (size_t i = 1; i < n; i++) {
    if ((at[i] & 0xc0) != 0x80) /* the 0 at the end is none, either */
      return 0;
    c = c << 6 | (at[i] & 0x3f);
  }
  *character = c;
  return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : n;
}

static bool is_control(unsigned long c) {
  return c < 32 || (c >= 127 && c <= 159) || c == 0x200e || c == 0x200f ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0xfffe || c == 0xffff;
}

/* Puts what stands for the next character of *text behind `to`, and passes it.
 * Returns the bytes that it took there. */
static size_t put_next(char *to, const char **text, bool line) {
  unsigned long c = 0;
  const char *from = *text;
  const size_t n = read_character(from, &c);
  *text += n > 0 ? n : 1;
  const bool blank = c == '\r' || (line && (c == '\n' || c == '\t'));
  if (n > 0 && blank) {
    *to = ' ';
    return 1;
  }
  if (n > 0 && (c == '\n' || c == '\t' || !is_control(c))) {
    memcpy(to, from, n);
    return n;
  }
  memcpy(to, REPLACEMENT, REPLACEMENT_BYTES);
  return REPLACEMENT_BYTES;
}

char *mg_report_text(const char *text, bool line) {
  char *clean = malloc(REPLACEMENT_BYTES * strlen(text) + 1);
  char *to = clean;
  while (clean && *text)
    to += put_next(to, &text, line);
  if (clean)
    *to = '\0';
  return clean;
}
