/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia-evaluate: calls a submitted function, and nothing else.
 *
 *     marginalia-evaluate EXERCISE OBJECT [--sanitizing] [--unconfined]
 *
 * It is started by the grader (child.c) with four open files: questions come in
 * by 0, what the function prints goes out by 1 and 2, answers by 3.  It gives
 * up its rights, says by an empty frame that it has, loads OBJECT, gives up
 * reading files too, and answers questions until there are none.  It knows no
 * expected value and no verdict.
 *
 * From dlopen on this process is the student's: whatever is written below for
 * later may be undone by the object, and the grader believes none of it.  What
 * is done here after that is done so that an honest student gets a sentence:
 *
 *     a signal      its name alone says little; the handler, which still sees
 *                   the address, errno and the number of the system call, sends
 *                   a last frame that says more
 *     no answer     dlopen failed, the function returned an error
 *
 * The library's own function of the exercise is in this process, too, since the
 * library uses it.  Its first bytes are overwritten by a jump to the submitted
 * one, so that whoever finds a way to call it calls his own.
 *
 * Not here: limits and filters (confine.c), what goes wrong in words for the
 * student (child.c). */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "exercise/confine.h"
#include "exercise/detour.h"
#include "exercise/exercise.h"
#include "exercise/frame.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define COUNTS_MEMORY 1
#endif
#elif defined __SANITIZE_ADDRESS__
#define COUNTS_MEMORY 1
#endif
#ifdef COUNTS_MEMORY /* its header does not come with every compiler */
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

enum { QUESTIONS = 0, ANSWERS = 3 };
enum { STACK_SIZE = 1 << 16, LINE_SIZE = 1 << 14 };

typedef struct {
  const mg_exercise_entry *entry;
  const char *object;
  mg_confinement confinement;
  mg_function functions[MG_EXERCISE_FUNCTIONS];
  char fault[MG_FRAME_TEXT]; /* why nothing can be called; "" when it can */
} evaluator;

/* ---- frames ---- */

