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

#include <jansson.h>

#include "models/model.h"

/* Notes that travel with a model: pairs of key and value, ended by NULL. */
typedef const char *const *mg_notes;

/* Writes a model, atomically: after an error the old file still stands.
 *   notes  in  e.g. {"command", "marginalia fit gmm faithful", NULL}, or NULL;
 *              of a text that is not UTF-8 the bytes outside ASCII become '?'
 * Returns GSL_SUCCESS; GSL_EDOM for a parameter that is NaN or holds nothing
 * (the model was not fitted); GSL_EFAILED, all with the reason and the path. */
int mg_model_write(const mg_model *model, mg_notes notes, const char *path);

/* Says what a model is in metadata: family, dequantise, space.*, option.*.
 *   metadata  inout  an object, which gets texts
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason. */
int mg_model_describe(const mg_model *model, json_t *metadata);

/* Reads a model.
 *   types  in  the families it may be of, ended by NULL
 * Returns NULL with the reason: no such file, not safetensors, not of this
 * project, a family not in types, a damaged header, a tensor missing, of
 * another shape or type, or with values that make no model.
 * A family with `reserve` shows the array of its rows, empty, with leading size
 * 0 until it has some: that is how its file's number of rows is found. */
mg_model *mg_model_read(const mg_model_type *const *types, const char *path);

/* One of the notes that travel with a model.
 *   key   in   "command"
 *   text  out  fresh memory that the caller frees; NULL: there is no such note
 * Returns GSL_SUCCESS, also when there is none; GSL_EFAILED with the reason as
 * mg_model_read; GSL_ENOMEM.  Cost: reads the file. */
int mg_model_note(const char *path, const char *key, char **text);

#endif
