/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits, and filters of system calls; see confine.h.
 *
 * A process can do harm only by asking the kernel to, so what holds is a list
 * of the system calls that computing needs: memory, its four open files, the
 * clock, its own end.  All others raise SIGSYS and are not made.  The list is
 * kept by the kernel (seccomp), also for code that the process writes itself;
 * calls by another convention (32 bits, x32) kill.  So code may be made
 * executable: machine code of the student's is in here anyhow, and oneDNN
 * writes its own.
 *
 * Two filters, the second on top of the first: while an object is loaded, files
 * may be opened for reading; after that, none.  Under ASan, which reads its own
 * executable to say a line's number, the first remains the last.
 *
 * Which files is said by a second list (Landlock, where the kernel has it): the
 * object alone, since what it needs is loaded already; for ASan what it reads.
 * Without it, reading gives what its user can read: as nobody, little.
 *
 * Limits come before: a limit cannot be raised without prlimit64, which no
 * filter lets through but to ask.  Root becomes nobody, since root's files are
 * readable to root; a process that cannot be dumped cannot be traced by others
 * of its user either.  It dies with the grader.
 *
 * Not here: the limit of wall clock, and of the memory under ASan, which the
 * grader watches (child.c). */
#include "config.h"

#include "exercise/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/status.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#include <sys/syscall.h>
#endif
#ifdef MG_SECCOMP
#include <seccomp.h>
#include <stdlib.h>
#endif

enum { NOBODY = 65534, OWN_FILES = 4, OPEN_FILES = 16, STACK = 8 << 20 };

mg_confinement mg_confinement_default(void) {
  return (mg_confinement){.cpu_seconds = 5, .memory = (size_t)1 << 30};
}

/* ---- limits ---- */

static int fail_by_errno(const char *what) {
  return mg_fail(GSL_EFAILED, "%s: %s", what, strerror(errno));
}

/* Bytes of address space in use; 0 where that cannot be told. */
static size_t memory_in_use(void) {
  size_t pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file && fscanf(file, "%zu", &pages) != 1)
    pages = 0;
  if (file)
    fclose(file);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int set_limits(const mg_confinement *c) {
  const rlim_t memory =
      c->sanitizing ? RLIM_INFINITY : (rlim_t)(c->memory + memory_in_use());
  /* One second between a signal that may be ignored and the one that kills. */
  const struct {
    unsigned resource;
    rlim_t soft, hard;
  } limits[] = {{RLIMIT_CPU, c->cpu_seconds, c->cpu_seconds + 1},
                {RLIMIT_AS, memory, memory},
                {RLIMIT_STACK, STACK, STACK},
                {RLIMIT_FSIZE, 0, 0},
                {RLIMIT_CORE, 0, 0},
                {RLIMIT_NPROC, 0, 0},
                {RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    const struct rlimit limit = {limits[i].soft, limits[i].hard};
    if (setrlimit(limits[i].resource, &limit) != 0)
      return fail_by_errno("a limit cannot be set");
  }
  return GSL_SUCCESS;
}

static int become_nobody(void) {
  if (geteuid() != 0 && getuid() != 0)
    return GSL_SUCCESS;
  if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
      setresuid(NOBODY, NOBODY, NOBODY) != 0)
    return fail_by_errno("root cannot become nobody");
  return setuid(0) == 0 ? mg_fail(GSL_EFAILED, "root stays root") : GSL_SUCCESS;
}

/* After the change of user, which undoes the first two. */
static int tie_to_grader(void) {
  struct pollfd questions = {.fd = 0, .events = POLLIN};
#ifdef __linux__
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail_by_errno("prctl");
#endif
  /* Has it died before it was listened for? */
  if (poll(&questions, 1, 0) < 0 || (questions.revents & POLLHUP))
    return mg_fail(GSL_EFAILED, "nobody asks");
  return GSL_SUCCESS;
}

/* What the grader, or who started it, has left open. */
static void close_files(void) {
  const long end = sysconf(_SC_OPEN_MAX);
#ifdef CLOSE_RANGE_CLOEXEC
  if (close_range(OWN_FILES, ~0U, 0) == 0)
    return;
#endif
  for (int f = OWN_FILES; f < end; f++)
    close(f);
}

int mg_confine_limits(const mg_confinement *c) {
  close_files();
  int status = set_limits(c);
  if (status == GSL_SUCCESS)
    status = become_nobody();
  return status == GSL_SUCCESS ? tie_to_grader() : status;
}

/* ---- files that may be read ---- */

#ifdef LANDLOCK_ACCESS_FS_READ_FILE

/* All that the first version of Landlock knows of. */
static const uint64_t all_access = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

