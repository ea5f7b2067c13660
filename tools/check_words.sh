#!/bin/sh
# check_words.sh: nothing in the project leans on one machine, on a tracker's numbers, or on a promise without a reason.
set -eu

cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
found=0

# refuse WHY PATTERN [ALLOWED]: no line matches PATTERN, unless it matches ALLOWED
refuse() {
  hits=$(tools/files.sh '*' | xargs -0 -r grep -InE -e "$2" -- /dev/null | grep -vE -e "${3:-^$}") || return 0
  printf '%s:\n%s\n' "$1" "$hits"
  found=1
}

# A letter in brackets keeps this file from finding itself.
refuse 'paths of one machine' '(^|[^[:alnum:]_.])/([w]ork|[r]oot|[h]ome/[a-z]+)/'
refuse 'a folder outside the project' '[s]hared/(design|reference|tools|hooks)'
refuse 'the number of an issue' '[Ii]ssue #?[0-9]'
refuse 'left to do, without a reason' '\<([T]ODO|[F]IXME|[X]XX)\>' '[T]ODO: .{20,}'
refuse 'an unfinished merge' '^(<{7}|>{7}|\|{7}) '
exit "$found"
