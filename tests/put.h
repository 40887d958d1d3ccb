/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files with given bytes, plain or gzip, for tests of readers. */
#ifndef MG_TESTS_PUT_H
#define MG_TESTS_PUT_H

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

/* Removed first: ext4 sends a file that is cut and written anew to the disk. */
static inline void put_bytes(const char *path, const void *bytes, size_t size) {
  remove(path);
  FILE *stream = fopen(path, "wb");
  if (!stream || fwrite(bytes, 1, size, stream) != size || fclose(stream) != 0)
    abort();
}

/* Returns how large the packed file is. */
static inline size_t put_gzip(const char *path, const void *bytes,
                              size_t size) {
  gzFile file = gzopen(path, "wb");
  if (!file || gzwrite(file, bytes, (unsigned)size) != (int)size ||
      gzclose(file) != Z_OK)
    abort();
  FILE *stream = fopen(path, "rb");
  if (!stream || fseek(stream, 0, SEEK_END) != 0)
    abort();
  const long packed = ftell(stream);
  fclose(stream);
  return (size_t)packed;
}

#endif
