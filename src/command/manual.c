/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page, as roff with the classic man macros.
 *
 * Written at build time by the program that was just built, so it is never
 * older than the program.  It carries the version and no date: the same sources
 * give the same page. */
#include "config.h"

#include "command/help.h"

#include <string.h>

#include "command/verbs.h"

enum { ITEM_SIZE = 64 };

/* Text as roff wants it: no line begins with a request, '-' and '\' stand for
 * themselves. */
static void put(FILE *stream, const char *text) {
  if (*text == '.' || *text == '\'')
    fputs("\\&", stream);
  for (; *text; text++)
    switch (*text) {
    case '\\':
      fputs("\\e", stream);
      break;
    case '-':
      fputs("\\-", stream);
      break;
    case '\'':
      fputs("\\(aq", stream);
      break;
    default:
      fputc(*text, stream);
    }
}

static void put_line(FILE *stream, const char *text) {
  put(stream, text);
  fputc('\n', stream);
}

static void paragraph(FILE *stream, const char *line) {
  fputs(".PP\n", stream);
  put_line(stream, line);
}

static void example(FILE *stream, const char *line) {
  fputs("marginalia ", stream);
  put_line(stream, line);
}

/* A hanging item: what in bold, then text. */
static void item(FILE *stream, const char *what, const char *text) {
  fputs(".TP\n\\fB", stream);
  put(stream, what + strspn(what, " "));
  fputs("\\fR\n", stream);
  put_line(stream, text);
}

static void items(FILE *stream, const char *const *pairs) {
  for (; *pairs; pairs += 2)
    item(stream, pairs[0], pairs[1]);
}

static void verb_sections(FILE *stream, const struct grammar *grammar);

static void verb_section(FILE *stream, const struct grammar *grammar,
                         const struct verb *verb) {
  char text[ITEM_SIZE];
  fputs(".SS \"", stream);
  put(stream, grammar->before);
  put(stream, help_verb(verb, text, sizeof text));
  fputs("\"\n", stream);
  help_lines(stream, verb->text, paragraph);
  paragraph(stream, "Takes");
  for (const struct option_entry *e = grammar->options; e->name; e++)
    if (e->verbs && verb_takes(verb, e)) {
      fputs("\\fB\\-\\-", stream);
      put(stream, e->name);
      fputs("\\fR,\n", stream);
    }
  fputs("\\fB\\-\\-help\\fR.\n", stream);
  if (verb->inner)
    verb_sections(stream, verb->inner);
  if (!verb->passes || verb->inner)
    return;
  paragraph(stream, "Every chapter takes, behind CHAPTER:");
  for (const mg_launch_option *o = mg_launch_options; o->name; o++)
    item(stream, help_passed(o, text, sizeof text), o->help);
}

static void verb_sections(FILE *stream, const struct grammar *grammar) {
  for (const struct verb *v = grammar->verbs; v->name; v++)
    if (!v->hidden)
      verb_section(stream, grammar, v);
}

static void options(FILE *stream, const struct grammar *grammar) {
  char text[ITEM_SIZE];
  for (const struct option_entry *e = grammar->options; e->name; e++)
    if (grammar == &main_grammar || e->verbs)
      item(stream, help_option(e, text, sizeof text), e->help);
}

static void examples(FILE *stream, const struct grammar *grammar) {
  for (const struct verb *v = grammar->verbs; v->name; v++) {
    help_lines(stream, v->examples, example);
    if (v->inner)
      examples(stream, v->inner);
  }
}

int command_manual(const struct settings *settings) {
  (void)settings;
  FILE *out = stdout;
  fputs(".\\\" Made by marginalia print-manual.\n"
        ".TH MARGINALIA 1 \"\" \"marginalia " PACKAGE_VERSION
        "\" \"User Commands\"\n"
        ".SH NAME\nmarginalia \\- fit generative models and compare them by "
        "log p(x)\n"
        ".SH SYNOPSIS\n.B marginalia\n"
        "\\fIVERB\\fR [\\fIOPERAND\\fR]... [\\fIOPTION\\fR]...\n"
        ".SH DESCRIPTION\n",
        out);
  put_line(out, help_line);
  paragraph(out, "Results are printed on standard output, everything else on "
                 "standard error. Numbers have a decimal point in every "
                 "locale.");
  fputs(".SH VERBS\n", out);
  verb_sections(out, &main_grammar);
  fputs(".SH OPTIONS\n", out);
  options(out, &main_grammar);
  fputs(".SS \"Of exercise, behind its VERB\"\n", out);
  options(out, &exercise_grammar);
  fputs(".SH \"EXIT STATUS\"\n", out);
  items(out, help_exits);
  fputs(".SH ENVIRONMENT\n", out);
  items(out, help_environment);
  fputs(".SH EXAMPLES\n.nf\n", out);
  examples(out, &main_grammar);
  fputs(".fi\n", out);
  fputs(".SH \"SEE ALSO\"\n.BR gnuplot (1)\n", out);
  return 0;
}
