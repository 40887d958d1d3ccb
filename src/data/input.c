/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files by way of zlib, which reads plain files as they are.
 *
 * A file is somebody else's: cut off, damaged, or promising in its header more
 * than it holds.  Three rules keep that harmless:
 *
 *   - Only regular files are opened.  Opening a pipe would wait for its writer
 *     for ever; a device has no size to compare a promise with.
 *   - A promise is compared with what the file holds before memory is asked
 *     for.  A plain file has a size; a packed one is unpacked once to count, as
 *     the length in its last bytes is another promise.  MNIST's 47 MB cost a
 *     tenth of a second that way.
 *   - A cut .gz is not an error to gzread: it hands over what there is, and
 *     only gzerror tells.  So every short count is followed by that question.
 *
 * Not here: bzip2, xz, zip, and reading from a pipe. */
#include "config.h"

#include "data/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/status.h"

enum { BUFFER_SIZE = 1 << 17, PIECE_SIZE = 1 << 14, CHUNK = 1 << 30 };

struct mg_input {
  gzFile file;
  bool packed;
  size_t size; /* bytes of the file as it lies there */
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
  input->packed = !gzdirect(input->file);
  input->size = (size_t)there.st_size;
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

/* How many of the next `most` bytes a packed file has; then back to where it
 * was. */
static int count_packed(mg_input *input, size_t most, size_t *count) {
  unsigned char piece[PIECE_SIZE];
  const size_t start = input->read;
  size_t got = 1;
  for (*count = 0; *count < most && got > 0; *count += got) {
    const size_t left = most - *count;
    if (mg_input_read_some(input, piece, left < PIECE_SIZE ? left : PIECE_SIZE,
                           &got))
      return GSL_EFAILED;
  }
  input->read = start;
  if (gzseek(input->file, (z_off_t)start, SEEK_SET) != (z_off_t)start)
    return mg_fail(GSL_EFAILED, "cannot go back in the file");
  return GSL_SUCCESS;
}

int mg_input_expect(mg_input *input, size_t size) {
  size_t left = input->size > input->read ? input->size - input->read : 0;
  if (input->packed && count_packed(input, size, &left))
    return GSL_EFAILED;
  if (size > left)
    return mg_fail(GSL_EFAILED,
                   "its header promises %zu more bytes and %zu follow: the "
                   "file is cut off or damaged",
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
