/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program in which a submitted function runs.
 *
 *     marginalia-evaluate EXERCISE OBJECT [--sanitizing]
 *
 * Loads the object, finds the exercise's functions in it, and answers: on file
 * 0 come frames, a length of 64 bits and a parcel of as many bytes, and on file
 * 3 an answer goes back for each, as a frame, until file 0 ends.  What is
 * expected of an answer is not known here. */
#include "config.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "exercise/exercise.h"

enum { ANSWERS = 3, FAILED = 120 };

static int load(const mg_exercise *e, const char *object, mg_function *f) {
  void *handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return mg_fail(GSL_EFAILED, "%s", dlerror());
  for (size_t i = 0; i < mg_exercise_functions(e); i++) {
    void *symbol = dlsym(handle, e->functions[i]);
    if (!symbol)
      return mg_fail(GSL_EFAILED, "%s is not there", e->functions[i]);
    memcpy(&f[i], &symbol, sizeof symbol);
  }
  return GSL_SUCCESS;
}

/* All of `size` bytes, or false at the end. */
static bool receive(void *bytes, size_t size) {
  for (char *at = bytes; size > 0;) {
    const ssize_t n = read(STDIN_FILENO, at, size);
    if (n <= 0)
      return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

static bool send(const void *bytes, size_t size) {
  for (const char *at = bytes; size > 0;) {
    const ssize_t n = write(ANSWERS, at, size);
    if (n <= 0)
      return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

static int answer(const mg_exercise *e, const mg_function *f,
                  const void *question, size_t size) {
  mg_parcel *in = mg_parcel_alloc(), *out = mg_parcel_alloc();
  void *bytes = NULL;
  uint64_t length = 0;
  int status = in && out ? mg_parcel_decode(in, question, size) : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = e->call(f, in, out);
  if (status == GSL_SUCCESS)
    status = mg_parcel_encode(out, &bytes, &size);
  length = size;
  if (status == GSL_SUCCESS &&
      !(send(&length, sizeof length) && send(bytes, size)))
    status = mg_fail(GSL_EFAILED, "nobody takes the answer");
  free(bytes);
  mg_parcel_free(in);
  mg_parcel_free(out);
  return status;
}

static int serve(const mg_exercise *e, const mg_function *f) {
  uint64_t size;
  int status = GSL_SUCCESS;
  while (status == GSL_SUCCESS && receive(&size, sizeof size)) {
    void *question = malloc(size);
    if (!question || !receive(question, size))
      status = mg_fail(GSL_EFAILED, "the question ends too early");
    else
      status = answer(e, f, question, size);
    free(question);
  }
  return status;
}

int main(int argc, char **argv) {
  mg_function functions[MG_EXERCISE_FUNCTIONS];
  const mg_exercise_entry *entry = argc > 2 ? mg_exercise_find(argv[1]) : NULL;
  if (entry && load(entry->exercise, argv[2], functions) == GSL_SUCCESS &&
      serve(entry->exercise, functions) == GSL_SUCCESS)
    return 0;
  fprintf(stderr, "marginalia-evaluate: %s\n", mg_reason());
  return FAILED;
}
