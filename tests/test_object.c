/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names in shared objects: those of a small one, written here byte by byte, and
 * of this library.  A file that was cut or spoilt anywhere is refused, or read
 * to something that makes sense. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/object.h"
#include "base/status.h"

#ifdef HAVE_LINK_H
#include <link.h>

#include "folder.h"

TestSuite(object, .init = folder_enter, .fini = folder_leave);

/* An object of five names: none, one of its own, two given, one wanted. */
typedef struct {
  ElfW(Ehdr) head;
  ElfW(Sym) symbol[5];
  char names[32];
  ElfW(Shdr) section[3];
} small;

enum { NAMES = 1, TABLE = 2 };

static void set_section(ElfW(Shdr) * s, unsigned type, size_t offset,
                        size_t size) {
  s->sh_type = type;
  s->sh_offset = offset;
  s->sh_size = size;
}

static void set_symbol(ElfW(Sym) * s, unsigned name, int bind, int type,
                       unsigned section) {
  s->st_name = name;
  s->st_info = (unsigned char)(bind << 4 | type);
  s->st_shndx = (unsigned short)section;
}

/* "\0own\0given\0weak\0wanted": names at 1, 5, 11, 16. */
static small small_object(void) {
  small o;
  const unsigned short one = 1;
  memset(&o, 0, sizeof o);
  memcpy(o.head.e_ident, ELFMAG, SELFMAG);
  o.head.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
  o.head.e_ident[EI_DATA] =
      *(const unsigned char *)&one ? ELFDATA2LSB : ELFDATA2MSB;
  o.head.e_type = ET_DYN;
  o.head.e_shentsize = sizeof(ElfW(Shdr));
  o.head.e_shnum = 3;
  o.head.e_shoff = offsetof(small, section);
  memcpy(o.names, "\0own\0given\0weak\0wanted", 23);
  set_section(&o.section[NAMES], SHT_STRTAB, offsetof(small, names),
              sizeof o.names);
  set_section(&o.section[TABLE], SHT_DYNSYM, offsetof(small, symbol),
              sizeof o.symbol);
  o.section[TABLE].sh_link = NAMES;
  set_symbol(&o.symbol[1], 1, STB_LOCAL, STT_FUNC, 7);
  set_symbol(&o.symbol[2], 5, STB_GLOBAL, STT_FUNC, 7);
  set_symbol(&o.symbol[3], 11, STB_WEAK, STT_OBJECT, 8);
  set_symbol(&o.symbol[4], 16, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF);
  return o;
}

/* Reads n bytes as a file, and every name of it. */
static int read_bytes(mg_object *o, const void *bytes, size_t n) {
  const int file = open("object", O_WRONLY | O_CREAT, 0666);
  cr_assert(file >= 0 && pwrite(file, bytes, n, 0) == (ssize_t)n &&
                ftruncate(file, (off_t)n) == 0 && close(file) == 0,
            "no file");
  const int status = mg_object_read(o, "object");
  for (size_t i = 0; i < o->symbols; i++)
    cr_expect(strlen(o->symbol[i].name) < n, "a name without end");
  cr_expect(status == GSL_SUCCESS || !(o->symbols || o->symbol || o->bytes),
            "half read");
  return status;
}

