/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terminals: their words, what each draws, and what is told where gnuplot does
 * not have one. */
#include "config.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "drawing.h"

static void begin(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(term, .init = begin, .fini = folder_leave);

Test(term, words_are_kinds) {
  static const struct {
    const char *word;
    mg_term_kind kind;
  } words[] = {{"svg", MG_TERM_SVG},   {"png", MG_TERM_PNG},
               {"pdf", MG_TERM_PDF},   {"gif", MG_TERM_GIF},
               {"dumb", MG_TERM_DUMB}, {"sixel", MG_TERM_SIXEL},
               {"qt", MG_TERM_QT},     {"none", MG_TERM_NONE}};
  char list[128] = "";
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    mg_term_kind kind = MG_TERM_NONE;
    cr_expect_eq(mg_term_parse(words[i].word, &kind), GSL_SUCCESS,
                 "%s is refused", words[i].word);
    cr_expect_eq(kind, words[i].kind, "%s is another", words[i].word);
    cr_expect_str_eq(mg_term_word(kind), words[i].word, "another word");
    size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
             words[i].word);
  }
  cr_expect_str_eq(mg_term_words(), list, "the list is another");
}

Test(term, another_word_is_refused_with_the_list) {
  const char *bad[] = {"", "SVG", "svg ", "sv", "jpeg"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mg_term_kind kind = MG_TERM_PDF;
    cr_expect_eq(mg_term_parse(bad[i], &kind), GSL_EINVAL, "took '%s'", bad[i]);
    cr_expect_eq(kind, MG_TERM_PDF, "'%s' changed the kind", bad[i]);
    cr_expect_not_null(strstr(mg_reason(), mg_term_words()), "%s", mg_reason());
  }
}

/* Draws name into a stream and returns what came; the caller frees it. */
static char *draw_text(const char *name, mg_term terminal) {
  char *text = NULL;
  size_t size;
  terminal.stream = open_memstream(&text, &size);
  cr_assert_not_null(terminal.stream, "no stream");
  cr_assert_eq(mg_figure_draw(".", name, &terminal, LIMIT), GSL_SUCCESS, "%s",
               mg_reason());
  fclose(terminal.stream);
  return text;
}

/* One figure for all: a title that is not ASCII, a line that climbs. */
static void write_curves(void) {
  mg_figure *figure = new_figure("curves", "Évidence ± …");
  mg_table *table = mg_table_alloc("model data_seen log_likelihood");
  for (size_t i = 1; i < 9; i++) {
    mg_table_row(table);
    mg_table_text(table, "gmm");
    mg_table_size(table, 100 * i);
    mg_table_real(table, -1.0 / (double)i);
  }
  give(figure, "curves", table);
  cr_assert_eq(mg_figure_write(figure, ".", "c"), GSL_SUCCESS, "%s",
               mg_reason());
  mg_figure_free(figure);
}

/* Characters, not bytes: those that do not go on a character. */
static size_t widest_line(const char *text, size_t *lines) {
  size_t width = 0, widest = 0;
  for (*lines = 0; *text; text++) {
    width += (*text & 0xC0) != 0x80;
    if (*text == '\n') {
      widest = width - 1 > widest ? width - 1 : widest;
      width = 0;
      ++*lines;
    }
  }
  return widest;
}

static void expect_page(const char *text, size_t columns, size_t lines) {
  size_t there;
  cr_expect_eq(widest_line(text, &there), columns, "%zu columns wide",
               widest_line(text, &there));
  cr_expect_eq(there, lines, "%zu lines", there);
  for (const char *c = text; *c; c++)
    cr_assert(*c == '\n' || (*c & 0x80) || (*c >= ' ' && *c < 127),
              "a control character %d", *c);
}

Test(term, dumb_is_a_page_of_ascii) {
  need_gnuplot();
  write_curves();
  char *text = draw_text("c", (mg_term){.kind = MG_TERM_DUMB});
  expect_page(text, 79, 24);
  for (const char *c = text; *c; c++)
    cr_assert(!(*c & 0x80), "not ASCII:\n%s", text);
  cr_expect_not_null(strstr(text, "?vidence + ."), "no title:\n%s", text);
  cr_expect_not_null(strstr(text, "gmm"), "no name:\n%s", text);
  cr_expect_neq(access("c.dumb", F_OK), 0, "a file was written too");
  free(text);
}

Test(term, dumb_is_utf8_of_any_size_where_asked) {
  need_gnuplot();
  write_curves();
  mg_term terminal = {
      .kind = MG_TERM_DUMB, .columns = 100, .lines = 40, .utf8 = true};
  char *text = draw_text("c", terminal);
  expect_page(text, 100, 40);
  cr_expect_not_null(strstr(text, "Évidence ± …"), "no title:\n%s", text);
  free(text);
}

Test(term, dumb_has_colours_where_asked) {
  need_gnuplot();
  write_curves();
  char *text = draw_text("c", (mg_term){.kind = MG_TERM_DUMB, .colour = true});
  cr_expect_not_null(strstr(text, "\033[38;5;"), "no colours:\n%s", text);
  free(text);
}

