/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a CSV file, one at a time, as RFC 4180 has them.
 *
 * Fields are parted by tab, ';' or ','; a field in double quotes may hold
 * separators, line ends and, doubled, quotes.  Lines end with LF, CR LF or CR.
 * The reasons of failures do not name the file. */
#ifndef MG_DATA_RECORD_H
#define MG_DATA_RECORD_H

#include <stdbool.h>

#include "data/input.h"

typedef struct mg_record mg_record;

/* A reader at the beginning of input, which stays the caller's.  A byte order
 * mark is passed over.  The separator is the one that the first line holds
 * outside quotes: tab before ';' before ','.
 * Returns NULL with the reason. */
mg_record *mg_record_alloc(mg_input *input);

/* Frees the reader; NULL is allowed. */
void mg_record_free(mg_record *record);

/* Reads the next record.
 *   more  out  false at the end of the file, and then there is no record
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason: bytes that are not text, a
 * quote never closed, text behind a closing quote, a blank line between
 * records (blank lines at the end are passed over), a damaged file. */
int mg_record_next(mg_record *record, bool *more);

/* The number of this record, from 1, and how many fields it has. */
size_t mg_record_row(const mg_record *record);
size_t mg_record_fields(const mg_record *record);

/* Field number i from 0, without quotes or the blanks around it; valid until
 * the next record. */
const char *mg_record_field(const mg_record *record, size_t i);

#endif
