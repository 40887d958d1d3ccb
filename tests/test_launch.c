/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of a chapter: each option, and each way to get it wrong. */
#include "config.h"

#include "story.h"

#include <unistd.h>

#include "lesson/launch.h"
#include "terminal/message.h"

static void begin(void) {
  gsl_set_error_handler_off();
}

TestSuite(launch, .init = begin);

enum { MOST = 80 };

/* Reads a line of words; what it says on stderr is kept in said. */
static char said[4096];

static int parse(mg_launch *launch, const char *line) {
  static char words[4096];
  char *argv[MOST] = {(char[]){"program"}};
  int argc = 1;
  snprintf(words, sizeof words, "%s", line);
  for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
    argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
  FILE *keep = tmpfile();
  const int screen = dup(STDERR_FILENO);
  fflush(stderr);
  dup2(fileno(keep), STDERR_FILENO);
  const int status = mg_launch_parse(launch, argc, argv);
  fflush(stderr);
  dup2(screen, STDERR_FILENO);
  close(screen);
  rewind(keep);
  said[fread(said, 1, sizeof said - 1, keep)] = '\0';
  fclose(keep);
  return status;
}

Test(launch, nothing_is_the_default) {
  mg_launch l;
  cr_assert_eq(parse(&l, ""), 0, "%s", said);
  cr_expect(l.seed == 1 && l.term == MG_TERM_SVG && !l.term_given, "%lu",
            l.seed);
  cr_expect(!l.quick && !l.step && !l.list && !l.help && !l.version, "a flag");
  cr_expect(!l.data && !l.out && !l.from && l.sets == 0, "a text");
}

Test(launch, every_option_is_read) {
  mg_launch l;
  cr_assert_eq(
      parse(&l, "--step --list --quick --help --version --from loop "
                "--set a=1 --set=b=2 --data faithful --label kind --seed 7 "
                "--out x --term dumb --with a.so --with=b.so"),
      0, "%s", said);
  cr_expect(l.step && l.list && l.quick && l.help && l.version, "a flag");
  cr_expect(l.seed == 7 && l.term == MG_TERM_DUMB && l.term_given, "%lu",
            l.seed);
  cr_expect_str_eq(l.from, "loop", "--from");
  cr_expect_str_eq(l.data, "faithful", "--data");
  cr_expect_str_eq(l.label, "kind", "--label");
  cr_expect_str_eq(l.out, "x", "--out");
  cr_assert_eq(l.sets, 2, "%zu settings", l.sets);
  cr_expect_str_eq(l.set[0], "a=1", "the first");
  cr_expect_str_eq(l.set[1], "b=2", "the second");
  cr_assert_eq(l.withs, 2, "%zu objects", l.withs);
  cr_expect_str_eq(l.with[0], "a.so", "the first");
  cr_expect_str_eq(l.with[1], "b.so", "the second");
}

Test(launch, letters_and_beginnings_do_too) {
  mg_launch l;
  cr_assert_eq(parse(&l, "-s 3 -o y -q -h -V --ste"), 0, "%s", said);
  cr_expect(l.seed == 3 && l.quick && l.help && l.version && l.step,
            "a letter");
  cr_expect_str_eq(l.out, "y", "-o");
}

Test(launch, what_is_wrong_is_said) {
  const struct {
    const char *line, *words;
  } wrong[] = {{"--seed -1", "--seed is '-1'"},
               {"--seed 1.5", "whole number"},
               {"--seed ''", "--seed is ''"},
               {"--seed 99999999999999999999999", "whole number"},
               {"--seed", "--seed needs N"},
               {"-s", "--seed needs N"},
               {"--term", "--term needs WORD"},
               {"--term jpg", "--term: "},
               {"--out ''", "--out is empty"},
               {"--from ''", "--from is empty"},
               {"--step=yes", "--step takes no value"},
               {"--stop", "did you mean 'step'"},
               {"--nothing", "no option 'nothing'"},
               {"-x", "no option 'x'"},
               {"-qx", "no option 'x'"},
               {"--s 1", "no option 's'"},
               {"2", "'2' is one word too many"},
               {"-- --step", "'--step' is one word too many"}};
  mg_launch l;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    cr_expect_eq(parse(&l, wrong[i].line), MG_EXIT_USAGE, "%s was taken",
                 wrong[i].line);
    cr_expect_not_null(strstr(said, wrong[i].words), "%s: %s", wrong[i].line,
                       said);
    cr_expect_not_null(strstr(said, "--help' tells more"), "%s: %s",
                       wrong[i].line, said);
  }
}