static void let_read(int list, const char *path) {
  struct landlock_path_beneath_attr beneath = {
      .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
      .parent_fd = open(path, O_PATH | O_CLOEXEC)};
  if (beneath.parent_fd < 0)
    return;
  syscall(SYS_landlock_add_rule, list, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  close(beneath.parent_fd);
}

/* What is not there is not let through. */
static void restrict_reading(const mg_confinement *c) {
  static const char *const report[] = {"/usr", "/lib", "/lib64",
                                       "/proc/self/exe", "/proc/self"};
  const struct landlock_ruleset_attr all = {.handled_access_fs = all_access};
  const int list =
      (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (list < 0)
    return;
  let_read(list, c->object);
  for (size_t i = 0; c->sanitizing && i < sizeof report / sizeof *report; i++)
    let_read(list, report[i]);
  syscall(SYS_landlock_restrict_self, list, 0);
  close(list);
}

#else

static void restrict_reading(const mg_confinement *c) {
  (void)c;
}

#endif

/* ---- filters ---- */

#ifdef MG_SECCOMP

/* In which of the filters is a call let through? */
enum {
  CALLING = 1,
  LOADING = 2,
  SANITIZING = 4,
  READING = LOADING | SANITIZING,
  ALWAYS = CALLING | READING
};

/* A call, and what one of its arguments must be: argument & mask == value. */
typedef struct {
  int call;
  unsigned filters;
  unsigned argument;
  uint64_t mask, value;
} rule;

#define ANY 0, 0, 0
#define WORD UINT64_MAX
#define OWN_PROCESS UINT64_C(0x8000000000000000) /* stands for getpid() */

/* Calls that fail, and are no end, since libraries make them and go on without.
 * Looking for a file, once an object is loaded (oneDNN, at its first product);
 * starting a program, at a report (clang's ASan, to tell lines by it). */
static const struct {
  int call;
  unsigned filters;
} failing[] = {{SCMP_SYS(open), CALLING},       {SCMP_SYS(openat), CALLING},
               {SCMP_SYS(stat), CALLING},       {SCMP_SYS(fstat), CALLING},
               {SCMP_SYS(newfstatat), CALLING}, {SCMP_SYS(access), CALLING},
               {SCMP_SYS(readlink), CALLING},   {SCMP_SYS(readlinkat), CALLING},
               {SCMP_SYS(fork), SANITIZING},    {SCMP_SYS(vfork), SANITIZING},
               {SCMP_SYS(clone), SANITIZING},   {SCMP_SYS(clone3), SANITIZING}};

/* What opens a file to write it, or makes one. */
static const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;

static const rule rules[] = {
    {SCMP_SYS(read), CALLING, 0, WORD, 0},
    {SCMP_SYS(read), READING, ANY},
    {SCMP_SYS(write), ALWAYS, 0, WORD, 1},
    {SCMP_SYS(write), ALWAYS, 0, WORD, 2},
    {SCMP_SYS(write), ALWAYS, 0, WORD, 3},
    {SCMP_SYS(writev), ALWAYS, 0, WORD, 2}, /* malloc, of a broken heap */
    {SCMP_SYS(brk), ALWAYS, ANY},
    {SCMP_SYS(mmap), ALWAYS, ANY},
    {SCMP_SYS(munmap), ALWAYS, ANY},
    {SCMP_SYS(mremap), ALWAYS, ANY},
    {SCMP_SYS(mprotect), ALWAYS, ANY},
    {SCMP_SYS(madvise), ALWAYS, ANY},
    {SCMP_SYS(mbind), ALWAYS, ANY},
    {SCMP_SYS(get_mempolicy), ALWAYS, ANY},
    {SCMP_SYS(futex), ALWAYS, ANY},
    {SCMP_SYS(sched_yield), ALWAYS, ANY},
    {SCMP_SYS(sched_getaffinity), ALWAYS, ANY},
    {SCMP_SYS(getcpu), ALWAYS, ANY},
    {SCMP_SYS(sysinfo), ALWAYS, ANY}, /* qsort */
    {SCMP_SYS(clock_gettime), ALWAYS, ANY},
    {SCMP_SYS(clock_getres), ALWAYS, ANY},
    {SCMP_SYS(gettimeofday), ALWAYS, ANY},
    {SCMP_SYS(time), ALWAYS, ANY},
    {SCMP_SYS(getrandom), ALWAYS, ANY},
    {SCMP_SYS(getpid), ALWAYS, ANY},
    {SCMP_SYS(gettid), ALWAYS, ANY},
    {SCMP_SYS(getrlimit), ALWAYS, ANY},
    {SCMP_SYS(prlimit64), ALWAYS, 2, WORD, 0},
    {SCMP_SYS(rt_sigprocmask), ALWAYS, ANY},
    {SCMP_SYS(rt_sigreturn), ALWAYS, ANY},
    {SCMP_SYS(tgkill), ALWAYS, 0, WORD, OWN_PROCESS}, /* abort */
    {SCMP_SYS(restart_syscall), ALWAYS, ANY},
    {SCMP_SYS(exit), ALWAYS, ANY},
    {SCMP_SYS(exit_group), ALWAYS, ANY},
    /* reading: the loader, and ASan when it reports */
    {SCMP_SYS(open), READING, 1, writing, O_RDONLY},
    {SCMP_SYS(openat), READING, 2, writing, O_RDONLY},
    {SCMP_SYS(close), READING, ANY},
    {SCMP_SYS(pread64), READING, ANY},
    {SCMP_SYS(lseek), READING, ANY},
    {SCMP_SYS(fstat), READING, ANY},
    {SCMP_SYS(stat), READING, ANY},
    {SCMP_SYS(newfstatat), READING, ANY},
    {SCMP_SYS(access), READING, ANY},
    {SCMP_SYS(readlink), READING, ANY},
    {SCMP_SYS(readlinkat), READING, ANY},
    {SCMP_SYS(getcwd), READING, ANY},
    {SCMP_SYS(sigaltstack), SANITIZING, ANY},
    {SCMP_SYS(fcntl), SANITIZING, 1, WORD, F_SETFD},
    /* whether memory can be read is found out by writing it to a pipe */
    {SCMP_SYS(pipe), SANITIZING, ANY},
    {SCMP_SYS(pipe2), SANITIZING, ANY},
    {SCMP_SYS(write), SANITIZING, ANY},
    {SCMP_SYS(ioctl), SANITIZING, 1, WORD, TCGETS},
    /* the second filter, by libseccomp */
    {SCMP_SYS(seccomp), LOADING, ANY},
};

static int add_rule(scmp_filter_ctx filter, const rule *r) {
  const struct scmp_arg_cmp condition = {
      .arg = r->argument,
      .op = SCMP_CMP_MASKED_EQ,
      .datum_a = r->mask,
      .datum_b = r->value == OWN_PROCESS ? (uint64_t)getpid() : r->value};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, r->call,
                                r->mask ? 1 : 0, &condition);
}

/* From here on the process may do what is in the filter.  Returns an errno. */
static int filter_install(scmp_filter_ctx filter, unsigned which) {
  int why =
      -seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (why == 0)
    why = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
  if (why == 0) /* also for threads that are there already */
    why = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  for (size_t i = 0; i < sizeof rules / sizeof *rules && why == 0; i++)
    if (rules[i].filters & which)
      why = -add_rule(filter, &rules[i]);
  for (size_t i = 0; i < sizeof failing / sizeof *failing && why == 0; i++)
    if (failing[i].filters & which)
      why =
          -seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), failing[i].call, 0);
  return why == 0 ? -seccomp_load(filter) : why;
}

