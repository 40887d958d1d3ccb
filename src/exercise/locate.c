/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An address as a line; see locate.h.
 *
 * addr2line comes with the linker, so it is where a compiler is.  Where it is
 * not, a finding has no line, which is said by nothing. */
#include "config.h"

#include "exercise/locate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "exercise/program.h"

enum { SECONDS = 5, SAID = 4096, ADDRESS = 32 };

/* "0x11f9" of "(/tmp/x/plain.so+0x11f9)".  Returns whether there is one. */
static int find_address(const char *output, const char *object, char *address) {
  const size_t length = strlen(object);
  for (const char *at = output; (at = strstr(at, object)); at += length)
    if (sscanf(at + length, "+%31[0-9a-fx])", address) == 1)
      return 1;
  return 0;
}

size_t mg_locate_line(const char *output, const char *object,
                      const char *source) {
  char address[ADDRESS], said[SAID];
  mg_command_line l = {0};
  mg_program_end end = MG_PROGRAM_FAILED;
  if (!find_address(output, object, address))
    return 0;
  mg_command_line_split(&l, "addr2line -e");
  mg_command_line_add(&l, object);
  mg_command_line_add(&l, address);
  const int status = mg_program_run(&l, "/", SECONDS, said, sizeof said, &end);
  mg_command_line_clear(&l);
  if (status != GSL_SUCCESS || end != MG_PROGRAM_DONE)
    return 0;
  const char *at = strstr(said, source); /* "/tmp/x/m-step.c:31" */
  return at && at[strlen(source)] == ':'
             ? strtoul(at + strlen(source) + 1, NULL, 10)
             : 0;
}
