# SPDX-License-Identifier: GPL-3.0-or-later
#
# MG_ONEDNN
#
# Chooses the float matrix product of the networks, by
#   --with-onednn=auto|yes|no
# oneDNN's sgemm looks at the processor's features and not at its name, so it
# is fast on processors younger than itself, where OpenBLAS may take its slowest
# kernels.  auto takes it when it can be linked; without it, or with no, sgemm
# is CBLAS's.  It is held to one thread by our own OpenMP regions, so a build
# without OpenMP goes without it.
#
# Wants AC_OPENMP before.  Sets DNNL_LIBS and MG_ONEDNN_NAME, defines HAVE_DNNL.
AC_DEFUN([MG_ONEDNN], [
AC_ARG_WITH([onednn],
  [AS_HELP_STRING([--with-onednn=auto|yes|no],
    [multiply the networks' float matrices by oneDNN: where it is there
     (default), always, or never])],
  [], [with_onednn=auto])
DNNL_LIBS=
MG_ONEDNN_NAME=no
mg_onednn_reason="dnnl_sgemm cannot be linked.
Install its development package, or configure --with-onednn=no"
AS_CASE([$with_onednn],
  [no], [],
  [auto|yes],
  [AS_IF([test -z "$OPENMP_CFLAGS"],
    [mg_onednn_reason="there is no OpenMP, by which it is held to one thread"],
    [mg_onednn_saved_libs=$LIBS
     LIBS="-ldnnl $LIBS"
     AC_MSG_CHECKING([for oneDNN])
     AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <dnnl.h>]],
       [[return (int)dnnl_sgemm('N', 'N', 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1);]])],
       [MG_ONEDNN_NAME=yes
        DNNL_LIBS=-ldnnl
        AC_DEFINE([HAVE_DNNL], [1],
          [Define to 1 when the networks multiply by oneDNN.])])
     AC_MSG_RESULT([$MG_ONEDNN_NAME])
     LIBS=$mg_onednn_saved_libs])
   AS_IF([test "$with_onednn,$MG_ONEDNN_NAME" = yes,no],
     [AC_MSG_ERROR([--with-onednn=yes: $mg_onednn_reason])])],
  [AC_MSG_ERROR([--with-onednn=$with_onednn: give auto, yes or no])])
AC_SUBST([DNNL_LIBS])
])
