/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a confined process can still do: every system call of this kernel is
 * tried, one after the other, by a process that only counts those that are
 * refused. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "exercise/confine.h"
#include "folder.h"

TestSuite(confine, .init = folder_enter, .fini = folder_leave, .timeout = 30);

/* Is this a build under ASan?  That makes system calls of its own. */
extern void __asan_init(void) __attribute__((weak));

enum { CALLS = 480, BAD = -1, SOMEBODY = 12345 };

/* What the confined process tells of itself. */
typedef struct {
  int failed;                         /* a step, from 1; 0: none */
  char let[CALLS];                    /* which calls are made */
  int same_file, other_file, written; /* errno of opening and of writing */
  struct rlimit cpu, memory, files;
  int open; /* files above 3 */
  int dumpable, user;
} report;

static volatile sig_atomic_t refused;

static void count(int number) {
  (void)number;
  refused = 1;
}

/* Calls that are let through and would end it, or wait. */
static bool is_final(long call) {
  return call == SYS_exit || call == SYS_exit_group ||
         call == SYS_rt_sigreturn || call == SYS_read || call == SYS_write ||
         call == SYS_restart_syscall
#ifdef __x86_64__
         /* The kernel's own, which kill when made from anywhere else. */
         || call == 335 || call == 336
#endif
      ;
}

static void try_calls(report *r) {
  for (long call = 0; call < CALLS; call++) {
    refused = 0;
    const long answer =
        is_final(call) ? 0 : syscall(call, BAD, BAD, BAD, BAD, BAD, BAD);
    r->let[call] = !refused && !(answer < 0 && errno == EACCES);
  }
}

static int try_open(const char *path, int how) {
  refused = 0;
  const int f = open(path, how, 0600);
  if (refused)
    return EPERM;
  if (f >= 0)
    close(f);
  return f >= 0 ? 0 : errno;
}

static void look(report *r) {
  getrlimit(RLIMIT_CPU, &r->cpu);
  getrlimit(RLIMIT_AS, &r->memory);
  getrlimit(RLIMIT_NOFILE, &r->files);
  for (int f = 4; f < 1024; f++)
    r->open += fcntl(f, F_GETFD) >= 0;
  r->dumpable = prctl(PR_GET_DUMPABLE);
  r->user = (int)getuid();
}

/* The evaluator's way, until before or after loading. */
static void confine(const mg_confinement *c, bool loaded, report *r) {
  struct sigaction action = {.sa_handler = count, .sa_flags = SA_NODEFER};
  sigaction(SIGSYS, &action, NULL);
  if (mg_confine_limits(c) != GSL_SUCCESS) {
    r->failed = 1;
    return;
  }
  look(r);
  if (mg_confine_loading(c) != GSL_SUCCESS) {
    r->failed = 2;
    return;
  }
  r->same_file = try_open(c->object, O_RDONLY);
  r->other_file = try_open("other", O_RDONLY);
  r->written = try_open(c->object, O_RDWR);
  if (loaded && mg_confine_calling(c) != GSL_SUCCESS)
    r->failed = 3;
  else if (!c->unconfined) /* else they would be made */
    try_calls(r);
}

static bool is_somebody; /* not root, whoever runs the tests */

static void become_somebody(void) {
  if (getuid() == 0 && (setgid(SOMEBODY) != 0 || setuid(SOMEBODY) != 0))
    _exit(1);
  prctl(PR_SET_DUMPABLE, 1); /* setuid has hidden it */
}

/* A process is confined and reports. */
static report run(mg_confinement c, bool loaded) {
  report r = {.failed = BAD};
  int questions[2], answers[2], status;
  char object[5000];
  if (__asan_init)
    cr_skip("this process is under ASan");
  if (mg_confine_check() != GSL_SUCCESS)
    cr_skip("%s", mg_reason());
  snprintf(object, sizeof object, "%s/object", folder);
  c.object = object;
  fclose(fopen("object", "w"));
  fclose(fopen("other", "w"));
  cr_assert(chmod(".", 0777) == 0 && chmod("object", 0666) == 0 &&
                chmod("other", 0666) == 0 && pipe(questions) == 0 &&
                pipe(answers) == 0,
            "files");
  const pid_t pid = fork();
  if (pid == 0) {
    r.failed = 0;
    if (is_somebody)
      become_somebody();
    dup2(questions[0], 0);
    dup2(answers[1], 3);
    confine(&c, loaded, &r);
    _exit(write(3, &r, sizeof r) == sizeof r ? 0 : 1);
  }
  close(answers[1]);
  cr_expect_eq(read(answers[0], &r, sizeof r), sizeof r, "no report");
  waitpid(pid, &status, 0);
  cr_expect_eq(status, 0, "it ended by %x", (unsigned)status);
  cr_assert_eq(r.failed, 0, "step %d", r.failed);
  return r;
}