/* Is all of it written? */
static bool send_bytes(const void *bytes, size_t size) {
  const char *at = bytes;
  while (size > 0) {
    const ssize_t n = write(ANSWERS, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

static bool send_frame(uint64_t kind, const void *bytes, size_t size) {
  const mg_frame head = {.size = size, .kind = kind};
  return send_bytes(&head, sizeof head) && send_bytes(bytes, size);
}

static bool receive_bytes(void *bytes, size_t size) {
  char *at = bytes;
  while (size > 0) {
    const ssize_t n = read(QUESTIONS, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

/* The next question, in fresh memory; NULL when there is none. */
static void *receive_question(size_t *size) {
  mg_frame head;
  if (!receive_bytes(&head, sizeof head))
    return NULL;
  *size = (size_t)head.size;
  void *bytes = malloc(*size + 1);
  if (bytes && receive_bytes(bytes, *size))
    return bytes;
  free(bytes);
  return NULL;
}

/* ---- last words ---- */

static const char *stack_top; /* an address in main */

/* Why did it touch that address?  Only what is safe in a handler. */
static const char *explain_address(const siginfo_t *info, int error) {
  const size_t address = (size_t)info->si_addr;
  const size_t below = (size_t)stack_top - address;
  if (below > (4u << 20) && below < (128u << 20))
    return "its stack is full: a function that calls itself without end, or "
           "an array of megabytes among its variables";
  if (error == ENOMEM)
    return "it asked for more memory than there is (1 GiB), got NULL, and "
           "used it";
  if (address < (1u << 16) && info->si_code == SEGV_MAPERR)
    return "it reads or writes through a pointer that is NULL";
  return "it reads or writes memory that is not its own: an index out of "
         "range?";
}

static void say_last_words(int number, siginfo_t *info, void *context) {
  const int error = errno;
  const char *words = "";
  (void)context;
  if (number == SIGSEGV || number == SIGBUS)
    words = explain_address(info, error);
  if (number == SIGSYS) {
    static char name[MG_FRAME_TEXT];
    mg_confine_name(info, name, sizeof name);
    words = name;
  }
  send_frame((uint64_t)number, words, strlen(words));
  if (number == SIGSYS)
    _exit(128 + number);
  errno = error; /* the others come back, and kill */
}

/* ASan has its own handlers for all but SIGSYS. */
static void listen_to_signals(bool sanitizing) {
  static char stack[STACK_SIZE];
  const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_flags =
                                 SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND};
  action.sa_sigaction = say_last_words;
  sigaction(SIGSYS, &action, NULL);
  if (sanitizing)
    return;
  sigaltstack(&other, NULL);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}

/* ---- loading ---- */

/* dlsym looks in what an object was linked with, too: the library. */
static void find_functions(evaluator *e, void *object) {
  const mg_exercise *x = e->entry->exercise;
  const char *const *names = x->functions;
  for (size_t i = 0; names[i] && !e->fault[0]; i++) {
    void *address = dlsym(object, names[i]);
    memcpy(&e->functions[i], &address, sizeof address);
    if (!address || e->functions[i] == x->reference[i])
      snprintf(e->fault, sizeof e->fault, "there is no function %s in it",
               names[i]);
  }
}

/* Where the library's functions lead while an object is being loaded. */
static void refuse_own(void) {
  static const char words[] =
      "it calls the library's own function, which is what was asked for";
  send_frame(SIGILL, words, sizeof words - 1);
  _exit(EXIT_FAILURE);
}

/* The library's functions of the exercise lead to others; where they cannot be
 * led, they stay. */
static void detour_all(const evaluator *e, bool loaded) {
  const mg_exercise *x = e->entry->exercise;
  for (size_t i = 0; x->functions[i]; i++)
    mg_detour(x->reference[i], loaded ? e->functions[i] : refuse_own);
}

static void load(evaluator *e) {
  detour_all(e, false);
  void *object = dlopen(e->object, RTLD_NOW | RTLD_LOCAL);
  if (object)
    find_functions(e, object);
  else
    snprintf(e->fault, sizeof e->fault, "it cannot be loaded: %s", dlerror());
  if (!e->fault[0])
    detour_all(e, true);
}

/* ---- questions ---- */

/* What GSL said of an index.  gsl_vector_get past the end tells GSL's handler
 * and gives 0: a loop of one turn too many would never be noticed.  All else
 * that GSL has to say comes back as a status. */
static char wrong_index[MG_FRAME_TEXT];

static void hear_gsl(const char *reason, const char *file, int line, int code) {
  (void)file;
  (void)line;
  (void)code;
  if (strstr(reason, "out of range"))
    snprintf(wrong_index, sizeof wrong_index, "%s", reason);
}

/* Bytes that are allocated now; 0 where nobody counts them. */
static size_t allocated(void) {
#ifdef COUNTS_MEMORY
  return __sanitizer_get_current_allocated_bytes();
#else
  return 0;
#endif
}

static int call_once(const evaluator *e, const mg_parcel *in, mg_parcel *out) {
  wrong_index[0] = '\0';
  const int status = e->entry->exercise->call(e->functions, in, out);
  if (wrong_index[0])
    return mg_fail(GSL_EFAILED,
                   "it asks for what a vector or matrix has not "
                   "got: %s",
                   wrong_index);
  return status;
}

/* Under ASan it is called twice: all that a second call leaves behind, but for
 * the same answer as the first one's, was not freed.  (A first call may make
 * what later ones use.)  Of that answer the grader takes nothing else. */
static int call(const evaluator *e, const mg_parcel *in, mg_parcel *out) {
  int status = call_once(e, in, out);
  const size_t before = allocated();
  if (status != GSL_SUCCESS || before == 0)
    return status;
  mg_parcel_clear(out);
  status = call_once(e, in, out);
  const size_t after = allocated();
  if (status == GSL_SUCCESS && after > before)
    status = mg_parcel_add_count(out, MG_FRAME_LEAKED, after - before);
  return status;
}

/* The answer to a question, as a frame. */
static bool answer(const evaluator *e, const void *bytes, size_t size,
                   mg_parcel *in, mg_parcel *out) {
  void *answered = NULL;
  size_t length = 0;
  mg_parcel_clear(out);
  int status = e->fault[0] ? mg_fail(GSL_EFAILED, "%s", e->fault)
                           : mg_parcel_decode(in, bytes, size);
  errno = 0;
  if (status == GSL_SUCCESS)
    status = call(e, in, out);
  if (status == GSL_SUCCESS)
    status = mg_parcel_encode(out, &answered, &length);
  fflush(stdout);
  const char *why = mg_status_text(status);
  const bool sent = status == GSL_SUCCESS
                        ? send_frame(MG_FRAME_PARCEL, answered, length)
                        : send_frame(MG_FRAME_REASON, why, strlen(why));
  free(answered);
  return sent;
}

static int answer_all(const evaluator *e) {
  mg_parcel *in = mg_parcel_alloc(), *out = mg_parcel_alloc();
  bool sent = in && out;
  while (sent) {
    size_t size;
    void *question = receive_question(&size);
    if (!question)
      break;
    sent = answer(e, question, size, in, out);
    free(question);
  }
  mg_parcel_free(in);
  mg_parcel_free(out);
  return sent ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- the program ---- */

static int fail(void) {
  fprintf(stderr, "%s\n", mg_reason());
  return EXIT_FAILURE;
}

static int read_arguments(evaluator *e, int argc, char **argv) {
  if (argc < 3)
    return mg_fail(GSL_EINVAL, "marginalia-evaluate is started by marginalia "
                               "exercise: an exercise, an object");
  e->entry = mg_exercise_find(argv[1]);
  e->object = argv[2];
  e->confinement = mg_confinement_default();
  e->confinement.object = argv[2];
  for (int i = 3; i < argc; i++) {
    if (strcmp(argv[i], "--sanitizing") == 0)
      e->confinement.sanitizing = true;
    if (strcmp(argv[i], "--unconfined") == 0)
      e->confinement.unconfined = true;
  }
  return e->entry ? GSL_SUCCESS : GSL_EINVAL;
}

int main(int argc, char **argv) {
  static char line[LINE_SIZE];
  evaluator e = {.object = NULL};
  stack_top = (const char *)&e;
  gsl_set_error_handler(hear_gsl);
  /* A buffer of our own: else the first printf asks what stdout is. */
  setvbuf(stdout, line, _IOLBF, sizeof line);
  if (read_arguments(&e, argc, argv) != GSL_SUCCESS ||
      mg_confine_limits(&e.confinement) != GSL_SUCCESS)
    return fail();
  listen_to_signals(e.confinement.sanitizing);
  if (mg_confine_loading(&e.confinement) != GSL_SUCCESS)
    return fail();
  if (!send_frame(MG_FRAME_PARCEL, NULL, 0))
    return EXIT_FAILURE;
  load(&e);
  if (mg_confine_calling(&e.confinement) != GSL_SUCCESS)
    return fail();
  return answer_all(&e);
}
