#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# plot: which figures there are of which model, and what stands in them.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${srcdir:-.}/tests/command/common.sh"

figures() { # how many scripts a folder has
  find "$1" -name '*.gp' | wc -l | tr -d ' '
}

# Images, and a z of 54 numbers: six figures, of the two that say most.
run fit ppca digits
run plot ppca-digits.safetensors --term none
ended 0
folder=marginalia-plot-ppca-digits
check "six scripts" test "$(figures $folder)" = 6
says out "^$folder/latent.gp: codes"
says $folder/latent.gp \
  "^title = 'ppca, digits: codes, .*, the two most active of 54'"
says $folder/latent.gp "^note = '447 rows of test'"
check "a row a datum" \
  test "$(sed -n '/^\$codes/,/^EOD/p' $folder/latent.gp | wc -l)" = 450
says $folder/plane.gp \
  "z[0-9]*, z[0-9]* from -3 to 3, the two most active of 54; others 0'"
says $folder/interpolate.gp "^title_1 = 'first and last: data"
cp $folder/samples.gp first
run plot ppca-digits.safetensors --figure samples --term none --out again
check "one script" test "$(figures again)" = 1
check "the same seed, the same draws" cmp -s first again/samples.gp
run plot ppca-digits.safetensors --figure samples --term none --out other -s 2
ended 0
if cmp -s first other/samples.gp; then check "other draws" false; fi

# Points of the plane; a z that is no vector has no plane; one without z.
run fit gmm ring --rows 400 --quick
run plot gmm-ring.safetensors ring --term none
ended 0
says out '^no latent: the latent variable is the number of a component$'
check "two scripts" test "$(figures marginalia-plot-gmm-ring)" = 2
says marginalia-plot-gmm-ring/reconstruct.gp "^title_1 = 'test'"
run plot gmm-ring.safetensors --figure plane
ended 1
says err 'gmm-ring.safetensors: no plane: the latent variable is the number'
run fit kde ring --rows 200
run plot kde-ring.safetensors --term none
says out '^no reconstruct: the model has no latent variable'
run fit vae ring --rows 200 --quick --set passes=3
run plot vae-ring.safetensors --term none
ended 0
check "six scripts" test "$(figures marginalia-plot-vae-ring)" = 6
folder2=marginalia-plot-vae-ring
says $folder2/plane.gp "^title = 'vae, ring: decoded, z1, z2 from -3 to 3'"
check "a point a datum" test \
  "$(grep '^"test"	' $folder2/plane.gp | sort -u | wc -l)" = 50
says $folder2/plane.gp '^"along z2"	0	?'
run fit ppca faithful
run plot ppca-faithful.safetensors --term none
says out '^no latent: z has one dimension$'

# A generator: ways between draws of z, its plane, and no code of a datum.
run fit gan ring --rows 200 --quick --set passes=2
run plot gan-ring.safetensors --term none
ended 0
check "four scripts" test "$(figures marginalia-plot-gan-ring)" = 4
says out '^no latent: z makes a datum, and no datum is put back into z$'
says out '^marginalia-plot-gan-ring/interpolate.gp: '
says marginalia-plot-gan-ring/plane.gp \
  "^title = 'gan, ring: decoded, z1, z2 from -3 to 3'"
says marginalia-plot-gan-ring/interpolate.gp \
  "^title = 'gan, ring: decoded on a quarter turn of z'"
run fit gan digits --quick --set passes=1
run plot gan-digits.safetensors --term none
ended 0
check "four scripts of images" test "$(figures marginalia-plot-gan-digits)" = 4
says marginalia-plot-gan-digits/plane.gp 'the first two of 16; others 0'

# Data that are neither: codes alone.
i=0
while [ $i -lt 30 ]; do
  echo "$i,$((i * i % 7)),$((i * 3 % 5)),$((i * i * i % 11))"
  i=$((i + 1))
done >four.csv
run fit ppca four.csv
ended 0
run plot ppca-four.safetensors
ended 2
says err 'was fitted to four.csv: give DATA'
run plot ppca-four.safetensors four.csv --term none
ended 0
says out '^no samples: the data are neither images nor points of a plane$'
check "one script" test "$(figures marginalia-plot-ppca-four)" = 1

run plot ppca-digits.safetensors --figure latnet
ended 2
says err "is 'latnet': give samples, reconstruct, latent, plane, interpolate"
run plot ppca-digits.safetensors --term tty
ended 2
says err '^marginalia: --term: .*svg, png'
run plot ppca-digits.safetensors ring
ended 2
says err 'is a model of'
if command -v gnuplot >/dev/null 2>&1; then
  run plot ppca-digits.safetensors --figure latent --term dumb
  ended 0
  says out 'ppca, digits: codes'
  says out ' z[0-9]* *-*[0-9]* '
  run plot ppca-digits.safetensors --figure plane
  check "a picture" test -s $folder/plane.svg
  says out "^$folder/plane.svg: "
fi
finish