/* Are the calls that are let through these, and no others? */
static void expect_calls(const report *r, const long *expected, size_t n) {
  for (long call = 0; call < CALLS; call++) {
    bool is_expected = is_final(call);
    for (size_t i = 0; i < n; i++)
      is_expected |= expected[i] == call;
    cr_expect_eq(r->let[call] != 0, is_expected, "system call %ld is %s", call,
                 is_expected ? "refused" : "let through");
  }
}

#define COMPUTING                                                              \
  SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise,        \
      SYS_mbind, SYS_get_mempolicy, SYS_futex, SYS_sched_yield,                \
      SYS_sched_getaffinity, SYS_getcpu, SYS_clock_gettime, SYS_clock_getres,  \
      SYS_gettimeofday, SYS_getrandom, SYS_getpid, SYS_gettid, SYS_sysinfo,    \
      SYS_rt_sigprocmask
#define READING                                                                \
  SYS_close, SYS_pread64, SYS_lseek, SYS_fstat, SYS_newfstatat,                \
      SYS_readlinkat, SYS_getcwd
#ifdef __x86_64__
#define COMPUTING_HERE SYS_time, SYS_getrlimit
#define READING_HERE SYS_stat, SYS_access, SYS_readlink
#define SANITIZING_HERE SYS_pipe
#else
#define COMPUTING_HERE SYS_getrlimit
#define READING_HERE SYS_close
#define SANITIZING_HERE SYS_pipe2
#endif

Test(confine, calling_lets_a_computation_through_and_no_more) {
  static const long expected[] = {COMPUTING, COMPUTING_HERE};
  const report r = run(mg_confinement_default(), true);
  expect_calls(&r, expected, sizeof expected / sizeof *expected);
}

Test(confine, loading_lets_reading_through_too) {
  static const long expected[] = {COMPUTING, COMPUTING_HERE, READING,
                                  READING_HERE, SYS_seccomp};
  const report r = run(mg_confinement_default(), false);
  expect_calls(&r, expected, sizeof expected / sizeof *expected);
  cr_expect_eq(r.same_file, 0, "the object: %s", strerror(r.same_file));
  cr_expect_eq(r.written, EPERM, "written: %s", strerror(r.written));
}

Test(confine, the_sanitizer_may_report) {
  static const long expected[] = {COMPUTING,      COMPUTING_HERE,  READING,
                                  READING_HERE,   SYS_sigaltstack, SYS_pipe2,
                                  SANITIZING_HERE};
  mg_confinement c = mg_confinement_default();
  c.sanitizing = true;
  const report r = run(c, true);
  expect_calls(&r, expected, sizeof expected / sizeof *expected);
  cr_expect_eq(r.memory.rlim_cur, RLIM_INFINITY, "ASan needs more");
}

/* Landlock is a choice of the kernel's. */
Test(confine, no_file_but_the_object_is_read) {
  if (syscall(444 /* landlock_create_ruleset */, NULL, 0, 1) < 1)
    cr_skip("no Landlock here");
  const report r = run(mg_confinement_default(), false);
  cr_expect_eq(r.other_file, EACCES, "%s", strerror(r.other_file));
}

Test(confine, limits_are_what_they_should_be) {
  const report r = run(mg_confinement_default(), true);
  cr_expect_eq(r.cpu.rlim_cur, 5, "CPU time");
  cr_expect_eq(r.cpu.rlim_max, 6, "CPU time");
  cr_expect(r.memory.rlim_max > (1u << 30) && r.memory.rlim_max < (5ul << 30),
            "memory %ld", (long)r.memory.rlim_max);
  cr_expect_eq(r.files.rlim_max, 16, "files");
  cr_expect_eq(r.open, 0, "%d files are open", r.open);
  cr_expect_eq(r.dumpable, 0, "others may read it");
  cr_expect_neq(r.user, 0, "it is root");
}

Test(confine, without_filters_only_when_asked) {
  mg_confinement c = mg_confinement_default();
  c.unconfined = true;
  const report r = run(c, true);
  cr_expect_neq(r.written, EPERM, "opening to write is refused");
  cr_expect_eq(r.cpu.rlim_cur, 5, "limits stand");
}

Test(confine, a_user_cannot_read_its_own) {
  is_somebody = true;
  const report r = run(mg_confinement_default(), true);
  cr_expect_eq(r.dumpable, 0, "others of the same user may read it");
  cr_expect_eq(r.same_file, 0, "the object: %s", strerror(r.same_file));
}
