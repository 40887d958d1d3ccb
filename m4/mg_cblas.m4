# SPDX-License-Identifier: GPL-3.0-or-later
#
# MG_CBLAS
#
# Chooses the CBLAS that GSL's matrix products run on, by
#   --with-cblas=auto|openblas|blis|gsl|LIBS
# GSL's own reaches a thirtieth of a tuned one's speed, so auto tries OpenBLAS,
# then BLIS, and takes GSL's last.  Two libraries that define the same names
# must never be linked side by side: gsl.pc is asked to name the chosen one in
# the place of its own.
#
# Wants PKG_PROG_PKG_CONFIG and GSL_LIBS before.  Sets GSL_LIBS anew and
# MG_CBLAS_NAME ("openblas", "blis", "gsl", or the LIBS that were given).
AC_DEFUN([MG_CBLAS], [
AC_ARG_WITH([cblas],
  [AS_HELP_STRING([--with-cblas=auto|openblas|blis|gsl|LIBS],
    [the CBLAS to use: the first of these three that is there (default),
     one of them, or what to link, as in --with-cblas="-lmkl_rt"])],
  [], [with_cblas=auto])
AS_CASE([$with_cblas],
  [auto|yes], [mg_cblas_choices="openblas blis gsl"],
  [openblas|blis], [mg_cblas_choices=$with_cblas],
  [gsl|no], [mg_cblas_choices=gsl],
  [mg_cblas_choices=LIBS])
AC_MSG_CHECKING([for a CBLAS])
MG_CBLAS_NAME=
mg_cblas_saved_libs=$LIBS
for mg_cblas_choice in $mg_cblas_choices; do
  AS_CASE([$mg_cblas_choice],
    [LIBS], [mg_cblas_libs=$with_cblas],
    [gsl], [mg_cblas_libs=-lgslcblas],
    [mg_cblas_libs=-l$mg_cblas_choice])
  mg_gsl_libs=`$PKG_CONFIG \
    --define-variable=GSL_CBLAS_LIB="$mg_cblas_libs" --libs gsl`
  LIBS="$mg_gsl_libs $mg_cblas_saved_libs"
  AC_LINK_IFELSE([AC_LANG_PROGRAM(
    [[void cblas_dgemm(void); void cblas_sgemm(void);
      int gsl_blas_dgemm(void);]],
    [[cblas_dgemm(); cblas_sgemm(); return gsl_blas_dgemm();]])],
    [AS_IF([test "$mg_cblas_choice" = LIBS],
       [MG_CBLAS_NAME=$with_cblas], [MG_CBLAS_NAME=$mg_cblas_choice])
     GSL_LIBS=$mg_gsl_libs
     break])
done
AC_MSG_RESULT([${MG_CBLAS_NAME:-none}])
AS_IF([test -z "$MG_CBLAS_NAME"],
  [AC_MSG_ERROR([--with-cblas=$with_cblas: cblas_dgemm cannot be linked.
Install its development package, or let configure choose: --with-cblas=auto])])
# OpenBLAS beside our own threads slows both: programs hold it to one.
AC_CHECK_FUNCS([openblas_set_num_threads bli_thread_set_num_threads])
LIBS=$mg_cblas_saved_libs
AC_SUBST([MG_CBLAS_NAME])
AC_DEFINE_UNQUOTED([MG_CBLAS_NAME], ["$MG_CBLAS_NAME"],
  [The CBLAS that was chosen.])
])
