/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named arrays of doubles or floats in a file: the safetensors format.
 *
 *   8 bytes   N, the length of the header, little-endian
 *   N bytes   JSON, an object, padded with blanks to a multiple of 8:
 *             {"__metadata__": {"format": "marginalia 1", ...},
 *              "weights": {"dtype": "F64", "shape": [2],
 *                          "data_offsets": [0, 16]}, ...}
 *   the rest  the arrays, little-endian, row major; an offset counts from the
 *             end of the header, and together they cover the rest of the file
 *             without holes or overlaps
 *
 * Source: "Format" in the README of github.com/huggingface/safetensors.
 *
 * Doubles are F64, mg_reals F32.  Doubles are written first, so that each array
 * begins at a multiple of its number's size, and a file's must.
 *
 * Not here: other types than these two, arrays of more than 4 dimensions,
 * reading a part of a file; what the metadata mean (models/save). */
#ifndef MG_MODELS_SAFETENSORS_H
#define MG_MODELS_SAFETENSORS_H

#include <jansson.h>

#include "models/model.h"

/* A file that was read. */
typedef struct {
  json_t *header;
  char *data;         /* what is behind the header, aligned as malloc does */
  size_t data_size;   /* bytes of it */
  mg_tensors tensors; /* views of data, once mg_safetensors_index was called */
} mg_safetensors;

/* Reads a file and checks its header as far as the metadata.
 *   file  out  to be closed after success
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason and the path: no such file,
 * over 2 GiB, no safetensors file, a header over 1 MiB, a key that is there
 * twice, metadata that are not text; GSL_ENOMEM. */
int mg_safetensors_open(const char *path, mg_safetensors *file);

/* Frees what an open file holds. */
void mg_safetensors_close(mg_safetensors *file);

/* The text of a metadata key, or NULL; valid until the file is closed. */
const char *mg_safetensors_text(const mg_safetensors *file, const char *key);

/* Finds the arrays of an open file: fills file->tensors.
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason, without the path: an array
 * that is no F64 or F32, of more than 4 dimensions, whose shape and place do
 * not fit each other or the file; holes; overlaps; more than MG_TENSORS arrays.
 */
int mg_safetensors_index(mg_safetensors *file);

/* The array of that name among a file's, once they were found, or NULL. */
const mg_tensor *mg_safetensors_find(const mg_safetensors *file,
                                     const char *name);

/* Fills arrays with the file's of the same names, once these were found.
 *   list  in  the arrays, whose numbers are changed
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason, without the path: one is
 * missing, of another shape or type; then nothing changed. */
int mg_safetensors_fill(const mg_safetensors *file, const mg_tensors *list);

/* What reading refuses for every family, and so is not written either.
 * Returns GSL_SUCCESS; GSL_EDOM with the reason: an array of no numbers, or
 * with a NaN. */
int mg_tensors_check(const mg_tensors *list);

/* Writes arrays, atomically.
 *   list      in  the arrays, in the order that each type takes in the file
 *   metadata  in  an object of texts
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason and the path; GSL_ENOMEM. */
int mg_safetensors_write(const mg_tensors *list, json_t *metadata,
                         const char *path);

#endif
