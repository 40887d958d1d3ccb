#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# evaluate --method: claims, their signs, and what has no effect.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

run fit ppca faithful --split none
ended 0
model=ppca-faithful.safetensors
run evaluate $model faithful
says out '^ppca	faithful	train	exact	=	-4.7'
exact=$(sed -n 's/^ppca	faithful	train	exact	=	\(-[0-9.]*\)	.*/\1/p' out)
short=$(echo "$exact" | cut -c1-10)

# One part alone.
run evaluate $model faithful --part test --split 0.8/0.1/0.1
ended 0
says out '^ppca	faithful	test	'
lacks out '	train	'
lacks out '	validation	'
run evaluate $model faithful --part tset
ended 2
says err 'give train, validation or test'
run evaluate $model faithful --part test --split none
ended 2
says err 'no rows for test in faithful'
run evaluate $model faithful --method bdmc --part test
ended 2
says err 'part has no effect'

# The proposal of ppca is its posterior: every bound is the exact number.
run evaluate $model faithful --method exact
says out "	exact	=	$exact	"
run evaluate $model faithful --method elbo
ended 0
says out "	elbo	>=	${short}[0-9]*	.*	272	16	5	"
run evaluate $model faithful --method eubo --draws 3
says out "	eubo	<=	${short}[0-9]*	.*	272	3	5	"
run evaluate $model faithful -m iwae -k 7 --draws 2
says out "	iwae	>=	${short}[0-9]*	.*	14	5	.*14 of 14 draws effective"

# The prior is no good proposal, and its interval is withdrawn.
run evaluate $model faithful -m prior -k 200
says out '	prior	>=	-[0-9.]*	[0-9.]*	.*Pareto k > 0.7 on [0-9]* of 272 data'
says out 'interval for log p withdrawn'
run evaluate $model faithful -m ais -k 4 --temperatures 50 --threads 1
ended 0
says out '	ais	>=	-[0-9.]*	0[.0-9]*	.*	272	4	5	'
cp out one
run evaluate $model faithful -m ais -k 4 --temperatures 50 --threads 2
check "the same on two threads" \
  test "$(grep -v '^#' one)" = "$(grep -v '^#' out)"
# The columns of a fitted W are orthogonal: q* is the posterior.
run evaluate $model faithful --method gap
ended 0
says out '	approximation gap	=	[-0-9.e]*	.*a difference	nan	272	'
says out '	amortisation gap	>=	[-0-9.e]*	'
says out 'q\* settled on 272 of 272 data'
# shellcheck disable=SC2016 # the $ are awk's
check "both gaps are 0" awk -F '\t' '$4 ~ / gap$/ && $6 * $6 > 4e-6 {
  bad = 1 } END { exit bad }' out
run evaluate $model faithful --method gap --temperatures 10
ended 2
says err '.-temperatures has no effect with --method gap'
run evaluate $model faithful --method bdmc --temperatures 20
ended 0
says out '^ppca	simulated	all	ais	>=	-'
says out '^ppca	simulated	all	reverse ais	<=	-'

# A mixture's component is a latent variable too, and no gradient leads there.
run fit gmm faithful --split none --set floor=0
run evaluate gmm-faithful.safetensors faithful --method elbo
says out '^gmm	faithful	train	elbo	>=	-4.15538'
run evaluate gmm-faithful.safetensors faithful --method ais
ended 1
says err 'the latent variable of gmm is discrete'
run fit kde faithful
run evaluate kde-faithful.safetensors faithful --method iwae
ended 1
says err 'kde has no latent variable'

run evaluate $model faithful --method elob
ended 2
says err "is 'elob': give exact, elbo, iwae"
run evaluate $model faithful -k 5
ended 2
says err '^marginalia: --weights has no effect with --method exact'
run evaluate $model faithful -m iwae --temperatures 5
ended 2
says err '^marginalia: --temperatures has no effect with --method iwae'
check "nothing on stdout" test ! -s out
finish
