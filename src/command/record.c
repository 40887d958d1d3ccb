/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of a run.
 *
 * A number can be made again only by who knows the call, the seed and the
 * versions; a time means something only with the machine and the CBLAS that was
 * really bound.  run.json holds all of that beside the tables. */
#include "config.h"

#include "command/record.h"

#include <gsl/gsl_version.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "base/file.h"
#include "base/status.h"
#include "command/cblas.h"
#include "command/threads.h"

enum { TEXT_SIZE = 512 };

void record_head(mg_table *table, const struct settings *s, unsigned long seed,
                 const mg_dataset *data) {
  char number[32];
  char *line = settings_line(s, true);
  snprintf(number, sizeof number, "%lu", seed);
  mg_table_head(table, "command", line ? line : "");
  mg_table_head(table, "version", PACKAGE_VERSION);
  mg_table_head(table, "seed", number);
  if (data)
    mg_table_head(table, "data", data->name);
  free(line);
}

/* Text that is not UTF-8 (a path) keeps its ASCII. */
static json_t *text(const char *value) {
  json_t *string = json_string(value);
  if (string)
    return string;
  char ascii[TEXT_SIZE];
  snprintf(ascii, sizeof ascii, "%s", value);
  for (char *c = ascii; *c; c++)
    if ((unsigned char)*c >= 128)
      *c = '?';
  return json_string(ascii);
}

/* JSON has no NaN. */
static json_t *real(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count(size_t value) {
  return json_integer((json_int_t)value);
}

static json_t *versions(void) {
  json_t *object = json_object();
  json_object_set_new(object, "marginalia", text(PACKAGE_VERSION));
  json_object_set_new(object, "gsl", text(gsl_version));
  json_object_set_new(object, "jansson", text(jansson_version_str()));
  json_object_set_new(object, "zlib", text(zlibVersion()));
  json_object_set_new(object, "compiler", text(COMPILER));
  return object;
}

static json_t *machine(size_t threads) {
  const struct cblas_facts facts = cblas_find();
  char features[TEXT_SIZE];
  json_t *object = json_object(), *cblas = json_object();
  json_object_set_new(cblas, "configured", text(MG_CBLAS_NAME));
  json_object_set_new(cblas, "bound", text(facts.path));
  json_object_set_new(cblas, "build", text(facts.config));
  json_object_set_new(cblas, "kernel", text(facts.core));
  json_object_set_new(cblas, "threads", json_integer(facts.threads));
  json_object_set_new(object, "cblas", cblas);
  json_object_set_new(object, "threads", count(threads_used(threads)));
  json_object_set_new(object, "processors", count(processors()));
  json_object_set_new(object, "features",
                      text(processor_features(features, sizeof features)));
  return object;
}

static json_t *data_facts(const mg_dataset *data) {
  json_t *object = json_object(), *rows = json_object();
  char space[TEXT_SIZE];
  json_object_set_new(object, "name", text(data->name));
  json_object_set_new(object, "source", text(data->source ? data->source : ""));
  json_object_set_new(object, "space",
                      text(mg_space_print(&data->space, space, sizeof space)));
  for (int part = 0; part < MG_PARTS; part++)
    json_object_set_new(rows, mg_part_text((mg_part_name)part),
                        count(mg_dataset_part(data, (mg_part_name)part).n));
  json_object_set_new(object, "rows", rows);
  return object;
}

static json_t *models(const mg_compare *c) {
  json_t *array = json_array();
  for (size_t i = 0; i < mg_compare_count(c); i++) {
    const mg_entry *entry = mg_compare_entry(c, i);
    json_t *object = json_object();
    json_object_set_new(object, "name", text(entry->type->name));
    json_object_set_new(object, "finished",
                        json_boolean(entry->done && !entry->failed));
    json_object_set_new(object, "note", text(entry->note));
    json_object_set_new(object, "seconds", real(entry->seconds));
    json_object_set_new(object, "data_seen", real(entry->data_seen));
    json_object_set_new(object, "parameters", count(entry->parameters));
    json_array_append_new(array, object);
  }
  return array;
}

static json_t *date(void) {
  char utc[32] = "";
  const time_t now = time(NULL);
  struct tm parts;
  if (gmtime_r(&now, &parts))
    strftime(utc, sizeof utc, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text(utc);
}

int record_write(const char *path, const struct settings *s,
                 const mg_dataset *data, const mg_compare *c, bool complete) {
  char *line = settings_line(s, true);
  json_t *root = json_object();
  json_object_set_new(root, "command", text(line ? line : ""));
  json_object_set_new(root, "seed", json_integer((json_int_t)settings_seed(s)));
  json_object_set_new(root, "date", date());
  json_object_set_new(root, "complete", json_boolean(complete));
  json_object_set_new(root, "data", data_facts(data));
  json_object_set_new(root, "versions", versions());
  json_object_set_new(root, "machine", machine(s->threads));
  json_object_set_new(root, "models", models(c));
  free(line);
  char *dump = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
  json_decref(root);
  if (!dump)
    return mg_fail(GSL_ENOMEM, "no memory for %s", path);
  int status = mg_file_write(path, dump, strlen(dump));
  free(dump);
  return status;
}
