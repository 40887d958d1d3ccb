/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia plot: pictures of a model in a file.
 *
 * Without --figure every figure that there is of such a model and such data;
 * one that was asked for by name and cannot be is an error. */
#include "config.h"

#include "command/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "command/load.h"
#include "command/plot_figures.h"
#include "terminal/message.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

enum { NAME_SIZE = 160, TEXT_SIZE = 400 };

extern char **environ;

/* The kind that --figure names.
 * Returns 0; MG_EXIT_USAGE after a message. */
static int find_kind(const char *name, const struct plot_kind **kind) {
  char text[TEXT_SIZE] = "";
  size_t used = 0;
  for (size_t i = 0; (*kind = plot_kind_at(i)); i++) {
    const char *known = plot_kind_name(*kind);
    if (strcmp(known, name) == 0)
      return 0;
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                             i ? ", " : "", known);
  }
  return mg_message_usage("plot", "--figure is '%.40s': give %s", name, text);
}

static int find_term(const struct settings *s, mg_term *term) {
  *term = (mg_term){.kind = MG_TERM_SVG,
                    .stream = stdout,
                    .columns = (unsigned)mg_text_width(stdout),
                    .utf8 = mg_terminal_utf8(),
                    .colour = mg_terminal_colours(stdout),
                    .environment = environ};
  if (!s->term || mg_term_parse(s->term, &term->kind) == GSL_SUCCESS)
    return 0;
  return mg_message_usage("plot", "--term: %s", mg_reason());
}

/* --out, or a folder that is called by the model's file. */
static const char *folder_of(const struct settings *s, char *text,
                             size_t size) {
  const char *path = s->operand[0], *slash = strrchr(path, '/');
  char stem[NAME_SIZE];
  file_stem(slash ? slash + 1 : path, stem, sizeof stem);
  char *ending = strstr(stem, ".safetensors");
  if (ending)
    *ending = '\0';
  snprintf(text, size, "marginalia-plot-%s", stem);
  return load_folder(s, text);
}

static int draw(const struct plot_kind *kind, const struct portrait *p,
                struct gallery *g) {
  if (plot_kind_draw(kind, p, g) != GSL_SUCCESS)
    return mg_message_reason(NULL, EXIT_FAILURE);
  const bool picture =
      !g->blind && g->term.kind >= MG_TERM_SVG && g->term.kind <= MG_TERM_GIF;
  printf("%s/%s.%s: %s\n", g->folder, plot_kind_name(kind),
         picture ? mg_term_word(g->term.kind) : "gp", plot_kind_line(kind));
  return 0;
}

static int draw_all(const struct portrait *p, struct gallery *g) {
  const struct plot_kind *kind;
  int status = 0;
  for (size_t i = 0; status == 0 && (kind = plot_kind_at(i)); i++) {
    const char *why = plot_kind_cannot(kind, p);
    if (!why)
      status = draw(kind, p, g);
    else
      printf("no %s: %s\n", plot_kind_name(kind), why);
  }
  return status;
}

static int plot(const struct fitted *f, const struct plot_kind *kind,
                const mg_term *term) {
  char text[2 * NAME_SIZE];
  struct portrait p;
  struct gallery g = {.term = *term};
  int status = EXIT_FAILURE;
  if (portrait_take(&p, f) != GSL_SUCCESS) {
    mg_message_reason(f->settings.operand[0], EXIT_FAILURE);
  } else if (kind && plot_kind_cannot(kind, &p)) {
    mg_message("%s: no %s: %s", f->settings.operand[0], plot_kind_name(kind),
               plot_kind_cannot(kind, &p));
  } else {
    g.folder = folder_of(&f->settings, text, sizeof text);
    if (g.folder)
      status = kind ? draw(kind, &p, &g) : draw_all(&p, &g);
  }
  portrait_clear(&p);
  return status;
}

int command_plot(const struct settings *given) {
  const struct plot_kind *kind = NULL;
  mg_term term;
  int status = find_term(given, &term);
  if (status == 0 && given->figure)
    status = find_kind(given->figure, &kind);
  if (status != 0)
    return status;
  struct fitted f;
  status = fitted_load(&f, given);
  if (status == 0)
    status = plot(&f, kind, &term);
  fitted_clear(&f);
  return status;
}
