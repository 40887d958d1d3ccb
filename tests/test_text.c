/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text: it keeps to the width of the window, and the pieces of a table fit
 * under each other. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "terminal/terminal.h"
#include "terminal/text.h"
#include "window.h"

static char *bytes;
static size_t size;

static FILE *page_open(void) {
  FILE *page = open_memstream(&bytes, &size);
  cr_assert(page != NULL, "no stream");
  return page;
}

static void page_expect(FILE *page, const char *text) {
  fclose(page);
  cr_expect_str_eq(bytes, text, "printed:\n%s", bytes);
  free(bytes);
}

static size_t longest_line(const char *text) {
  size_t most = 0;
  for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
    size_t length = strcspn(text, "\n");
    most = length > most ? length : most;
  }
  return most;
}

Test(text, words_of_a_list_come_one_by_one) {
  const char *at = "  one  three ";
  char word[4];
  cr_assert((at = mg_text_word(at, word, sizeof word)), "no first word");
  cr_expect_str_eq(word, "one", "'%s'", word);
  cr_assert((at = mg_text_word(at, word, sizeof word)), "no second word");
  cr_expect_str_eq(word, "thr", "not cut: '%s'", word);
  cr_expect_str_eq(at, " ", "behind it: '%s'", at);
  cr_expect_null(mg_text_word(at, word, sizeof word), "a third word");
  cr_expect_str_empty(word, "'%s'", word);
}

static const char sentence[] =
    "A mixture of Gaussians is fitted by EM: the E step closes the gap "
    "between the bound and log p(x), the M step lifts their sum.";

Test(text, characters_are_counted_not_bytes) {
  cr_expect(mg_text_columns("") == 0, "nothing");
  cr_expect(mg_text_columns("log p") == 5, "ASCII");
  cr_expect(mg_text_columns("\302\261 \316\270") == 3, "plus-minus, theta");
}

Test(text, pad_puts_blanks_on_either_side) {
  FILE *page = page_open();
  mg_text_pad(page, "ab", 4);
  mg_text_pad(page, "\316\270", -3);
  mg_text_pad(page, "long", 2);
  page_expect(page, "ab    \316\270long");
}

Test(text, print_is_printf_wrapped) {
  FILE *page = page_open();
  mg_text_print(page, "%s %d, %.40s %s", "chapter", 2, sentence, sentence);
  page_expect(page,
              "chapter 2, A mixture of Gaussians is fitted by EM: A mixture of "
              "Gaussians is\nfitted by EM: the E step closes the gap between "
              "the bound and log p(x), the M\nstep lifts their sum.\n");
}

Test(text, no_terminal_is_a_page) {
  setenv("COLUMNS", "30", 1);
  FILE *page = page_open();
  cr_expect(mg_text_width(page) == 79, "%zu columns", mg_text_width(page));
  mg_text_wrap(page, sentence, 0, 2);
  page_expect(page, "A mixture of Gaussians is fitted by EM: the E step closes "
                    "the gap between the\n  bound and log p(x), the M step "
                    "lifts their sum.\n");
}

Test(text, a_line_may_fill_the_page_and_no_more) {
  FILE *page = page_open();
  char word[81];
  memset(word, 'x', 80);
  word[80] = '\0';
  word[39] = ' ';
  mg_text_wrap(page, word, 0, 0); /* 39 + 1 + 40 = 80 */
  mg_text_wrap(page, word + 1, 0, 0);
  fclose(page);
  cr_expect(strcspn(bytes, "\n") == 39, "80 columns: %s", bytes);
  cr_expect(strcspn(bytes + 81, "\n") == 79, "79 columns: %s", bytes + 81);
  free(bytes);
}

Test(text, width_follows_the_window) {
  static const unsigned short windows[] = {1, 20, 21, 40, 79, 80, 81, 200};
  static const size_t widths[] = {20, 20, 20, 39, 78, 79, 79, 79};
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
    struct window w = window_open(windows[i]);
    cr_expect(mg_text_width(w.stream) == widths[i], "%zu columns of %u",
              mg_text_width(w.stream), windows[i]);
    window_close(&w);
  }
}

/* "2 .. 100" goes to the next line as a whole. */
Test(text, a_range_is_one_word) {
  FILE *page = page_open();
  char text[100];
  memset(text, 'x', 72);
  strcpy(text + 72, ": 2 .. 100 and 3 .. 4");
  mg_text_wrap(page, text, 0, 2);
  text[73] = '\0';
  char wanted[200];
  snprintf(wanted, sizeof wanted, "%s\n  2 .. 100 and 3 .. 4\n", text);
  page_expect(page, wanted);
}