/* A kind of file, and how its files begin. */
static void expect_file(mg_term_kind kind, const char *magic) {
  char file[16];
  mg_term terminal = {.kind = kind};
  int status = mg_figure_draw(".", "c", &terminal, LIMIT);
  if (status == GSL_EUNSUP)
    return; /* a gnuplot without it */
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_reason());
  snprintf(file, sizeof file, "c.%s", mg_term_word(kind));
  char *text = read_text(file);
  cr_expect_eq(strncmp(text, magic, strlen(magic)), 0, "%s begins otherwise",
               file);
  free(text);
}

Test(term, files_are_of_their_kinds) {
  need_gnuplot();
  write_curves();
  expect_file(MG_TERM_SVG, "<?xml");
  expect_file(MG_TERM_PNG, "\x89PNG");
  expect_file(MG_TERM_PDF, "%PDF");
  expect_file(MG_TERM_GIF, "GIF8");
}

Test(term, sixels_go_to_the_stream) {
  need_gnuplot();
  write_curves();
  char *text = NULL;
  size_t size;
  mg_term terminal = {.kind = MG_TERM_SIXEL,
                      .stream = open_memstream(&text, &size)};
  int status = mg_figure_draw(".", "c", &terminal, LIMIT);
  fclose(terminal.stream);
  if (status == GSL_EUNSUP)
    cr_expect_eq(size, 0, "something went to the stream");
  else
    cr_expect_eq(strncmp(text, "\033P", 2), 0, "no sixels");
  free(text);
}

Test(term, none_runs_nothing) {
  mg_term none = {.kind = MG_TERM_NONE};
  cr_expect_eq(mg_figure_draw(".", "not there", &none, LIMIT), GSL_SUCCESS,
               "%s", mg_reason());
}

Test(term, text_without_a_stream_is_refused) {
  mg_term dumb = {.kind = MG_TERM_DUMB};
  cr_expect_eq(mg_figure_draw(".", "c", &dumb, LIMIT), GSL_EINVAL, "drew it");
}

/* A gnuplot on PATH that complains and fails, as the real one would. */
static void fake_gnuplot(const char *complaint) {
  char text[512];
  snprintf(text, sizeof text, "#!/bin/sh\necho '%s' >&2\nexit 1\n", complaint);
  cr_assert_eq(mg_file_write("gnuplot", text, strlen(text)), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(chmod("gnuplot", 0700), 0, "not executable");
  write_script("plot x\n");
  cr_assert_eq(setenv("PATH", folder, 1), 0, "PATH stays");
}

static void expect_refusal(mg_term_kind kind, const char *reason) {
  char *text = NULL;
  size_t size;
  mg_term terminal = {.kind = kind, .stream = open_memstream(&text, &size)};
  int status = mg_figure_draw(".", "hand", &terminal, LIMIT);
  fclose(terminal.stream);
  cr_expect_eq(status, GSL_EUNSUP, "%d: %s", status, mg_reason());
  cr_expect_str_eq(mg_reason(), reason, "%s", mg_reason());
  cr_expect_eq(size, 0, "something went to the stream");
  free(text);
}

Test(term, one_that_gnuplot_lacks_is_told_with_a_remedy) {
  fake_gnuplot("line 9: unknown or ambiguous terminal name; type just");
  expect_refusal(MG_TERM_QT, "this gnuplot is built without qt: install the "
                             "package gnuplot-qt, or take dumb");
  expect_refusal(MG_TERM_SIXEL, "this gnuplot is built without sixel: install "
                                "another gnuplot or take dumb");
}

Test(term, a_window_without_a_screen_is_told) {
  fake_gnuplot("qt.qpa.xcb: could not connect to display");
  expect_refusal(MG_TERM_QT, "there is no screen here for a window: take dumb, "
                             "which draws with characters, or svg");
}

/* What a window is given: gnuplot answers with its environment and its group.
 */
Test(term, a_window_has_the_screen_and_a_group_of_its_own) {
  const char text[] = "#!/bin/sh\necho $DISPLAY >there\n"
                      "cut -d' ' -f5 /proc/$$/stat >>there\n";
  char screen[] = "DISPLAY=:99", *environment[] = {screen, NULL};
  mg_term window = {.kind = MG_TERM_QT, .environment = environment};
  fake_gnuplot("");
  cr_assert_eq(mg_file_write("gnuplot", text, sizeof text - 1), GSL_SUCCESS,
               "%s", mg_reason());
  cr_assert_eq(chmod("gnuplot", 0700), 0, "not executable");
  cr_assert_eq(mg_figure_draw(".", "hand", &window, LIMIT), GSL_SUCCESS, "%s",
               mg_reason());
  char *there = read_text("there");
  cr_expect_eq(strncmp(there, ":99\n", 4), 0, "no screen: %s", there);
  if (access("/proc/self/stat", R_OK) == 0 && strlen(there) > 5)
    cr_expect_neq(atoi(there + 4), (int)getpgrp(), "the caller's group");
  free(there);
}

/* The system's own: qt is there or told of, and never hangs. */
Test(term, the_window_of_this_gnuplot_is_told_of_or_missing) {
  need_gnuplot();
  write_curves();
  mg_term window = {.kind = MG_TERM_QT};
  int status = mg_figure_draw(".", "c", &window, LIMIT);
  cr_expect(status == GSL_EUNSUP, "%d: %s", status, mg_reason());
}
