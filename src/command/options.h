/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be typed: the verbs, the options, and what a call said.
 *
 * Two tables, a grammar, and nothing else knows a name; a verb may have a
 * grammar of its own, as `exercise` has.  The parser, --help, the manual
 * page and the completion of bash are all made from them, so that none can
 * promise what another does not keep. */
#ifndef MG_COMMAND_OPTIONS_H
#define MG_COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { SETS_MOST = 64, CALLED_SIZE = 32 };
#define NOT_GIVEN ((size_t)-1)
#define MANY ((size_t)-2)

struct verb;
struct option_entry;

struct grammar {
  const char *before; /* what is typed before its verbs: "", "exercise " */
  const struct verb *verbs;
  const struct option_entry *options;
};

/* One call, as it was typed. */
struct settings {
  const struct grammar *grammar;
  const struct verb *verb;
  char called[CALLED_SIZE]; /* the verb in full, "exercise check" */
  const char **operand;
  size_t operands;
  const char *set[SETS_MOST]; /* name=value, in order */
  size_t sets;
  const char *out, *split, *label, *labels, *method; /* NULL: not given */
  const char *checkpoint, *resume, *binarise;        /* NULL: not given */
  const char *test, *test_labels, *part;             /* NULL: not given */
  size_t seed, rows, levels, seeds;                  /* or NOT_GIVEN */
  const char *figure, *term, *noise;                 /* NULL: not given */
  size_t draws, weights, temperatures;               /* or NOT_GIVEN */
  size_t threads, count;                             /* with their defaults */
  bool quick, help, version;
  bool watch, give_up;       /* of exercise */
  const char *inputs, *file; /* of exercise; NULL: not given */
  bool csv, json, gradescope, autolab, junit, reveal, unconfined; /* grade */
  const char *exercises, *course, *key, *student; /* NULL: not given */
  const char *report;                             /* the file of one */
  size_t jobs;                                    /* or NOT_GIVEN */
  char **rest; /* of a verb that passes: argv behind its operand, else NULL */
  int argc;
  char **argv;
};

struct verb {
  const char *name;     /* NULL ends the table */
  const char *operands; /* as in help: "MODEL DATA", "[NAME]", "" */
  size_t least, most;   /* operands; MANY: no limit */
  bool hidden;          /* not in help */
  bool passes;          /* what follows its operand is read elsewhere */
  const char *line;     /* what it does, in a few words */
  const char *text;     /* paragraphs, parted by '\n' */
  const char *examples; /* a line each */
  int (*run)(const struct settings *settings); /* returns the exit status */
  const struct grammar *inner;                 /* its own, or NULL */
};

enum option_kind {
  OPTION_FLAG,  /* bool */
  OPTION_COUNT, /* size_t, min <= value <= max */
  OPTION_TEXT,  /* const char * */
  OPTION_LIST   /* into set[] */
};

struct option_entry {
  const char *name; /* NULL ends the table */
  char letter;      /* 0: none */
  enum option_kind kind;
  const char *argument; /* as in help; NULL for a flag */
  size_t offset;        /* in struct settings */
  size_t min, max;
  const char *verbs; /* that take it, parted by blanks; NULL: every one */
  const char *help;
};

extern const struct grammar main_grammar, exercise_grammar;

/* The verb of that name, hidden ones too, or NULL. */
const struct verb *verb_find(const struct grammar *grammar, const char *name);

/* Does a verb take an option? */
bool verb_takes(const struct verb *verb, const struct option_entry *option);

/* Reads a command line by a grammar; options may stand anywhere before "--",
 * and of a verb that passes before its operand only, where it takes --help and
 * no other. Returns 0; 2 when it makes no sense, and then it has said why. */
int settings_parse(struct settings *settings, const struct grammar *grammar,
                   int argc, char **argv);

/* Frees what a call was read into. */
void settings_clear(struct settings *settings);

/* The seed that was given, or 1. */
unsigned long settings_seed(const struct settings *settings);

/* The draws of noise a datum that were given, or 4. */
size_t settings_draws(const struct settings *settings);

/* The call as a line for a shell, in fresh memory that the caller frees; NULL
 * when short.
 *   whole  in  false: without --threads, --out, --checkpoint and --resume,
 *              which change no result, so that a model's file has the same
 *              bytes whatever they were */
char *settings_line(const struct settings *settings, bool whole);

/* Cuts "name=value" in two: name into `name`, size bytes.
 * Returns value; NULL, with the reason, when there is no '=' or no name. */
const char *set_split(const char *text, char *name, size_t size);

#endif
