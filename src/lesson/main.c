/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chapter as a program.
 *
 * Told from end to end, every step prints its prose, its numbers and its
 * tables, and its figures are drawn as the story passes them; the tables are
 * written at the end, also after Ctrl-C.  With --step the reader takes over
 * (orders.c). */
#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/blas.h"
#include "base/file.h"
#include "base/status.h"
#include "data/catalogue.h"
#include "data/files.h"
#include "lesson/chapters.h"
#include "lesson/gallery.h"
#include "lesson/launch.h"
#include "lesson/orders.h"
#include "lesson/substitute.h"
#include "lesson/walk.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/terminal.h"

enum { TEXT_SIZE = 256 };

/* ---- from end to end ---- */

static int draw(mg_lesson *lesson, const mg_step *step, const char *folder,
                const mg_term *terminal) {
  char file[2 * TEXT_SIZE];
  for (const mg_picture *p = step->pictures; p->name; p++) {
    const int status =
        mg_gallery_keep(lesson, p, folder, terminal, file, sizeof file);
    if (status == GSL_EUNSUP)
      mg_message("%s", mg_reason());
    else if (status != GSL_SUCCESS)
      return status;
    printf("%s%s\n", p == step->pictures ? "\n" : "", file);
  }
  return GSL_SUCCESS;
}

static int tell_step(mg_lesson *lesson, const char *folder,
                     const mg_term *terminal) {
  const mg_step *step = mg_lesson_step(lesson);
  const int status = mg_walk_tell(stdout, lesson, MG_WALK_WHOLE, 1);
  if (status != GSL_SUCCESS || !lesson->ended)
    return status;
  return draw(lesson, step, folder, terminal);
}

static int tell(mg_lesson *lesson, const mg_launch *launch,
                const char *folder) {
  mg_term terminal = {.kind = launch->term,
                      .stream = stdout,
                      .utf8 = mg_terminal_utf8(),
                      .environment = environ};
  if (mg_folder_make(folder) != GSL_SUCCESS)
    return mg_message_reason(NULL, EXIT_FAILURE);
  mg_interrupt_watch("stopping; Ctrl-C again ends at once");
  int status = GSL_SUCCESS;
  while (!mg_lesson_over(lesson) && status == GSL_SUCCESS && !mg_interrupted())
    status = tell_step(lesson, folder, &terminal);
  const int told = status;
  if (told != GSL_SUCCESS)
    mg_message_reason(NULL, EXIT_FAILURE);
  if (mg_gallery_write(lesson, folder) != GSL_SUCCESS)
    return mg_message_reason(folder, EXIT_FAILURE);
  printf("\nwritten: tables, numbers and figures in %s\n", folder);
  if (told != GSL_SUCCESS)
    return EXIT_FAILURE;
  if (!mg_lesson_over(lesson))
    return MG_EXIT_INTERRUPTED;
  puts("to write some of its functions yourself: marginalia exercise");
  return 0;
}

/* ---- beginning ---- */

/* Computes the steps before --from; they can be gone back to. */
static int skip(mg_lesson *lesson, const char *from) {
  const size_t to = from ? mg_lesson_find(lesson, from) : 0;
  if (to == lesson->steps)
    return mg_message_usage(NULL, "--from: %s", mg_reason());
  while (lesson->place.step < to)
    if (mg_lesson_remember(lesson) != GSL_SUCCESS ||
        mg_walk_pieces(lesson, MG_WALK_WHOLE, 1) != GSL_SUCCESS)
      return mg_message_reason(NULL, EXIT_FAILURE);
  return 0;
}

static int run(mg_lesson *lesson, const mg_launch *launch) {
  char text[TEXT_SIZE];
  const char *folder =
      mg_launch_folder(launch, lesson->chapter, text, sizeof text);
  const int status = skip(lesson, launch->from);
  if (status != 0)
    return status;
  return launch->step ? mg_orders_run(lesson, launch, folder)
                      : tell(lesson, launch, folder);
}

