# SPDX-License-Identifier: GPL-3.0-or-later
#
# MG_SHARED
#
# Can the library also be a shared one?  A chapter is linked with it, so that
# the dynamic linker can put a reader's function in the place of one of the
# library (chapter --with), and so is the program that calls submitted functions
# (src/exercise/evaluate.c).  It is made from the archive, all of it, so no
# source is compiled twice.  Where the linker is another than ELF's, chapters
# hold the archive, and exercises cannot be checked.
#
# A call from one function of the library to another must go by its name, also
# within a file: -fsemantic-interposition says so to clang, for which it is not
# the default.
#
# Sets MG_PIC_CFLAGS; CHAPTER_RPATH and EVALUATOR_RPATH, where programs in
# chapters/ and beside the library look for it, here and installed; the
# conditional SHARED_LIBRARY.
AC_DEFUN([MG_SHARED], [
mg_saved_cflags=$CFLAGS
mg_saved_ldflags=$LDFLAGS
MG_PIC_CFLAGS=-fPIC
CFLAGS="$CFLAGS -Werror -fPIC -fsemantic-interposition"
AC_MSG_CHECKING([whether $CC accepts -fsemantic-interposition])
AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
  [MG_PIC_CFLAGS="-fPIC -fsemantic-interposition"
   AC_MSG_RESULT([yes])],
  [AC_MSG_RESULT([no])])
CFLAGS="$mg_saved_cflags -fPIC"
LDFLAGS="$LDFLAGS -shared -Wl,-soname,x.so"
LDFLAGS="$LDFLAGS -Wl,--whole-archive -Wl,--no-whole-archive"
AC_MSG_CHECKING([whether a shared library can be made of an archive])
AC_LINK_IFELSE([AC_LANG_SOURCE([int mg_shared(void) { return 0; }])],
  [mg_shared=yes], [mg_shared=no])
AC_MSG_RESULT([$mg_shared])
CFLAGS=$mg_saved_cflags
LDFLAGS=$mg_saved_ldflags
CHAPTER_RPATH="-Wl,-rpath,'\$\$ORIGIN/..' -Wl,-rpath,\$(pkglibdir)"
EVALUATOR_RPATH="-Wl,-rpath,'\$\$ORIGIN' -Wl,-rpath,\$(pkglibdir)"
AC_SUBST([MG_PIC_CFLAGS])
AC_SUBST([CHAPTER_RPATH])
AC_SUBST([EVALUATOR_RPATH])
AM_CONDITIONAL([SHARED_LIBRARY], [test "$mg_shared" = yes])
])
