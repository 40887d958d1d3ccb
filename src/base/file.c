/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file appears whole: temporary, flush, sync, rename.
 *
 * POSIX promises that rename replaces one name by another in one step, within
 * one file system.  So the temporary lies in the folder of its target, and the
 * order is: write, fflush (to the kernel), fsync (to the disk), rename, fsync
 * of the folder.  Without the first fsync a crash may leave the new name on an
 * empty file; without the last, the old name, which is whole too: a folder
 * that cannot be synced is therefore not a failure.
 *
 * The temporary is opened by hand and not by mkstemp, which makes every file
 * readable by its owner alone: open with 0666 lets the umask decide, as fopen
 * does, and a file that is replaced hands its rights down.  O_EXCL makes the
 * name ours; a name that is taken, by another thread or by what a killed
 * program left, is passed over.
 *
 * What stands at the target decides too.  A link is followed, and the file
 * behind it replaced, as writing through the link would have done.  A
 * folder, a device, a pipe are refused: rename would put a file in their
 * place.  So is a file without the right to write, which rename would not ask
 * about.
 *
 * Not here: locks (two writers: the last rename wins), reading in pieces. */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

enum { TEMPORARY_TRIES = 1000 };

struct mg_file {
  char *path;      /* the target, behind all links */
  char *folder;    /* where it lies */
  char *temporary; /* the name beside it; NULL before it exists */
  FILE *stream;
};

static int fail_on(const char *doing, const char *path) {
  return mg_fail(GSL_EFAILED, "cannot %s '%.200s': %s", doing, path,
                 strerror(errno));
}

static const char *kind_of(mode_t mode) {
  if (S_ISDIR(mode))
    return "a folder";
  if (S_ISFIFO(mode))
    return "a pipe";
  return S_ISSOCK(mode) ? "a socket" : "a device";
}

bool mg_size_product(size_t a, size_t b, size_t *product) {
  if (b != 0 && a > SIZE_MAX / b)
    return false;
  *product = a * b;
  return true;
}

char *mg_path_join(const char *folder, const char *name) {
  size_t length = strlen(folder), size = length + strlen(name) + 2;
  /* "" is the present folder: "/name" would be another place. */
  int slash = length > 0 && folder[length - 1] != '/';
  char *path = malloc(size);
  if (path)
    snprintf(path, size, "%s%s%s", folder, slash ? "/" : "", name);
  else
    mg_fail(GSL_ENOMEM, "no memory for a path");
  return path;
}

/* The folder that path lies in: "a/b" in a, "b" in ".", "/b" in "/". */
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash)
    return strdup(".");
  return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* May path be written?  mode gets the rights of what stands there. */
static int check_target(const char *path, mode_t *mode, bool *exists) {
  struct stat there;
  *exists = stat(path, &there) == 0;
  if (!*exists) {
    size_t length = strlen(path);
    if (errno != ENOENT)
      return fail_on("write", path);
    if (length == 0 || path[length - 1] == '/')
      return mg_fail(GSL_EFAILED, "cannot write '%.200s': it names no file",
                     path);
    if (lstat(path, &there) == 0)
      return mg_fail(GSL_EFAILED,
                     "cannot write '%.200s': it is a link to nowhere", path);
    return GSL_SUCCESS;
  }
  *mode = there.st_mode & 0777;
  if (!S_ISREG(there.st_mode))
    return mg_fail(GSL_EFAILED, "cannot write '%.200s': it is %s", path,
                   kind_of(there.st_mode));
  return access(path, W_OK) == 0 ? GSL_SUCCESS : fail_on("write", path);
}

/* Opens a new file in the target's folder.  Returns its descriptor or -1. */
static int open_temporary(mg_file *file) {
  char name[64];
  for (int i = 0; i < TEMPORARY_TRIES; i++) {
    snprintf(name, sizeof name, ".marginalia-%ld-%d.part", (long)getpid(), i);
    file->temporary = mg_path_join(file->folder, name);
    if (!file->temporary)
      return -1;
    int fd =
        open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0)
      return fd;
    int why = errno;
    free(file->temporary);
    file->temporary = NULL;
    errno = why;
    if (why != EEXIST)
      break;
  }
  fail_on("write", file->path);
  return -1;
}

mg_file *mg_file_create(const char *path) {
  mode_t mode = 0;
  bool exists = false;
  if (check_target(path, &mode, &exists) != GSL_SUCCESS)
    return NULL;
  mg_file *file = calloc(1, sizeof *file);
  if (file)
    file->path = exists ? realpath(path, NULL) : strdup(path);
  if (file && file->path)
    file->folder = folder_of(file->path);
  if (!file || !file->folder) {
    mg_file_discard(file);
    mg_fail(GSL_ENOMEM, "no memory to write '%.200s'", path);
    return NULL;
  }
  int fd = open_temporary(file);
  if (fd >= 0)
    file->stream = fdopen(fd, "w");
  if (fd >= 0 && file->stream && (!exists || fchmod(fd, mode) == 0))
    return file;
  if (fd >= 0) {
    fail_on("write", path);
    if (!file->stream)
      close(fd);
  }
  mg_file_discard(file);
  return NULL;
}

