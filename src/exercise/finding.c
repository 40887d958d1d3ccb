/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report of ASan or UBSan, read; see finding.h.
 *
 * Of some fifty lines a student needs four things: which line of the file, what
 * it did, to what, and how far off.  They are found by the words that gcc's and
 * clang's runtimes share (both are LLVM's compiler-rt):
 *
 *     ==1==ERROR: AddressSanitizer: heap-buffer-overflow on address ...
 *     READ of size 8 at 0x6040000000b8 thread T0
 *         #0 0x7fc7 in __interceptor_memcpy ...interceptors.inc:827
 *         #1 0x5616 in mg_m_step /tmp/x/m-step.c:22
 *
 *     0x6040000000b8 is located 0 bytes to the right of 40-byte region ...
 *
 *     m-step.c:11:99: runtime error: index 3 out of bounds for type 'double
 * [3]'
 *
 * The line is that of the first frame in the student's file: what happened in
 * memcpy, or in an inline function of GSL, was asked for there.  Later versions
 * of compiler-rt say "after" where this one says "to the right of".
 *
 * What a runtime says that is not in the table is passed on as it is. */
#include "config.h"

#include "exercise/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 400, PHRASE = 160 };

/* What ASan calls it, and what the line did: %s is "reads 8 bytes". */
static const struct {
  const char *name, *words;
} kinds[] = {
    {"heap-use-after-free", "%s of memory that was freed before"},
    {"heap-buffer-overflow", "%s outside of an array that was allocated"},
    {"dynamic-stack-buffer-overflow", "%s outside of an array of the function"},
    {"stack-buffer-overflow", "%s outside of an array of the function"},
    {"stack-buffer-underflow", "%s before an array of the function"},
    {"global-buffer-overflow", "%s outside of a static array"},
    {"stack-use-after-return", "%s of a variable whose function has ended"},
    {"stack-use-after-scope", "%s of a variable whose block has ended"},
    {"use-after-poison", "%s of memory that is not in use"},
    {"attempting double-free", "frees the same memory a second time"},
    {"attempting free on address which was not malloc()-ed",
     "frees an address that malloc never gave"},
    {"stack-overflow",
     "the stack is full: does a function call itself without end, or has it an "
     "enormous array?"},
    {"requested allocation size", "asks for more memory than there can be: is "
                                  "a size computed wrong, or negative?"},
    {"allocator is out of memory", "asks for more memory than there is"},
    {"out of memory", "asks for more memory than there is"},
    {"calloc parameters overflow",
     "asks calloc for more memory than there can be"},
    {"negative-size-param", "gives memcpy or memset a negative size"},
    {"-param-overlap",
     "copies between ranges that overlap: memmove may, memcpy "
     "may not"},
    {"FPE", "divides an integer by 0"},
    {"ABRT", "ends the program by abort(), or an assertion is false"}};

/* The text between two places, of a line, cut. */
static void copy_line(const char *at, char *line) {
  snprintf(line, LINE, "%.*s", (int)strcspn(at, "\n"), at);
}

/* The first frame "#1 0x... in f /path/name.c:22" of a stack that begins behind
 * `at`, up to an empty line.  Returns the line of the file; 0: none. */
static size_t frame_in(const char *at, const char *source) {
  const size_t length = strlen(source);
  for (at = strchr(at, '\n'); at && at[1] != '\n' && at[1];
       at = strchr(at + 1, '\n')) {
    char line[LINE];
    copy_line(at + 1, line);
    if (!strstr(line, "#"))
      continue;
    for (const char *hit = line; (hit = strstr(hit, source)); hit += length)
      if ((hit[-1] == '/' || hit[-1] == ' ') && hit[length] == ':')
        return strtoul(hit + length + 1, NULL, 10);
  }
  return 0;
}

/* "reads 8 bytes". */
static void say_access(const char *report, char *phrase) {
  const char *read = strstr(report, "\nREAD of size "),
             *write = strstr(report, "\nWRITE of size ");
  const bool writes = write && (!read || write < read);
  const char *size = writes ? write + strlen("\nWRITE of size ")
                     : read ? read + strlen("\nREAD of size ")
                            : NULL;
  snprintf(phrase, PHRASE, "%s %lu bytes", writes ? "writes" : "reads",
           size ? strtoul(size, NULL, 10) : 0);
}

