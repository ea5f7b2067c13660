#!/bin/sh
# check_headers.sh: each public header compiles alone, twice over, and so do the calls that a program makes, without a warning, with every
# compiler that is here.
set -eu

cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
compilers=
for compiler in g++ clang++; do
  if command -v "$compiler" >/dev/null 2>&1; then compilers="$compilers $compiler"; fi
done
if [ -z "$compilers" ]; then
  echo "not run: neither g++ nor clang++ is installed"
  exit 77
fi
echo "compilers:$compilers"
# shellcheck disable=SC2016 # expanded inside
for compiler in $compilers; do
  (cd include && find securepair -name '*.h' -print0) |
    compiler=$compiler xargs -0 -r -n 1 -P "$(nproc)" sh -c '
      printf "#include <%s>\n#include <%s>\n" "$1" "$1" |
        "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Iinclude -x c++ - ||
        { echo "$1 does not compile alone with $compiler"; exit 1; }' sh
done
for compiler in $compilers; do
  "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Iinclude -Itests tests/tls/calls_test.cc ||
    { echo "tests/tls/calls_test.cc does not compile with $compiler"; exit 1; }
done
