/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A beginning, and a ring for the end; see capture.h. */
#include "exercise/capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 14, CHUNKS = 128 };

void mg_capture_clear(mg_capture *c) {
  c->printed = 0;
  c->ended = false;
}

/* Where the i-th byte that was printed is kept. */
static size_t place(size_t i) {
  return i < MG_CAPTURE_HEAD
             ? i
             : MG_CAPTURE_HEAD + (i - MG_CAPTURE_HEAD) % MG_CAPTURE_TAIL;
}

void mg_capture_read(mg_capture *c, int pipe) {
  char chunk[CHUNK];
  for (int k = 0; k < CHUNKS; k++) {
    const ssize_t n = read(pipe, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR)
      continue;
    c->ended = n == 0;
    if (n <= 0)
      return;
    for (ssize_t i = 0; i < n; i++)
      c->bytes[place(c->printed++)] = chunk[i];
  }
}

static char plain(char byte) {
  const unsigned char u = (unsigned char)byte;
  return u == '\n' || u == '\t' || (u >= 32 && u != 127) ? byte : '?';
}

const char *mg_capture_text(mg_capture *c) {
  const size_t kept = sizeof c->bytes;
  const size_t left_out = c->printed > kept ? c->printed - kept : 0;
  size_t used = 0;
  for (size_t i = 0; i < c->printed; i++) {
    if (i == MG_CAPTURE_HEAD && left_out > 0) {
      used += (size_t)snprintf(c->text + used, sizeof c->text - used,
                               "\n... %zu bytes ...\n", left_out);
      i += left_out;
    }
    c->text[used++] = plain(c->bytes[place(i)]);
  }
  c->text[used] = '\0';
  return c->text;
}
