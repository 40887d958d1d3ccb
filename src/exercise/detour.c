/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A jump in the place of a function; see detour.h.
 *
 * The jump goes to an address that stands behind it:
 *
 *     x86-64   jmp *0(%rip)              6 + 8 bytes
 *     aarch64  ldr x16, 8; br x16        8 + 8
 *
 * Functions begin at multiples of 16 bytes, so what is overwritten is this
 * function's or padding. */
#include "exercise/detour.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/status.h"

#if defined(__x86_64__) && defined(__LP64__)
static const unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0};
#elif defined(__aarch64__) && defined(__LITTLE_ENDIAN__)
static const unsigned char jump[] = {0x50, 0, 0, 0x58, 0, 0x02, 0x1f, 0xd6};
#else
static const unsigned char jump[] = {0};
#endif

enum { TOGETHER = 16 };

int mg_detour(mg_function from, mg_function to) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t at = (uintptr_t)from;
  void *start = (void *)(at - at % page); /* 16 bytes at 16 lie in one page */
  unsigned char bytes[sizeof jump + sizeof to];
  if (sizeof jump == 1 || at % TOGETHER != 0)
    return mg_fail(GSL_EUNSUP, "no detour on this processor");
  memcpy(bytes, jump, sizeof jump);
  memcpy(bytes + sizeof jump, &to, sizeof to);
  if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0)
    return mg_fail(GSL_EFAILED, "no detour: code cannot be written");
  memcpy((void *)at, bytes, sizeof bytes);
  if (mprotect(start, page, PROT_READ | PROT_EXEC) != 0)
    return mg_fail(GSL_EFAILED, "no detour: code cannot be run again");
  __builtin___clear_cache((char *)at, (char *)at + sizeof bytes);
  return GSL_SUCCESS;
}
