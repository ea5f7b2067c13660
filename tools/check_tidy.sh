#!/bin/sh
# check_tidy.sh BUILD: clang-tidy over src/ and cli/, with the compile commands of the folder BUILD. What passed before, and has not changed since,
# is not looked at again.
set -eu

build=$(cd -- "$1" && pwd)
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
if ! command -v clang-tidy >/dev/null 2>&1; then
  echo "not run: clang-tidy is not installed"
  exit 77
fi
passed=$build/tidy
mkdir -p "$passed"
# A change of any header may matter to every file.
common=$({
  clang-tidy --version
  cat .clang-tidy "$build/compile_commands.json"
  find include src cli -name '*.h' -print0 | sort -z | xargs -0 -r cat
} | sha256sum | cut -c 1-32)
export build passed common
# What is not built here cannot be compiled either.
left_out='/none'
grep -q '/src/aead/' "$build/compile_commands.json" || left_out='src/aead/*'
# shellcheck disable=SC2016 # expanded inside
find src cli -name '*.cc' ! -path "$left_out" -print0 | sort -z | xargs -0 -r -n 1 -P "$(nproc)" sh -c '
  stamp=$passed/$common-$(sha256sum "$1" | cut -c 1-32)
  [ ! -e "$stamp" ] || exit 0
  # The commands are g++'"'"'s, which knows warnings that clang does not.
  if output=$(clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option "$1" 2>&1); then
    : >"$stamp"
  else
    printf "%s\n" "$output" | grep -v " warnings\{0,1\} generated\.$\|^Suppressed \|^Use -header-filter"
    exit 1
  fi' sh
find "$passed" -type f ! -name "$common-*" -delete