FILE *mg_file_stream(mg_file *file) {
  return file->stream;
}

/* Best done, not needed: see above. */
static void sync_folder(const char *folder) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  fsync(fd);
  close(fd);
}

/* Everything printed so far onto the disk.  A write that failed long ago shows
 * in ferror only, and its errno is gone. */
static int sync_stream(mg_file *file) {
  bool failed_before = ferror(file->stream);
  if (fflush(file->stream) != 0 || fsync(fileno(file->stream)) != 0)
    return fail_on("write", file->path);
  if (failed_before)
    return mg_fail(GSL_EFAILED, "cannot write '%.200s': a write failed",
                   file->path);
  return GSL_SUCCESS;
}

int mg_file_commit(mg_file *file) {
  int status = sync_stream(file);
  if (fclose(file->stream) != 0 && status == GSL_SUCCESS)
    status = fail_on("write", file->path);
  file->stream = NULL;
  if (status == GSL_SUCCESS && rename(file->temporary, file->path) != 0)
    status = fail_on("write", file->path);
  if (status == GSL_SUCCESS) {
    sync_folder(file->folder);
    free(file->temporary);
    file->temporary = NULL;
  }
  mg_file_discard(file);
  return status;
}

void mg_file_discard(mg_file *file) {
  if (!file)
    return;
  if (file->stream)
    fclose(file->stream);
  if (file->temporary)
    unlink(file->temporary);
  free(file->temporary);
  free(file->folder);
  free(file->path);
  free(file);
}

int mg_file_write(const char *path, const void *bytes, size_t size) {
  mg_file *file = mg_file_create(path);
  if (!file)
    return GSL_EFAILED;
  /* A short count shows in ferror, which commit looks at. */
  if (size > 0)
    fwrite(bytes, 1, size, file->stream);
  return mg_file_commit(file);
}

/* Opens path if it is a regular file of at most `most` bytes. */
static FILE *open_regular(const char *path, size_t most, size_t *size) {
  struct stat there;
  /* Without O_NONBLOCK a pipe would wait for its writer. */
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &there) != 0)
    fail_on("read", path);
  else if (!S_ISREG(there.st_mode))
    mg_fail(GSL_EFAILED, "cannot read '%.200s': it is %s", path,
            kind_of(there.st_mode));
  else if ((uintmax_t)there.st_size > most ||
           (uintmax_t)there.st_size == SIZE_MAX)
    mg_fail(GSL_EFAILED, "'%.200s' has %ju bytes: the most is %zu", path,
            (uintmax_t)there.st_size, most);
  else {
    *size = (size_t)there.st_size;
    FILE *stream = fdopen(fd, "r");
    if (stream)
      return stream;
    fail_on("read", path);
  }
  if (fd >= 0)
    close(fd);
  return NULL;
}

int mg_file_read(const char *path, size_t most, char **bytes, size_t *size) {
  size_t expected;
  FILE *stream = open_regular(path, most, &expected);
  if (!stream)
    return GSL_EFAILED;
  int status = GSL_SUCCESS;
  char *text = malloc(expected + 1);
  if (!text)
    status = mg_fail(GSL_ENOMEM, "no memory for the %zu bytes of '%.200s'",
                     expected, path);
  /* One byte more is asked for, to see that there is none. */
  else if (fread(text, 1, expected + 1, stream) != expected)
    status = mg_fail(GSL_EFAILED,
                     "'%.200s' changed while it was read, or has no end", path);
  else if (ferror(stream))
    status = fail_on("read", path);
  fclose(stream);
  if (status != GSL_SUCCESS) {
    free(text);
    return status;
  }
  text[expected] = '\0';
  *bytes = text;
  *size = expected;
  return GSL_SUCCESS;
}

/* One folder whose parent is there. */
static int make_one(const char *path) {
  struct stat there;
  /* Asked first: on a read-only disk mkdir says so even of what exists. */
  if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
    return GSL_SUCCESS;
  if (mkdir(path, 0777) == 0)
    return GSL_SUCCESS;
  int why = errno;
  /* Somebody else may have made it in between. */
  if (why == EEXIST && stat(path, &there) == 0 && S_ISDIR(there.st_mode))
    return GSL_SUCCESS;
  errno = why;
  return fail_on("make the folder", path);
}

int mg_folder_make(const char *path) {
  char *part = strdup(path);
  if (!part)
    return mg_fail(GSL_EFAILED, "no memory for a path");
  int status = GSL_SUCCESS;
  for (char *at = part; status == GSL_SUCCESS && *at; at++) {
    if (*at != '/' || at == part)
      continue;
    *at = '\0';
    status = make_one(part);
    *at = '/';
  }
  if (status == GSL_SUCCESS)
    status = make_one(part);
  free(part);
  return status;
}
