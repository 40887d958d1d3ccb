/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia: the library from the command line.
 *
 *   marginalia list | fit MODEL DATA | evaluate FILE DATA | audit FILE [DATA]
 *            | sample FILE | compare [DATA] | chapter [CHAPTER]
 *            | exercise [VERB] | doctor | bench [NAME]
 *
 * Everything that computes is in the library; this folder reads the command
 * line, and writes files.  What it says and shows goes through src/terminal.
 *
 *   options, verbs       what may be typed, and reading it
 *   help, manual, completion   the same tables, for people and for bash
 *   load                 data by name or path
 *   command_*            a verb each
 *
 * Begin with verbs.c, then command_fit.c. */
#include "config.h"

#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>

#include "base/blas.h"
#include "command/help.h"
#include "command/options.h"
#include "command/verbs.h"
#include "terminal/message.h"

static int run(int argc, char **argv) {
  struct settings settings;
  int status = settings_parse(&settings, &main_grammar, argc, argv);
  if (status == 0)
    status = verbs_run(&settings);
  settings_clear(&settings);
  return status;
}

int main(int argc, char **argv) {
  /* Letters and messages as the user has them; never numbers: a decimal comma
   * would end up in every table. */
  setlocale(LC_CTYPE, "");
  setlocale(LC_MESSAGES, "");
  gsl_set_error_handler_off();
  /* `marginalia ... | head` ends here when head has seen enough. */
  signal(SIGPIPE, SIG_DFL);
  mg_blas_serial();
  return mg_output_end(run(argc, argv));
}
