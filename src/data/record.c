/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV records: a small automaton over the bytes of an input.
 *
 * Source: Y. Shafranovich (2005), RFC 4180, widened in what the world writes:
 * tabs and semicolons, any line end, blanks around a field.  Narrowed where
 * guessing would hide a mistake: a blank line between records, a stray quote
 * and a byte that is no text are errors.
 *
 * ';' comes before ',' because where ';' parts fields, ',' is often the
 * decimal comma ("1,5;2,5"); the fields then reach the reader whole, and are
 * refused as what they are.
 *
 * All fields of a record lie behind each other in one text, each ended by a 0;
 * start[i] is where field i begins.  Both grow with the longest record. */
#include "data/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"

enum { BUFFER_SIZE = 1 << 16, END = -1 };

struct mg_record {
  mg_input *input;
  unsigned char buffer[BUFFER_SIZE];
  size_t at, size; /* of what is in the buffer */
  int status;      /* of the input; no bytes come after a failure */
  int separator;
  size_t row, fields;
  char *text;
  size_t used, room; /* of text */
  size_t *start, start_room;
};

/* The next byte without taking it, or END. */
static int peek_byte(mg_record *record) {
  if (record->at == record->size) {
    if (record->status)
      return END;
    record->at = record->size = 0;
    record->status = mg_input_read_some(record->input, record->buffer,
                                        BUFFER_SIZE, &record->size);
    if (record->status || record->size == 0) {
      record->size = 0;
      return END;
    }
  }
  return record->buffer[record->at];
}

static int take_byte(mg_record *record) {
  const int byte = peek_byte(record);
  record->at += byte != END;
  return byte;
}

/* The separator of the first line, as far as it is in the buffer. */
static int find_separator(const mg_record *record) {
  bool quoted = false, tab = false, semicolon = false;
  for (size_t i = record->at; i < record->size; i++) {
    const int byte = record->buffer[i];
    if (byte == '"')
      quoted = !quoted;
    if (!quoted && (byte == '\n' || byte == '\r'))
      break;
    tab = tab || (!quoted && byte == '\t');
    semicolon = semicolon || (!quoted && byte == ';');
  }
  return tab ? '\t' : semicolon ? ';' : ',';
}

mg_record *mg_record_alloc(mg_input *input) {
  mg_record *record = calloc(1, sizeof *record);
  if (!record) {
    mg_fail(GSL_ENOMEM, "no memory to read records");
    return NULL;
  }
  record->input = input;
  peek_byte(record);
  if (record->size >= 3 && memcmp(record->buffer, "\xEF\xBB\xBF", 3) == 0)
    record->at = 3;
  record->separator = find_separator(record);
  if (record->status) {
    mg_record_free(record);
    return NULL;
  }
  return record;
}

void mg_record_free(mg_record *record) {
  if (!record)
    return;
  free(record->text);
  free(record->start);
  free(record);
}

static int append(mg_record *record, int byte) {
  if (record->used == record->room) {
    const size_t room = record->room ? 2 * record->room : 256;
    char *text = realloc(record->text, room);
    if (!text)
      return mg_fail(GSL_ENOMEM, "no memory for row %zu", record->row);
    record->text = text;
    record->room = room;
  }
  record->text[record->used++] = (char)byte;
  return GSL_SUCCESS;
}

static int begin_field(mg_record *record) {
  if (record->fields == record->start_room) {
    const size_t room = record->start_room ? 2 * record->start_room : 16;
    size_t *start = realloc(record->start, room * sizeof *start);
    if (!start)
      return mg_fail(GSL_ENOMEM, "no memory for row %zu", record->row);
    record->start = start;
    record->start_room = room;
  }
  record->start[record->fields++] = record->used;
  return GSL_SUCCESS;
}

static bool ends_line(int byte) {
  return byte == '\n' || byte == '\r' || byte == END;
}

static bool ends_field(const mg_record *record, int byte) {
  return byte == record->separator || ends_line(byte);
}

static bool is_blank(const mg_record *record, int byte) {
  return (byte == ' ' || byte == '\t') && byte != record->separator;
}

static int check_byte(const mg_record *record, int byte) {
  if ((byte < 32 && byte != '\t' && byte != '\n' && byte != '\r') ||
      byte == 127)
    return mg_fail(GSL_EFAILED,
                   "row %zu holds the byte 0x%02x, which is no text: the file "
                   "is none of IDX, NPY, CSV",
                   record->row, (unsigned)byte);
  return GSL_SUCCESS;
}

/* Behind the opening quote, up to behind the closing one. */
static int read_quoted(mg_record *record) {
  for (;;) {
    const int byte = take_byte(record);
    if (byte == END)
      return record->status ? record->status
                            : mg_fail(GSL_EFAILED,
                                      "row %zu, column %zu: the quote is "
                                      "never closed",
                                      record->row, record->fields);
    if (byte == '"' && peek_byte(record) != '"')
      break;
    if (byte == '"')
      take_byte(record);
    if (check_byte(record, byte) || append(record, byte))
      return GSL_EFAILED;
  }
  while (is_blank(record, peek_byte(record)))
    take_byte(record);
  if (!ends_field(record, peek_byte(record)))
    return mg_fail(GSL_EFAILED,
                   "row %zu, column %zu: text follows the closing quote",
                   record->row, record->fields);
  return GSL_SUCCESS;
}

static int read_plain(mg_record *record) {
  const size_t start = record->used;
  while (!ends_field(record, peek_byte(record))) {
    const int byte = take_byte(record);
    if (check_byte(record, byte) || append(record, byte))
      return GSL_EFAILED;
  }
  while (record->used > start && (record->text[record->used - 1] == ' ' ||
                                  record->text[record->used - 1] == '\t'))
    record->used--;
  return GSL_SUCCESS;
}

static int read_field(mg_record *record) {
  if (begin_field(record))
    return GSL_ENOMEM;
  while (is_blank(record, peek_byte(record)))
    take_byte(record);
  int status;
  if (peek_byte(record) == '"') {
    take_byte(record);
    status = read_quoted(record);
  } else
    status = read_plain(record);
  return status ? status : append(record, '\0');
}

/* Takes a line's end: LF, CR LF, CR, or that of the file. */
static void take_line_end(mg_record *record) {
  if (take_byte(record) == '\r' && peek_byte(record) == '\n')
    take_byte(record);
}

/* Passes over blank lines; they may only stand at the end. */
static int skip_blank_lines(mg_record *record) {
  size_t blank = 0;
  while (peek_byte(record) != END && ends_line(peek_byte(record))) {
    take_line_end(record);
    blank++;
  }
  if (blank > 0 && peek_byte(record) != END)
    return mg_fail(GSL_EFAILED, "row %zu is blank: remove the line",
                   record->row + 1);
  return record->status;
}

int mg_record_next(mg_record *record, bool *more) {
  *more = false;
  if (skip_blank_lines(record))
    return GSL_EFAILED;
  if (peek_byte(record) == END)
    return record->status;
  record->row++;
  record->fields = record->used = 0;
  for (;;) {
    const int status = read_field(record);
    if (status)
      return status;
    if (ends_line(peek_byte(record)))
      break;
    take_byte(record);
  }
  take_line_end(record);
  *more = record->status == GSL_SUCCESS;
  return record->status;
}

size_t mg_record_row(const mg_record *record) {
  return record->row;
}

size_t mg_record_fields(const mg_record *record) {
  return record->fields;
}

const char *mg_record_field(const mg_record *record, size_t i) {
  return record->text + record->start[i];
}