/* ": right behind the end of 40 bytes (5 doubles)", where the report tells. */
static void say_place(const char *report, char *phrase) {
  const char *at = strstr(report, " is located ");
  unsigned long distance, bytes;
  char side[16], line[LINE];
  phrase[0] = '\0';
  if (!at)
    return;
  copy_line(at, line);
  static const char *const forms[] = {
      " is located %lu bytes to the %15s of %lu-byte",
      " is located %lu bytes %15s of %lu-byte", /* inside */
      " is located %lu bytes %15s %lu-byte"};
  size_t form = 0;
  while (form < 3 && sscanf(line, forms[form], &distance, side, &bytes) != 3)
    form++;
  if (form == 3)
    return;
  const bool behind = side[0] == 'r' || side[0] == 'a';
  int n = behind && distance == 0
              ? snprintf(phrase, PHRASE, ", right behind the end")
              : snprintf(phrase, PHRASE, ", %lu bytes %s", distance,
                         behind           ? "behind the end"
                         : side[0] == 'i' ? "from the beginning"
                                          : "before the beginning");
  n += snprintf(phrase + n, PHRASE - (size_t)n, " of its %lu byte%s", bytes,
                bytes == 1 ? "" : "s");
  const unsigned long doubles = bytes / (unsigned long)sizeof(double);
  if (bytes % sizeof(double) == 0 && bytes > 0)
    snprintf(phrase + n, PHRASE - (size_t)n, " (%lu double%s)", doubles,
             doubles == 1 ? "" : "s");
}

/* "'local' (line 11) <== Memory access at offset 56 overflows ...": the name of
 * the array, with its quotes. */
static void say_variable(const char *report, char *phrase) {
  const char *arrow = strstr(report, "<== Memory access");
  if (!arrow)
    return;
  const char *start = arrow;
  while (start > report && start[-1] != '\n')
    start--;
  const char *quote = memchr(start, '\'', (size_t)(arrow - start));
  const char *end = quote ? strchr(quote + 1, '\'') : NULL;
  if (end && end < arrow)
    snprintf(phrase, PHRASE, ", %.*s", (int)(end - quote + 1), quote);
}

/* What a SEGV was. */
static void say_crash(const char *report, char *phrase) {
  const bool writes = strstr(report, "caused by a WRITE"),
             null = strstr(report, "zero page");
  snprintf(phrase, PHRASE, "%s memory that is not there%s",
           writes ? "writes to" : "reads",
           null ? ": a pointer is NULL" : ": an index or a pointer is wrong");
}

static void say_kind(const char *report, char *phrase) {
  char access[PHRASE], title[LINE];
  copy_line(report, title);
  say_access(report, access);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strstr(title, kinds[i].name)) {
      snprintf(phrase, PHRASE, kinds[i].words, access);
      return;
    }
  if (strstr(title, "SEGV") || strstr(title, "BUS"))
    say_crash(report, phrase);
  else
    snprintf(phrase, PHRASE, "%.*s", PHRASE - 1, title);
}

static void put(const char *source, size_t line, const char *what,
                const char *where, char *text, size_t size) {
  if (line > 0)
    snprintf(text, size, "line %zu of %s: %s%s", line, source, what, where);
  else
    snprintf(text, size, "%s: %s%s", source, what, where);
}

static void read_address(const char *report, const char *source, char *text,
                         size_t size) {
  char what[PHRASE], where[PHRASE];
  say_kind(report, what);
  say_place(report, where);
  if (!where[0])
    say_variable(report, where);
  put(source, frame_in(report, source), what, where, text, size);
}

/* The line without the word "0x..." that stands behind a place of it. */
static void say_without(const char *words, const char *place, char *what) {
  const char *behind = place + 1 + strcspn(place + 1, " \n");
  snprintf(what, LINE, "%.*s%.*s", (int)(place - words), words,
           (int)strcspn(behind, "\n"), behind);
}

/* UBSan's own words, but for an address, which says nothing and is another one
 * the next time. */
static void say_undefined(const char *words, char *what) {
  const char *address = strstr(words, "address 0x");
  if (strstr(words, "null pointer"))
    snprintf(what, LINE, "uses a pointer that is NULL");
  else if (strstr(words, "with insufficient space"))
    snprintf(what, LINE, "%s outside of an array",
             strncmp(words, "store", 5) == 0 ? "writes" : "reads");
  else if (address && address < words + strcspn(words, "\n"))
    say_without(words, address + strlen("address"), what);
  else
    copy_line(words, what);
}

/* `at` is "runtime error: words" behind "name.c:11:99: ". */
static void read_undefined(const char *output, const char *at,
                           const char *source, char *text, size_t size) {
  char what[LINE], start[LINE];
  const char *line = at;
  while (line > output && line[-1] != '\n')
    line--;
  copy_line(line, start);
  say_undefined(at + strlen("runtime error: "), what);
  const char *own = strstr(start, source);
  const size_t number =
      own && own < start + (at - line) && own[strlen(source)] == ':'
          ? strtoul(own + strlen(source) + 1, NULL, 10)
          : frame_in(at, source);
  put(source, number, what, "", text, size);
}

bool mg_finding_read(const char *output, const char *source, char *text,
                     size_t size) {
  const char *address = strstr(output, "ERROR: AddressSanitizer: "),
             *undefined = strstr(output, "runtime error: ");
  text[0] = '\0';
  if (undefined && (!address || undefined < address))
    read_undefined(output, undefined, source, text, size);
  else if (address)
    read_address(address + strlen("ERROR: AddressSanitizer: "), source, text,
                 size);
  return text[0] != '\0';
}
