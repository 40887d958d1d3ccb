/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports of ASan and UBSan as sentences: what gcc 12's and clang 14's runtimes
 * printed, cut behind the lines that are read, and one in the words of later
 * versions. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "exercise/finding.h"

TestSuite(finding);

static void expect(const char *output, const char *sentence) {
  char text[400];
  cr_expect(mg_finding_read(output, "m-step.c", text, sizeof text),
            "nothing was found in: %s", output);
  cr_expect(strcmp(text, sentence) == 0, "\"%s\" for \"%s\"", text, sentence);
}

Test(finding, nothing) {
  char text[400] = "left";
  cr_expect(!mg_finding_read("log p is -3.1\n", "m-step.c", text, sizeof text),
            "a finding in what a function printed");
  cr_expect(text[0] == '\0', "\"%s\" is told", text);
}

Test(finding, array_is_left_at_its_end) {
  expect(
      "ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6040 at "
      "pc 0x5623 bp 0x7ffd sp 0x7ffd\n"
      "READ of size 8 at 0x6040000000b8 thread T0\n"
      "    #0 0x56230c92a688 in mg_m_step /tmp/x/m-step.c:9\n"
      "    #1 0x56230c92b206 in main /tmp/x/main.c:4\n"
      "\n"
      "0x6040000000b8 is located 0 bytes to the right of 40-byte region "
      "[0x604000000090,0x6040000000b8)\n"
      "allocated by thread T0 here:\n"
      "    #0 0x7f5757cb89cf in __interceptor_malloc asan_malloc_linux.cpp\n",
      "line 9 of m-step.c: reads 8 bytes outside of an array that was "
      "allocated, right behind the end of its 40 bytes (5 doubles)");
}

Test(finding, array_is_left_at_its_beginning) {
  expect(
      "==9900==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6\n"
      "WRITE of size 8 at 0x604000000088 thread T0\n"
      "    #0 0x55f8aad42ab7 in mg_m_step /tmp/x/m-step.c:20:18\n"
      "\n"
      "0x604000000088 is located 8 bytes before 40-byte region [0x6,0x6)\n",
      "line 20 of m-step.c: writes 8 bytes outside of an array that was "
      "allocated, 8 bytes before the beginning of its 40 bytes (5 doubles)");
}

Test(finding, what_memcpy_did_was_asked_for_in_the_students_line) {
  expect("==10365==ERROR: AddressSanitizer: heap-buffer-overflow on address\n"
         "READ of size 48 at 0x6040000000f8 thread T0\n"
         "    #0 0x55b2 in __asan_memcpy (/tmp/x/clang.x+0xa34c6)\n"
         "    #0 0x55b2 in inlined /tmp/x/m-step.cc:7:1\n"
         "    #1 0x55b2 in mg_m_step /tmp/x/m-step.c:22:14\n"
         "    #2 0x55b2 in main /tmp/x/not-m-step.c:4:153\n"
         "\n"
         "0x604 is located 0 bytes after 43-byte region [0x1,0x2)\n",
         "line 22 of m-step.c: reads 48 bytes outside of an array that was "
         "allocated, right behind the end of its 43 bytes");
}

Test(finding, array_of_the_function_by_its_name) {
  expect("==1==ERROR: AddressSanitizer: stack-buffer-overflow on address 0x7f\n"
         "WRITE of size 8 at 0x7ffe6716b458 thread T0\n"
         "    #0 0x55b9ee3f638d in mg_m_step /tmp/x/m-step.c:3\n"
         "\n"
         "Address 0x7ffe6716b458 is located in stack of thread T0 at offset 72 "
         "in frame\n"
         "    #0 0x55b9ee3f61e8 in mg_m_step /tmp/x/m-step.c:3\n"
         "\n"
         "  This frame has 2 object(s):\n"
         "    [48, 72) 'local' (line 3) <== Memory access at offset 72 "
         "overflows this variable\n",
         "line 3 of m-step.c: writes 8 bytes outside of an array of the "
         "function, 'local'");
}

Test(finding, freed_memory) {
  expect("==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x6070\n"
         "READ of size 8 at 0x607000000110 thread T0\n"
         "    #0 0x5635dd192890 in mg_m_step /tmp/x/m-step.c:12\n"
         "\n"
         "0x607 is located 16 bytes inside of 80-byte region [0x1,0x2)\n",
         "line 12 of m-step.c: reads 8 bytes of memory that was freed before, "
         "16 bytes from the beginning of its 80 bytes (10 doubles)");
  expect("==1==ERROR: AddressSanitizer: attempting double-free on 0x607 in "
         "thread T0:\n"
         "    #0 0x7f52 in __interceptor_free asan_malloc_linux.cpp:52\n"
         "    #1 0x5635 in mg_m_step /tmp/x/m-step.c:13\n"
         "\n",
         "line 13 of m-step.c: frees the same memory a second time");
  expect("==1==ERROR: AddressSanitizer: attempting free on address which was "
         "not malloc()-ed: 0x604 in thread T0\n"
         "    #1 0x560d4636ad09 in mg_m_step /tmp/x/m-step.c:24\n\n",
         "line 24 of m-step.c: frees an address that malloc never gave");
}

