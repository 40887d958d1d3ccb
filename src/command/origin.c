/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this program is: what is built or installed with it lies around it. */
#include "config.h"

#include "command/origin.h"

#include <stdlib.h>
#include <string.h>

char *origin_folder(const char *called) {
  char *path = realpath("/proc/self/exe", NULL);
  if (!path && strchr(called, '/'))
    path = realpath(called, NULL);
  char *slash = path ? strrchr(path, '/') : NULL;
  if (slash)
    slash[slash == path] = '\0'; /* of "/x" stays "/" */
  return path;
}
