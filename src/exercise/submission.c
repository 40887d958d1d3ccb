/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that a student handed in; see submission.h.
 *
 * Nothing is asked of a path twice, as between two questions the answer may be
 * made another: folders and file are opened one in the other (openat), without
 * following links (O_NOFOLLOW), and what is asked later is asked of what is
 * open.  A pipe is not waited for (O_NONBLOCK).
 *
 * The student's folder itself may be a link: the teacher named it. */
#include "config.h"

#include "exercise/submission.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

enum { NAME_SIZE = 256 };

/* What an open that failed says of what stands there. */
static mg_submission_kind why_not(const char *name) {
  switch (errno) {
  case ENOENT:
    return MG_SUBMISSION_NONE;
  case ELOOP:
  case EMLINK: /* some systems' word for O_NOFOLLOW's refusal */
    mg_fail(GSL_EFAILED, "%s is a symbolic link: hand in the file itself",
            name);
    return MG_SUBMISSION_REFUSED;
  case ENXIO: /* a socket, or a device that is not there */
    mg_fail(GSL_EFAILED, "%s is no file", name);
    return MG_SUBMISSION_REFUSED;
  default:
    mg_fail(GSL_EFAILED, "%s cannot be read: %s", name, strerror(errno));
    return MG_SUBMISSION_CLOSED;
  }
}

/* Reads all of what is open into bytes, which hold one more than a source may
 * have.  What fstat says of the size is not asked: it may grow.
 * Returns the bytes; -1 when it cannot be read. */
static ssize_t read_all(int file, char *bytes) {
  const size_t size = (size_t)MG_SUBMISSION_MOST + 1;
  size_t n = 0;
  ssize_t got = 1;
  while (n < size && got > 0) {
    got = read(file, bytes + n, size - n);
    n += got > 0 ? (size_t)got : 0;
  }
  return got < 0 ? -1 : (ssize_t)n;
}

static mg_submission_kind read_text(int file, const char *name, char *bytes,
                                    size_t *length) {
  const ssize_t n = read_all(file, bytes);
  if (n < 0)
    return why_not(name);
  *length = (size_t)n;
  bytes[n] = '\0';
  if (n > MG_SUBMISSION_MOST)
    mg_fail(GSL_EFAILED, "%s has over %d bytes: that is no exercise", name,
            MG_SUBMISSION_MOST);
  else if (strlen(bytes) < (size_t)n)
    mg_fail(GSL_EFAILED, "%s is no text: hand in the source", name);
  else
    return MG_SUBMISSION_SOURCE;
  return MG_SUBMISSION_REFUSED;
}

static mg_submission_kind read_file(int file, const char *name, char **text,
                                    size_t *length) {
  struct stat there;
  if (fstat(file, &there) != 0)
    return why_not(name);
  if (!S_ISREG(there.st_mode)) {
    mg_fail(GSL_EFAILED, "%s is %s, not a file", name,
            S_ISDIR(there.st_mode)    ? "a folder"
            : S_ISFIFO(there.st_mode) ? "a pipe"
                                      : "a device");
    return MG_SUBMISSION_REFUSED;
  }
  char *bytes = malloc((size_t)MG_SUBMISSION_MOST + 2);
  const mg_submission_kind kind =
      bytes ? read_text(file, name, bytes, length) : why_not(name);
  if (kind == MG_SUBMISSION_SOURCE)
    *text = bytes;
  else
    free(bytes);
  return kind;
}

/* Reads name within an open folder. */
static mg_submission_kind read_at(int folder, const char *name, char **text,
                                  size_t *length) {
  const int file =
      openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0)
    return why_not(name);
  const mg_submission_kind kind = read_file(file, name, text, length);
  close(file);
  return kind;
}

/* Reads NAME/NAME.c. */
static mg_submission_kind read_inner(int folder, const char *exercise,
                                     const char *name, char **text,
                                     size_t *length) {
  const int inner =
      openat(folder, exercise, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat there;
  if (inner >= 0) {
    const mg_submission_kind kind = read_at(inner, name, text, length);
    close(inner);
    return kind;
  }
  /* A link there is ENOTDIR to O_DIRECTORY, as any file is. */
  if (errno == ENOTDIR &&
      fstatat(folder, exercise, &there, AT_SYMLINK_NOFOLLOW) == 0)
    errno = S_ISLNK(there.st_mode) ? ELOOP : ENOENT;
  return why_not(exercise);
}

mg_submission_kind mg_submission_read(const char *folder, const char *exercise,
                                      char **text, size_t *length) {
  char name[NAME_SIZE];
  *text = NULL;
  snprintf(name, sizeof name, "%s.c", exercise);
  const int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (top < 0) {
    mg_fail(GSL_EFAILED, "the folder cannot be read: %s", strerror(errno));
    return MG_SUBMISSION_CLOSED;
  }
  mg_submission_kind kind = read_inner(top, exercise, name, text, length);
  if (kind == MG_SUBMISSION_NONE)
    kind = read_at(top, name, text, length);
  if (kind == MG_SUBMISSION_NONE)
    mg_fail(GSL_EFAILED, "not handed in");
  close(top);
  return kind;
}

bool mg_submission_is(const char *folder, const char *exercise) {
  char name[2 * NAME_SIZE];
  struct stat there;
  const int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (top < 0)
    return false;
  snprintf(name, sizeof name, "%s/%s.c", exercise, exercise);
  bool is = fstatat(top, name, &there, AT_SYMLINK_NOFOLLOW) == 0;
  snprintf(name, sizeof name, "%s.c", exercise);
  is = is || fstatat(top, name, &there, AT_SYMLINK_NOFOLLOW) == 0;
  close(top);
  return is;
}