Test(finding, crash) {
  expect("AddressSanitizer:DEADLYSIGNAL\n"
         "=================================================================\n"
         "==1==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000030 "
         "(pc 0x5 bp 0x1 sp 0x7 T0)\n"
         "==1==The signal is caused by a READ memory access.\n"
         "==1==Hint: address points to the zero page.\n"
         "    #0 0x55927db9f174 in mg_m_step /tmp/x/m-step.c:1\n\n",
         "line 1 of m-step.c: reads memory that is not there: a pointer is "
         "NULL");
  expect("==1==ERROR: AddressSanitizer: stack-overflow on address 0x7ffd\n"
         "    #0 0x560b50596357 in deep /tmp/x/m-step.c:5\n"
         "    #1 0x560b50596409 in deep /tmp/x/m-step.c:5\n\n",
         "line 5 of m-step.c: the stack is full: does a function call itself "
         "without end, or has it an enormous array?");
  expect("==1==ERROR: AddressSanitizer: requested allocation size "
         "0xffffffffffffff9c (0x7a0 after adjustments) exceeds maximum\n"
         "    #0 0x7f52 in __interceptor_malloc asan_malloc_linux.cpp:69\n"
         "    #1 0x55afd2fa6a22 in mg_m_step /tmp/x/m-step.c:19\n\n",
         "line 19 of m-step.c: asks for more memory than there can be: is a "
         "size computed wrong, or negative?");
}

Test(finding, undefined_behaviour) {
  expect("m is 3\n"
         "m-step.c:11:99: runtime error: index 3 out of bounds for type "
         "'double [3]'\n"
         "    #0 0x55f8320b3747 in mg_m_step /tmp/x/m-step.c:11\n",
         "line 11 of m-step.c: index 3 out of bounds for type 'double [3]'");
  expect("/tmp/x/m-step.c:18:20: runtime error: division by zero\n",
         "line 18 of m-step.c: division by zero");
  expect("m-step.c:14:18: runtime error: load of null pointer of type "
         "'double'\n",
         "line 14 of m-step.c: uses a pointer that is NULL");
  expect("m-step.c:31:56: runtime error: load of misaligned address 0x6040 for "
         "type 'double', which requires 8 byte alignment\n",
         "line 31 of m-step.c: load of misaligned address for type 'double', "
         "which requires 8 byte alignment");
  expect("m-step.c:3:195: runtime error: store to address 0x7ffe with "
         "insufficient space for an object of type 'double'\n",
         "line 3 of m-step.c: writes outside of an array");
}

/* In an inline function of a header: the line that called it is in the stack.
 */
Test(finding, undefined_behaviour_in_a_header) {
  expect(
      "/usr/include/gsl/gsl_vector_double.h:186:10: runtime error: member "
      "access within null pointer of type 'gsl_vector'\n"
      "    #0 0x559 in gsl_vector_get /usr/include/gsl/gsl_vector_double.h:1\n"
      "    #1 0x559 in mg_m_step /tmp/x/m-step.c:29\n"
      "    #2 0x559 in main /tmp/x/main.c:4\n\n",
      "line 29 of m-step.c: uses a pointer that is NULL");
}

/* gcc goes on after the first where it may. */
Test(finding, first_of_two) {
  expect("m-step.c:3:195: runtime error: division by zero\n"
         "==1==ERROR: AddressSanitizer: FPE on unknown address 0x5\n"
         "    #0 0x560b50596357 in f /tmp/x/m-step.c:5\n\n",
         "line 3 of m-step.c: division by zero");
  expect("==1==ERROR: AddressSanitizer: FPE on unknown address 0x5\n"
         "    #0 0x560b50596357 in f /tmp/x/m-step.c:5\n\n"
         "m-step.c:3:195: runtime error: division by zero\n",
         "line 5 of m-step.c: divides an integer by 0");
}

Test(finding, without_lines) {
  expect("==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6\n"
         "READ of size 8 at 0x6040000000b8 thread T0\n"
         "    #0 0x5623 (/tmp/x/sanitized.so+0x3270)\n\n",
         "m-step.c: reads 8 bytes outside of an array that was allocated");
  expect("==1==ERROR: AddressSanitizer: something-new on address 0x6\n",
         "m-step.c: something-new on address 0x6");
}
