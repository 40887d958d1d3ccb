# SPDX-License-Identifier: GPL-3.0-or-later
#
# MG_SANITIZERS
#
# Can the compiler build, and this machine run, a program under ASan and UBSan?
# Then there is a second program that calls submitted functions, and an error of
# memory in them is told with its line (src/exercise/finding.h).
#
# Sets SANITIZER_CFLAGS, and the conditional SANITIZERS.
AC_DEFUN([MG_SANITIZERS], [
mg_saved_cflags=$CFLAGS
SANITIZER_CFLAGS="-fsanitize=address,undefined"
CFLAGS="$CFLAGS $SANITIZER_CFLAGS"
AC_MSG_CHECKING([whether programs run under $SANITIZER_CFLAGS])
AC_RUN_IFELSE([AC_LANG_PROGRAM()],
  [mg_sanitizers=yes], [mg_sanitizers=no], [mg_sanitizers=yes])
AC_MSG_RESULT([$mg_sanitizers])
CFLAGS=$mg_saved_cflags
AC_SUBST([SANITIZER_CFLAGS])
AM_CONDITIONAL([SANITIZERS], [test "$mg_sanitizers" = yes])
])
