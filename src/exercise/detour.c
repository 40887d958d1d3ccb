/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A jump in the place of a function; see detour.h.
 *
 * The jump goes to an address that stands behind it:
 *
 *     x86-64   jmp *0(%rip)              6 + 8 bytes
 *     aarch64  ldr x16, 8; br x16        8 + 8
 *
 * and is written where the function's symbol says that it is long enough. */
#include "config.h"

#include "exercise/detour.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/status.h"

#if defined(__x86_64__) && defined(__LP64__)
static const unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0};
#elif defined(__aarch64__) && defined(__AARCH64EL__)
static const unsigned char jump[] = {0x50, 0, 0, 0x58, 0, 0x02, 0x1f, 0xd6};
#else
static const unsigned char jump[] = {0};
#endif

enum { LENGTH = sizeof jump + sizeof(mg_function) };

/* Bytes of the function that begins there; 0 when none does. */
static size_t length_of(const void *address) {
  Dl_info info;
  void *symbol = NULL;
  if (!dladdr1(address, &info, &symbol, RTLD_DL_SYMENT) || !symbol ||
      info.dli_saddr != address)
    return 0;
  return ((const ElfW(Sym) *)symbol)->st_size;
}

int mg_detour(mg_function from, mg_function to) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t at = (uintptr_t)from, start = at - at % page;
  const size_t size = at + LENGTH - start;
  if (sizeof jump == 1 || length_of((void *)at) < LENGTH)
    return mg_fail(GSL_EUNSUP, "no detour of this function here");
  if (mprotect((void *)start, size, PROT_READ | PROT_WRITE) != 0)
    return mg_fail(GSL_EFAILED, "no detour: code cannot be written");
  memcpy((void *)at, jump, sizeof jump);
  memcpy((void *)(at + sizeof jump), &to, sizeof to);
  if (mprotect((void *)start, size, PROT_READ | PROT_EXEC) != 0)
    return mg_fail(GSL_EFAILED, "no detour: code cannot be run again");
  __builtin___clear_cache((char *)at, (char *)at + LENGTH);
  return GSL_SUCCESS;
}
