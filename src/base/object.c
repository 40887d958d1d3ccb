/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dynamic symbols of an ELF file; see object.h.
 *
 *     header             at 0: what the file is, where its sections are listed
 *     list of sections   each: kind, place, size, and a section it goes with
 *     SHT_DYNSYM         symbols of a fixed size: name, kind, section or none
 *     its string table   the names, each with a 0 behind it
 *
 * As in <elf.h>, and in the ABI of System V, chapters 4 and 5.  Every place and
 * size is held against the file's before it is used, and structs are copied out
 * of the bytes, which may lie at any address.
 *
 * Not here: objects of another byte order or word size than this program's,
 * which could not be loaded either; versions of symbols. */
#include "config.h"

#include "base/object.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"

void mg_object_clear(mg_object *o) {
  free(o->symbol);
  free(o->bytes);
  *o = (mg_object){0};
}

const mg_object_symbol *mg_object_find(const mg_object *o, const char *name) {
  for (size_t i = 0; i < o->symbols; i++)
    if (strcmp(o->symbol[i].name, name) == 0)
      return &o->symbol[i];
  return NULL;
}

#ifdef HAVE_LINK_H
#include <link.h>

typedef ElfW(Ehdr) header;
typedef ElfW(Shdr) section;
typedef ElfW(Sym) symbol;

enum { OURS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32 };
static const size_t most_bytes = (size_t)1 << 30;

/* The bytes of a file, and what of them was understood. */
typedef struct {
  const char *bytes;
  size_t size;
  header head;
} elf;

static int fail(const char *why) {
  return mg_fail(GSL_EINVAL, "it is no shared object: %s", why);
}

/* Copies n bytes from `at` on; false when the file does not hold them. */
static bool copy(const elf *f, uint64_t at, void *to, size_t n) {
  if (at > f->size || n > f->size - at)
    return false;
  memcpy(to, f->bytes + at, n);
  return true;
}

static int read_header(elf *f) {
  const uint16_t one = 1;
  const int order = *(const unsigned char *)&one ? ELFDATA2LSB : ELFDATA2MSB;
  if (!copy(f, 0, &f->head, sizeof f->head) ||
      memcmp(f->head.e_ident, ELFMAG, SELFMAG) != 0)
    return fail("it does not begin as one");
  if (f->head.e_ident[EI_CLASS] != OURS || f->head.e_ident[EI_DATA] != order)
    return fail("it was compiled for another kind of processor");
  if (f->head.e_type != ET_DYN)
    return fail("compile it with -shared -fPIC");
  if (f->head.e_shentsize != sizeof(section))
    return fail("its sections are of another size");
  return GSL_SUCCESS;
}

static bool section_at(const elf *f, size_t i, section *s) {
  return i < f->head.e_shnum && f->head.e_shoff <= f->size &&
         copy(f, f->head.e_shoff + i * sizeof *s, s, sizeof *s);
}

/* Symbols and their names; both lie in the file, and names end in it. */
static int find_table(const elf *f, section *table, section *names) {
  size_t i = 0;
  while (section_at(f, i, table) && table->sh_type != SHT_DYNSYM)
    i++;
  if (!section_at(f, i, table))
    return fail("it has no table of names");
  if (!section_at(f, table->sh_link, names) || table->sh_offset > f->size ||
      table->sh_size > f->size - table->sh_offset ||
      names->sh_offset > f->size ||
      names->sh_size > f->size - names->sh_offset || names->sh_size == 0 ||
      f->bytes[names->sh_offset + names->sh_size - 1] != '\0')
    return fail("its table of names goes beyond its end");
  return GSL_SUCCESS;
}

static bool keep(const elf *f, const section *names, const symbol *s,
                 mg_object_symbol *kept) {
  const unsigned bind = ELF64_ST_BIND(s->st_info);
  const unsigned type = ELF64_ST_TYPE(s->st_info);
  if (bind == STB_LOCAL || s->st_name >= names->sh_size)
    return false;
  *kept =
      (mg_object_symbol){.name = f->bytes + names->sh_offset + s->st_name,
                         .defined = s->st_shndx != SHN_UNDEF,
                         .weak = bind == STB_WEAK,
                         .function = type == STT_FUNC || type == STT_GNU_IFUNC};
  return true;
}

static int read_symbols(const elf *f, mg_object *o) {
  section table, names;
  const int status = find_table(f, &table, &names);
  if (status != GSL_SUCCESS)
    return status;
  const size_t n = table.sh_size / sizeof(symbol);
  if (!(o->symbol = calloc(n + 1, sizeof *o->symbol)))
    return mg_fail(GSL_ENOMEM, "no memory for %zu names", n);
  for (size_t i = 0; i < n; i++) {
    symbol s;
    memcpy(&s, f->bytes + table.sh_offset + i * sizeof s, sizeof s);
    o->symbols += keep(f, &names, &s, &o->symbol[o->symbols]);
  }
  return GSL_SUCCESS;
}

int mg_object_read(mg_object *o, const char *path) {
  elf f = {.size = 0};
  *o = (mg_object){0};
  int status = mg_file_read(path, most_bytes, &o->bytes, &f.size);
  if (status != GSL_SUCCESS)
    return status;
  f.bytes = o->bytes;
  status = read_header(&f);
  if (status == GSL_SUCCESS)
    status = read_symbols(&f, o);
  if (status != GSL_SUCCESS)
    mg_object_clear(o);
  return mg_fail_in(status, "%.200s", path);
}

#else

int mg_object_read(mg_object *o, const char *path) {
  *o = (mg_object){0};
  return mg_fail(GSL_EUNSUP, "%.200s: names are read from ELF objects alone",
                 path);
}

#endif
