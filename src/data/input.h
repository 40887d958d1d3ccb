/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a regular file, unpacked when it is gzip.
 *
 * The reasons of failures do not name the file: who opened it puts its path
 * before them (mg_fail_in). */
#ifndef MG_DATA_INPUT_H
#define MG_DATA_INPUT_H

#include <stddef.h>

typedef struct mg_input mg_input;

/* Opens a file at its beginning.
 * Returns NULL with the reason: no such file, no right, a folder, a pipe, a
 * device, an empty file. */
mg_input *mg_input_open(const char *path);

/* Closes it; NULL is allowed. */
void mg_input_close(mg_input *input);

/* The first bytes, without moving on; only before anything was read.
 *   bytes  out  most bytes, zeros behind the end of a shorter file
 * Returns GSL_SUCCESS; GSL_EFAILED when the file is damaged. */
int mg_input_peek(mg_input *input, unsigned char *bytes, size_t most);

/* Do size more bytes follow?  Costs nothing for a plain file, an unpacking of
 * them for a gzip file.
 * Returns GSL_SUCCESS; GSL_EFAILED when fewer do, or the file is damaged. */
int mg_input_expect(mg_input *input, size_t size);

/* Reads exactly size bytes.
 * Returns GSL_SUCCESS; GSL_EFAILED when the file ends before, or is damaged. */
int mg_input_read(mg_input *input, void *bytes, size_t size);

/* Reads up to most bytes; *got is 0 at the end, and only there.
 * Returns GSL_SUCCESS; GSL_EFAILED for a damaged or cut gzip file. */
int mg_input_read_some(mg_input *input, void *bytes, size_t most, size_t *got);

/* Checks that nothing follows, and a gzip file's checksum with it.
 * Returns GSL_SUCCESS; GSL_EFAILED. */
int mg_input_end(mg_input *input);

#endif
