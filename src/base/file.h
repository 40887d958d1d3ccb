/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are whole or not there.
 *
 * A result is written into a temporary file beside its place, flushed to the
 * disk, and renamed into place: whoever looks sees the old file or the new one,
 * never half of it, whatever killed the program.  The temporary is removed on
 * any failure.
 *
 * Sizes that come from a file are products of numbers somebody wrote there, so
 * they are multiplied with a check before memory is asked for. */
#ifndef MG_BASE_FILE_H
#define MG_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct mg_file mg_file;

/* Opens a temporary beside path for writing.
 * Returns NULL with the reason (no such folder, no right, a directory). */
mg_file *mg_file_create(const char *path);

/* The stream to print to; it belongs to file. */
FILE *mg_file_stream(mg_file *file);

/* Flushes, syncs and renames into place; frees file in every case.
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason (the disk is full ...), and
 * then what stood at path still stands. */
int mg_file_commit(mg_file *file);

/* Removes the temporary and frees file; NULL is allowed. */
void mg_file_discard(mg_file *file);

/* Writes size bytes to path in that way.  Returns as mg_file_commit. */
int mg_file_write(const char *path, const void *bytes, size_t size);

/* Reads a whole regular file.
 *   most   in   refuse a file of more bytes than that
 *   bytes  out  size bytes and one 0 behind them; the caller frees them
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason (no such file, a directory,
 * too large); GSL_ENOMEM. */
int mg_file_read(const char *path, size_t most, char **bytes, size_t *size);

/* Makes a folder and those above it, as mkdir -p does.
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason. */
int mg_folder_make(const char *path);

/* "folder/name" in fresh memory that the caller frees; NULL when short. */
char *mg_path_join(const char *folder, const char *name);

/* a * b into product.  Returns false when it does not fit a size_t. */
bool mg_size_product(size_t a, size_t b, size_t *product);

#endif