Test(launch, settings_have_an_end) {
  char line[1024] = "";
  mg_launch l;
  for (int i = 0; i < MG_LAUNCH_SETS; i++)
    strcat(line, "--set a=1 ");
  cr_expect_eq(parse(&l, line), 0, "%s", said);
  cr_expect_eq(l.sets, MG_LAUNCH_SETS, "%zu", l.sets);
  strcat(line, "--set a=1");
  cr_expect_eq(parse(&l, line), MG_EXIT_USAGE, "one too many was taken");
  line[0] = '\0';
  for (int i = 0; i < MG_LAUNCH_WITH; i++)
    strcat(line, "--with a.so ");
  cr_expect_eq(parse(&l, line), 0, "%s", said);
  strcat(line, "--with a.so");
  cr_expect_eq(parse(&l, line), MG_EXIT_USAGE, "an object too many was taken");
}

Test(launch, a_setting_is_set_by_name) {
  story_settings s = {.height = 1, .count = 2};
  cr_expect_eq(mg_launch_set(&story_chapter, "height=2.5", &s), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect_eq(mg_launch_set(&story_chapter, "fail=yes", &s), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(s.height == 2.5 && s.count == 2 && s.fail == 1, "%g %zu %d",
            s.height, s.count, s.fail);
  const char *const wrong[] = {
      "",          "height", "=1",     "height=", "height=x",
      "height=11", "high=1", "fail=2", "count=0", "height=1 "};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_expect_eq(mg_launch_set(&story_chapter, wrong[i], &s), GSL_EINVAL,
                 "'%s' was taken", wrong[i]);
  cr_expect(s.height == 2.5 && s.count == 2 && s.fail == 1, "it changed");
  mg_launch_set(&story_chapter, "height=11", &s);
  cr_expect_not_null(strstr(mg_reason(), "0 .. 10"), "%s", mg_reason());
  const mg_chapter bare = {.name = "bare"};
  cr_expect_eq(mg_launch_set(&bare, "a=1", &s), GSL_EINVAL, "no settings");
}

Test(launch, help_shows_options_and_settings) {
  STORY_PRINTED(text, mg_launch_help(stream, &story_chapter));
  cr_expect_not_null(strstr(text, "\n  --step  "), "%s", text);
  cr_expect_not_null(strstr(text, "\n  -s, --seed N"), "%s", text);
  cr_expect_not_null(strstr(text, "\n  height  "), "%s", text);
  cr_expect_not_null(strstr(text, "how high; 0 .. 10, default 1.5\n"), "%s",
                     text);
  cr_expect_not_null(strstr(text, "no|yes, default no\n"), "%s", text);
  free(text);
  const mg_chapter bare = {.name = "bare"};
  STORY_PRINTED(short_text, mg_launch_help(stream, &bare));
  cr_expect_null(strstr(short_text, "Settings"), "%s", short_text);
  free(short_text);
}

Test(launch, results_have_a_folder) {
  char text[64];
  mg_launch l = {0};
  cr_expect_str_eq(mg_launch_folder(&l, &story_chapter, text, sizeof text),
                   "marginalia-chapter-story", "%s", text);
  l.out = "x";
  cr_expect_str_eq(mg_launch_folder(&l, &story_chapter, text, sizeof text), "x",
                   "--out");
}
