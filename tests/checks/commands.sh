#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every command that a page shows runs: a line of a code block in README.md,
# CONTRIBUTING.md, docs/ or docs/chapters/ that begins with ./workbench,
# marginalia or a chapter's program (ch02-em), or pipes printf, echo or cat into
# one.  It must end with status 0 and say "error" nowhere on its stderr.
#
# A page's commands run in its own empty folder, in their order, so that a file
# that one writes is there for the next; a line is given to sh as it stands,
# with an empty input.  In place of the programs stand small scripts that call
# those of the build folder and add --quick, with passes=2 where a line sets
# them, and small sizes for bench.  Left out, and said so: ./workbench build and
# test, other measurements, windows, and what reads MNIST's files, or a class.
#   commands.sh [ROOT]    of the source tree, default $srcdir; run by make check
#                         in the build folder

set -eu
programs=$(pwd)
[ -x marginalia ] || { echo "no program in $programs: make first"; exit 1; }
cd "${1:-${srcdir:-.}}"
root=$(pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mg-commands.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset CDPATH NO_COLOR COLUMNS POSIXLY_CORRECT
limit=
if timeout 1 true 2>/dev/null; then limit='timeout 180'; fi

# The stand-ins: $work/bin is on the PATH, and is the folder build/ of a page.
mkdir -p "$work/bin/chapters"
cat >"$work/bin/marginalia" <<END
#!/bin/sh
for word do
  shift
  case \$word in passes=*) word=passes=2 ;; esac
  set -- "\$@" "\$word"
done
case "\$*" in
bench*) set -- "\$@" --set n=2000 --set d=2 --set k=2 ;;
fit\ * | compare* | chapter\ *) set -- "\$@" --quick ;;
esac
exec "$programs/marginalia" "\$@"
END
chmod +x "$work/bin/marginalia"
for chapter in "$programs"/chapters/ch[0-9][0-9]-*; do
  name=${chapter##*/}
  if [ -d "$chapter" ] || [ ! -x "$chapter" ]; then continue; fi
  printf '#!/bin/sh\nexec "%s" "$@" --quick\n' "$chapter" >"$work/bin/$name"
  chmod +x "$work/bin/$name"
  ln -s "../$name" "$work/bin/chapters/$name"
done
PATH=$work/bin:$PATH
export PATH

# The commands of a page, a line each; one that ends in \ goes on in the next.
# Code is fenced, or stands behind four blanks after an empty line.
commands_of() { # page
  awk '
    /^ *```/ { fenced = !fenced; next }
    { code = fenced || (/^    / && (indented || blank)) }
    { indented = !fenced && code; blank = /^$/ }
    !code { next }
    {
      line = $0
      sub(/^ */, "", line)
      sub(/^[$] /, "", line)
      if (more) line = held " " line
      more = sub(/ *\\$/, "", line)
      held = line
      if (more) next
      called = line
      if (line ~ /^(printf|echo|cat) /) sub(/^[^|]*[|] */, "", called)
      if (called ~ /^([.]\/workbench|(build\/)?marginalia)( |$)/ ||
          called ~ /^([.]\/)?(build\/)?(chapters\/)?ch[0-9][0-9]-/)
        print line
    }
  ' "$1"
}

# Why a command is left out; nothing when it is not.
reason() { # command
  case $1 in
  './workbench build'* | './workbench test'*)
    echo "it builds and tests this tree" ;;
  *' bench em'*) ;;
  *' bench'*) echo "it measures for a long time" ;;
  *' exercise check '* | *' --with '*) echo "a reader has to write it first" ;;
  *' class/'*) echo "its data are a class that is not in this tree" ;;
  *idx3-ubyte*) echo "its data are files that are not in this tree" ;;
  *--term?qt* | *--term?x11* | *--term?wxt*) echo "it opens a window" ;;
  esac
}

ran=0
left=0
failed=0
pages=0
for page in README.md CONTRIBUTING.md docs/*.md docs/chapters/*.md; do
  [ -f "$page" ] || continue
  commands_of "$page" >"$work/list"
  [ -s "$work/list" ] || continue
  pages=$((pages + 1))
  mkdir "$work/page$pages"
  cd "$work/page$pages"
  ln -s "$work/bin/marginalia" workbench
  ln -s "$work/bin" build
  while IFS= read -r line; do
    why=$(reason "$line")
    if [ -n "$why" ]; then
      left=$((left + 1))
      echo "$page: left out, $why: $line"
      continue
    fi
    ran=$((ran + 1))
    status=0
    # shellcheck disable=SC2086 # the limit is two words or none
    $limit sh -c "$line" >"$work/out" 2>"$work/err" </dev/null || status=$?
    if [ "$status" != 0 ] || grep -q -i -w error "$work/err"; then
      failed=$((failed + 1))
      echo "$page: exit status $status: $line"
      sed 's/^/  /' "$work/err" | tail -n 5
    fi
  done <"$work/list"
  cd "$root"
done
echo "commands: $ran run from $pages pages, $failed failed, $left left out"
[ "$ran" != 0 ] || echo "no command was seen"
[ "$failed" = 0 ] && [ "$ran" != 0 ]