static mg_dataset *read_data(const mg_chapter *chapter,
                             const mg_launch *launch) {
  const char *name = launch->data ? launch->data : chapter->data;
  const bool named = mg_catalogue_find(name) ||
                     (!strpbrk(name, "/.") && access(name, F_OK) != 0);
  if (named && launch->label) {
    mg_fail(GSL_EINVAL, "%.60s is no file, so it takes no --label", name);
    return NULL;
  }
  if (named)
    return mg_dataset_named(name, launch->seed);
  mg_file_options options = mg_file_options_default();
  options.seed = launch->seed;
  options.label = launch->label;
  return mg_dataset_read(name, &options);
}

/* The settings of the chapter with every --set; NULL after a message. */
static void *settings_of(const mg_chapter *chapter, const mg_launch *launch) {
  void *settings = calloc(1, chapter->options_size + 1);
  if (settings && chapter->options_default)
    chapter->options_default(launch->quick, settings);
  for (size_t i = 0; settings && i < launch->sets; i++)
    if (mg_launch_set(chapter, launch->set[i], settings) != GSL_SUCCESS) {
      mg_message_usage(NULL, "--set: %s", mg_reason());
      free(settings);
      return NULL;
    }
  return settings;
}

static int begin(const mg_chapter *chapter, const mg_launch *launch,
                 const char *line) {
  void *settings = settings_of(chapter, launch);
  if (!settings)
    return MG_EXIT_USAGE;
  mg_dataset *data = NULL;
  if ((launch->data || launch->label) && !chapter->data) {
    free(settings);
    return mg_message_usage(NULL, "this chapter brings its own data and takes "
                                  "no --data");
  }
  if (chapter->data && !(data = read_data(chapter, launch))) {
    free(settings);
    return mg_message_reason("--data", MG_EXIT_USAGE);
  }
  mg_lesson *lesson = mg_lesson_alloc(chapter, settings, data, launch->seed,
                                      launch->quick, line);
  free(settings);
  if (!lesson)
    return mg_message_reason(NULL, EXIT_FAILURE);
  const int status = run(lesson, launch);
  mg_lesson_free(lesson);
  return status;
}

/* The call as one line: what tables are headed with. */
static int begin_as(const mg_chapter *chapter, const mg_launch *launch,
                    int argc, char **argv) {
  char line[2 * TEXT_SIZE];
  size_t used = (size_t)snprintf(line, sizeof line, "%s", mg_message_name());
  for (int i = 1; i < argc && used < sizeof line; i++)
    used += (size_t)snprintf(line + used, sizeof line - used, " %s", argv[i]);
  return begin(chapter, launch, line);
}

static void list_steps(const mg_chapter *chapter) {
  for (size_t i = 0; chapter->steps[i].name; i++)
    printf("%3zu  %-14s %s\n", i + 1, chapter->steps[i].name,
           chapter->steps[i].title);
}

static int launch_chapter(const mg_chapter *chapter, int argc, char **argv) {
  mg_launch launch;
  int status = mg_launch_parse(&launch, argc, argv);
  if (status != 0)
    return status;
  if (launch.help)
    mg_launch_help(stdout, chapter);
  else if (launch.version)
    printf("%s (marginalia) %s\n", mg_message_name(), PACKAGE_VERSION);
  else if (launch.list)
    list_steps(chapter);
  else if ((status = mg_substitute(launch.with, launch.withs, argv)) == 0)
    return begin_as(chapter, &launch, argc, argv);
  return status;
}

int mg_lesson_main(const mg_chapter *chapter, int argc, char **argv) {
  const mg_chapter_entry *entry = mg_chapter_find(chapter->name);
  /* As in the program marginalia: letters of the locale, never its numbers. */
  setlocale(LC_CTYPE, "");
  setlocale(LC_MESSAGES, "");
  gsl_set_error_handler_off();
  signal(SIGPIPE, SIG_DFL);
  mg_blas_serial();
  mg_message_program(entry ? entry->program : chapter->name);
  return mg_output_end(launch_chapter(chapter, argc, argv));
}