static int install(const mg_confinement *c, unsigned which) {
  if (c->unconfined)
    return GSL_SUCCESS;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
  const int why = filter ? filter_install(filter, which) : ENOMEM;
  if (filter)
    seccomp_release(filter);
  return why == 0 ? GSL_SUCCESS
                  : mg_fail(GSL_EFAILED, "seccomp: %s", strerror(why));
}

int mg_confine_check(void) {
  /* A filter that cannot be read: EFAULT where there are filters at all. */
  if (prctl(PR_SET_SECCOMP, 2 /* a filter */, NULL) != 0 && errno == EFAULT)
    return GSL_SUCCESS;
  return mg_fail(GSL_EUNSUP, "this kernel does not filter system calls "
                             "(seccomp): submissions can be limited, not "
                             "confined");
}

int mg_confine_loading(const mg_confinement *c) {
  restrict_reading(c);
  return install(c, c->sanitizing ? SANITIZING : LOADING);
}

int mg_confine_calling(const mg_confinement *c) {
  return c->sanitizing ? GSL_SUCCESS : install(c, CALLING);
}

void mg_confine_name(const siginfo_t *info, char *text, size_t size) {
  char *name =
      seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, info->si_syscall);
  snprintf(text, size,
           "it asks the system for what a computation has no use for (%s)",
           name ? name : "an unknown call");
  free(name);
}

#else

int mg_confine_check(void) {
  return mg_fail(GSL_EUNSUP, "marginalia was built without libseccomp: "
                             "submissions can be limited, not confined");
}

static int install(const mg_confinement *c) {
  return c->unconfined ? GSL_SUCCESS : mg_confine_check();
}

int mg_confine_loading(const mg_confinement *c) {
  restrict_reading(c);
  return install(c);
}

int mg_confine_calling(const mg_confinement *c) {
  return install(c);
}

void mg_confine_name(const siginfo_t *info, char *text, size_t size) {
  (void)info;
  snprintf(text, size, "it asks the system for what it may not");
}

#endif