Test(text, a_window_of_40_columns_wraps_in_it) {
  char text[1000];
  struct window w = window_open(40);
  mg_text_wrap(w.stream, sentence, 0, 2);
  window_read(&w, text, sizeof text);
  cr_expect_str_eq(text,
                   "A mixture of Gaussians is fitted by EM:\n"
                   "  the E step closes the gap between the\n"
                   "  bound and log p(x), the M step lifts\n"
                   "  their sum.\n",
                   "%s", text);
  mg_text_item(w.stream, "--seed", sentence, 12);
  window_read(&w, text, sizeof text);
  cr_expect(strncmp(text, "  --seed    A mixture", 21) == 0, "%s", text);
  cr_expect(longest_line(text) <= 39, "%s", text);
  mg_text_item(w.stream, "--seed", sentence, 26);
  window_read(&w, text, sizeof text);
  cr_expect(strncmp(text, "  --seed\n      A mixture", 24) == 0, "%s", text);
  cr_expect(longest_line(text) <= 39, "%s", text);
  mg_text_item(w.stream, "", sentence, 26);
  window_read(&w, text, sizeof text);
  cr_expect(strncmp(text, "      A mixture", 15) == 0, "%s", text);
  window_close(&w);
}

Test(text, items_hang_on_a_page) {
  FILE *page = page_open();
  mg_text_item(page, "--seed", "where chance starts", 12);
  mg_text_item(page, "--a-longer-name", "a line of its own", 12);
  page_expect(page, "  --seed    where chance starts\n  --a-longer-name\n"
                    "            a line of its own\n");
}

/* ---- tables ---- */

static mg_table *squares(size_t rows) {
  mg_table *t = mg_table_alloc("word square");
  cr_assert(t != NULL, "no memory");
  for (size_t i = 0; i < rows; i++) {
    mg_table_row(t);
    mg_table_text(t, i % 2 ? "odd" : "\303\251ven");
    mg_table_size(t, i * i);
  }
  return t;
}

Test(text, a_table_in_columns) {
  mg_table *t = squares(3);
  FILE *page = page_open();
  mg_text_table(page, t);
  page_expect(page, "word square\n\303\251ven      0\nodd       1\n"
                    "\303\251ven      4\n");
  mg_table_free(t);
}

/* A line is broken between two columns, and never in a pipe. */
Test(text, a_wide_table_is_broken_in_a_window) {
  static const char name[] = "abcdefghijklmno prior likelihood posterior";
  mg_table *t = mg_table_alloc(name);
  char text[4096];
  struct window w = window_open(30);
  mg_table_row(t);
  for (int i = 0; i < 4; i++)
    mg_table_size(t, (size_t)i);
  mg_text_table(w.stream, t);
  const char *seen = window_read(&w, text, sizeof text);
  cr_expect_str_eq(seen,
                   "abcdefghijklmno prior\n  likelihood posterior\n"
                   "0                   1\n           2         3\n",
                   "%s", seen);
  window_close(&w);
  mg_table_free(t);
  static const char wide[] = "a_column_of_this_width_and_a_little_more "
                             "another_one_that_does_not_fit_into_a_page";
  t = mg_table_alloc(wide);
  FILE *page = page_open();
  mg_text_table_names(page, t);
  fclose(page);
  cr_expect(strncmp(bytes, wide, strlen(wide)) == 0, "%s", bytes);
  free(bytes);
  mg_table_free(t);
}

Test(text, pieces_of_a_table_are_the_table) {
  mg_table *t = squares(1200);
  FILE *page = page_open();
  mg_text_table(page, t);
  fclose(page);
  char *whole = bytes;
  page = page_open();
  mg_text_table_names(page, t);
  for (size_t i = 0; i < 1200; i += 7)
    mg_text_table_rows(page, t, i, 7); /* the last piece has 3 */
  mg_text_table_rows(page, t, 1200, 5);
  mg_text_table_rows(page, t, 5000, (size_t)-1);
  mg_text_table_rows(page, t, 3, 0);
  page_expect(page, whole);
  free(whole);
  mg_table_free(t);
}

Test(text, the_middle_of_a_long_table_is_left_out) {
  mg_table *t = squares(60);
  FILE *page = page_open();
  mg_text_table_brief(page, t, 0, 60, 3);
  mg_text_table_brief(page, t, 10, 4, 2);
  mg_text_table_brief(page, t, 57, 10, 0);
  page_expect(page, "\303\251ven      0\nodd       1\n... 57 more rows\n"
                    "odd    3481\n"
                    "\303\251ven    100\n... 2 more rows\nodd     169\n"
                    "... 3 more rows\n");
  mg_table_free(t);
}

Test(text, a_line_about_one_row_is_that_row) {
  mg_table *t = squares(5);
  FILE *page = page_open();
  mg_text_table_rows(page, t, 0, 5);
  fclose(page);
  char *whole = bytes;
  page = page_open();
  mg_text_table_brief(page, t, 0, 5, 4);
  page_expect(page, whole);
  free(whole);
  mg_table_free(t);
}
