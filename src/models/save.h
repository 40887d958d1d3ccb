/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitted models in files, written once for every family.
 *
 * The format is safetensors: 8 bytes little-endian header length, a JSON
 * header, then the arrays as they are in memory (F64, little-endian, row
 * major).  Any tool that reads safetensors reads ours.  The header's
 * __metadata__ says what the arrays are of: format "marginalia 1", the family,
 * the space, the options, whether the data are dequantised, and how the model
 * was made (command, seed, data).
 *
 * Reading believes nothing: lengths, offsets, shapes, names and the values
 * themselves are checked against the file's size and against what the family
 * expects, before any memory is asked for that the file could not fill. */
#ifndef MG_MODELS_SAVE_H
#define MG_MODELS_SAVE_H

#include "models/model.h"

/* Notes that travel with a model: pairs of key and value, ended by NULL. */
typedef const char *const *mg_notes;

/* Writes a model, atomically.
 *   notes  in  e.g. {"command", "marginalia fit gmm faithful", NULL}, or NULL
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason. */
int mg_model_write(const mg_model *model, mg_notes notes, const char *path);

/* Reads a model.
 *   types  in  the families it may be of, ended by NULL
 * Returns NULL with the reason: no such file, not safetensors, not of this
 * project, a family not in types, a damaged header, a tensor missing, of
 * another shape or type, or with values that make no model. */
mg_model *mg_model_read(const mg_model_type *const *types, const char *path);

#endif