Test(object, names_of_a_small_one) {
  const small bytes = small_object();
  mg_object o;
  cr_assert(read_bytes(&o, &bytes, sizeof bytes) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_assert(o.symbols == 3, "%zu names", o.symbols);
  const mg_object_symbol *s = mg_object_find(&o, "given");
  cr_expect(s && s->defined && s->function && !s->weak, "a function it gives");
  s = mg_object_find(&o, "weak");
  cr_expect(s && s->defined && !s->function && s->weak, "data that yield");
  s = mg_object_find(&o, "wanted");
  cr_expect(s && !s->defined && !s->function && !s->weak, "what it wants");
  cr_expect(!mg_object_find(&o, "own"), "a name of its own");
  cr_expect(!mg_object_find(&o, ""), "a name without letters");
  mg_object_clear(&o);
  cr_expect(o.symbols == 0 && !o.symbol && !o.bytes, "not cleared");
}

static void expect_refusal(const small *bytes, const char *why) {
  mg_object o;
  cr_expect(read_bytes(&o, bytes, sizeof *bytes) == GSL_EINVAL, "read: %s",
            why);
  cr_expect(strstr(mg_reason(), why) != NULL, "'%s', not '%s'", mg_reason(),
            why);
}

Test(object, what_is_none) {
  mg_object o;
  small bytes = small_object();
  cr_expect(mg_object_read(&o, "nothing") == GSL_EFAILED, "nothing");
  cr_expect(strstr(mg_reason(), "nothing") != NULL, "%s", mg_reason());
  cr_expect(read_bytes(&o, "int x;", 6) == GSL_EINVAL, "a text");
  bytes.head.e_ident[0] = 'x';
  expect_refusal(&bytes, "does not begin");
  bytes = small_object();
  bytes.head.e_ident[EI_CLASS] ^= 3;
  expect_refusal(&bytes, "another kind of processor");
  bytes = small_object();
  bytes.head.e_ident[EI_DATA] ^= 3;
  expect_refusal(&bytes, "another kind of processor");
  bytes = small_object();
  bytes.head.e_type = ET_REL;
  expect_refusal(&bytes, "-shared -fPIC");
  bytes = small_object();
  bytes.section[TABLE].sh_type = SHT_SYMTAB;
  expect_refusal(&bytes, "no table of names");
}

/* One byte more than there is, in each of the sizes. */
Test(object, what_goes_beyond_the_end) {
  small bytes = small_object();
  bytes.section[TABLE].sh_size = sizeof bytes - offsetof(small, symbol) + 1;
  expect_refusal(&bytes, "beyond its end");
  bytes = small_object();
  bytes.section[NAMES].sh_size = sizeof bytes - offsetof(small, names) + 1;
  expect_refusal(&bytes, "beyond its end");
  bytes = small_object();
  bytes.section[TABLE].sh_link = 3;
  expect_refusal(&bytes, "beyond its end");
  bytes = small_object();
  bytes.section[NAMES].sh_size = 22; /* the last name has no end */
  expect_refusal(&bytes, "beyond its end");
  bytes = small_object();
  bytes.head.e_shoff++;
  expect_refusal(&bytes, "no table of names");
  mg_object o;
  bytes = small_object();
  bytes.symbol[2].st_name = sizeof bytes.names;
  cr_expect(read_bytes(&o, &bytes, sizeof bytes) == GSL_SUCCESS &&
                o.symbols == 2,
            "a name behind all names");
  mg_object_clear(&o);
}

Test(object, cut_anywhere) {
  const small bytes = small_object();
  mg_object o;
  for (size_t n = 0; n < sizeof bytes; n++)
    cr_expect(read_bytes(&o, &bytes, n) == GSL_EINVAL, "%zu bytes", n);
}

/* Each byte, with one bit turned, and with all. */
Test(object, spoilt_anywhere) {
  small bytes = small_object();
  unsigned char *at = (unsigned char *)&bytes;
  for (size_t i = 0; i < sizeof bytes; i++)
    for (int turned = 1; turned < 512; turned += turned) {
      mg_object o;
      at[i] ^= (unsigned char)(turned == 256 ? 255 : turned);
      read_bytes(&o, &bytes, sizeof bytes);
      mg_object_clear(&o);
      at[i] ^= (unsigned char)(turned == 256 ? 255 : turned);
    }
}

/* Where it was built, names of the library are among its own. */
Test(library, names_of_the_library) {
  mg_object o;
  if (access("libmarginalia.so", R_OK) != 0)
    cr_skip_test("there is no shared library");
  cr_assert(mg_object_read(&o, "libmarginalia.so") == GSL_SUCCESS, "%s",
            mg_reason());
  const mg_object_symbol *s = mg_object_find(&o, "mg_log_sum_exp");
  cr_expect(s && s->defined && s->function, "a function of ours");
  s = mg_object_find(&o, "mg_exercises");
  cr_expect(s && s->defined && !s->function, "a table of ours");
  s = mg_object_find(&o, "gsl_vector_alloc");
  cr_expect(s && !s->defined, "a function of GSL's");
  cr_expect(!mg_object_find(&o, "read_symbols"), "a name of a file's own");
  mg_object_clear(&o);
}
#else

Test(object, elsewhere) {
  mg_object o;
  cr_expect(mg_object_read(&o, "libmarginalia.so") == GSL_EUNSUP, "%s",
            mg_reason());
}
#endif
