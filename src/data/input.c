/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files by way of zlib, which reads plain files as they are.
 *
 * A file is somebody else's: cut off, damaged, or promising in its header more
 * than it holds.  Three rules keep that harmless:
 *
 *   - Only regular files are opened.  Opening a pipe would wait for its writer
 *     for ever; a device has no size to compare a promise with.
 *   - A promise is compared with what the file can hold before memory is asked
 *     for.  DEFLATE codes at most 258 bytes in 2 bits, and zlib's manual gives
 *     1032:1 as the limit of the format, so a small .gz cannot promise much.
 *   - A cut .gz is not an error to gzread: it hands over what there is, and
 *     only gzerror tells.  So every short count is followed by that question.
 *
 * Not here: bzip2, xz, zip, and reading from a pipe. */
#include "config.h"

#include "data/input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "base/status.h"

enum { BUFFER_SIZE = 1 << 17, GZIP_RATIO = 1032, CHUNK = 1 << 30 };

struct mg_input {
  gzFile file;
  size_t most; /* bytes the file can hold, unpacked */
  size_t read; /* bytes handed over so far */
};

/* What stands where a file should; NULL for a regular file with bytes. */
static const char *why_not_readable(const struct stat *there) {
  if (S_ISDIR(there->st_mode))
    return "it is a folder, not a file";
  if (S_ISFIFO(there->st_mode))
    return "it is a pipe: write the data into a file first";
  if (!S_ISREG(there->st_mode))
    return "it is a device, not a file";
  return there->st_size == 0 ? "the file is empty" : NULL;
}

/* A descriptor of a regular file, or -1.  Without O_NONBLOCK the open of a
 * pipe would wait. */
static int open_regular(const char *path, struct stat *there) {
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    mg_fail(GSL_EFAILED, "%s", strerror(errno));
    return -1;
  }
  const char *why =
      fstat(fd, there) == 0 ? why_not_readable(there) : strerror(errno);
  if (why) {
    close(fd);
    mg_fail(GSL_EFAILED, "%s", why);
    return -1;
  }
  return fd;
}

mg_input *mg_input_open(const char *path) {
  struct stat there;
  const int fd = open_regular(path, &there);
  if (fd < 0)
    return NULL;
  mg_input *input = calloc(1, sizeof *input);
  if (input)
    input->file = gzdopen(fd, "rb");
  if (!input || !input->file) {
    close(fd);
    free(input);
    mg_fail(GSL_ENOMEM, "no memory to read the file");
    return NULL;
  }
  gzbuffer(input->file, BUFFER_SIZE);
  const size_t size = (size_t)there.st_size;
  if (gzdirect(input->file))
    input->most = size;
  else if (!mg_size_product(size, GZIP_RATIO, &input->most))
    input->most = (size_t)-1;
  return input;
}

void mg_input_close(mg_input *input) {
  if (!input)
    return;
  gzclose(input->file);
  free(input);
}

/* Why less was read than asked for; GSL_SUCCESS at a sound end. */
static int check_stream(mg_input *input) {
  int code;
  const char *text = gzerror(input->file, &code);
  if (code == Z_BUF_ERROR)
    return mg_fail(GSL_EFAILED, "the gzip file is cut off: fetch it again");
  if (code == Z_ERRNO)
    return mg_fail(GSL_EFAILED, "%s", strerror(errno));
  if (code != Z_OK && code != Z_STREAM_END)
    return mg_fail(GSL_EFAILED, "the gzip file is damaged (%.60s)", text);
  return GSL_SUCCESS;
}

int mg_input_read_some(mg_input *input, void *bytes, size_t most, size_t *got) {
  const unsigned wanted = most < CHUNK ? (unsigned)most : CHUNK;
  errno = 0;
  const int count = gzread(input->file, bytes, wanted);
  *got = count > 0 ? (size_t)count : 0;
  input->read += *got;
  return *got == wanted ? GSL_SUCCESS : check_stream(input);
}

int mg_input_read(mg_input *input, void *bytes, size_t size) {
  unsigned char *to = bytes;
  size_t done = 0, got = 1;
  while (done < size && got > 0) {
    if (mg_input_read_some(input, to + done, size - done, &got))
      return GSL_EFAILED;
    done += got;
  }
  if (done < size)
    return mg_fail(GSL_EFAILED, "the file ends after %zu bytes, %zu too early",
                   input->read, size - done);
  return GSL_SUCCESS;
}

int mg_input_peek(mg_input *input, unsigned char *bytes, size_t most) {
  size_t got;
  memset(bytes, 0, most);
  if (mg_input_read_some(input, bytes, most, &got))
    return GSL_EFAILED;
  input->read = 0;
  if (gzrewind(input->file) != 0)
    return mg_fail(GSL_EFAILED, "cannot go back to the file's beginning");
  return GSL_SUCCESS;
}

int mg_input_expect(const mg_input *input, size_t size) {
  const size_t left = input->most > input->read ? input->most - input->read : 0;
  if (size > left)
    return mg_fail(GSL_EFAILED,
                   "its header promises %zu more bytes where at most %zu can "
                   "follow: the file is cut off or damaged",
                   size, left);
  return GSL_SUCCESS;
}

int mg_input_end(mg_input *input) {
  char byte;
  size_t got;
  if (mg_input_read_some(input, &byte, 1, &got))
    return GSL_EFAILED;
  if (got > 0)
    return mg_fail(GSL_EFAILED, "bytes follow the %zu that its header promises",
                   input->read - 1);
  return GSL_SUCCESS;
}
