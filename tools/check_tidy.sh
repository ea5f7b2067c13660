#!/bin/sh
# check_tidy.sh BUILD: clang-tidy over everything that the folder BUILD is configured to compile of src/, cli/ and bindings/. Most of its time
# goes into the headers, so it looks at several files of a room at once. What passed before, and has not changed since, is not looked at again.
set -eu

build=$(cd -- "$1" && pwd)
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
if ! command -v clang-tidy >/dev/null 2>&1; then
  echo "not run: clang-tidy is not installed"
  exit 77
fi
tidy=$build/tidy
passed=$tidy/passed
mkdir -p "$passed"
option() { sed -n "s/^$1:BOOL=//p" "$build/CMakeCache.txt"; }
aead=$(option SECUREPAIR_FAST_AEAD)
node=$(option SECUREPAIR_BUILD_NODE)
cmake -S . -B "$tidy" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
  -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12 -DSECUREPAIR_FAST_AEAD="${aead:-OFF}" \
  -DSECUREPAIR_BUILD_NODE="${node:-OFF}" \
  -DSECUREPAIR_BUILD_TESTS=OFF -DSECUREPAIR_BUILD_EXAMPLES=OFF -DSECUREPAIR_INSTALL=OFF >"$tidy/configure.log" ||
  { cat "$tidy/configure.log" && exit 1; }
# A change of any header may matter to every file.
common=$({
  clang-tidy --version
  cat .clang-tidy tools/check_tidy.sh "$tidy/compile_commands.json"
  find include src cli bindings -name '*.h' -print0 | sort -z | xargs -0 -r cat
} | sha256sum | cut -c 1-32)
export tidy passed common
# The addon compiles src/ a second time.
# shellcheck disable=SC2016 # expanded inside
find "$tidy" -name 'unity_*.cxx' \( ! -path '*/securepair_node.dir/*' -o -name 'unity_node_*' \) -print0 | sort -z | xargs -0 -r -n 1 -P "$(nproc)" sh -c '
  sources=$(sed -n "s/^#include \"\(.*\)\"$/\1/p" "$1")
  stamp=$passed/$common-$(cat $sources | sha256sum | cut -c 1-32)
  [ ! -e "$stamp" ] || exit 0
  # The commands are g++'"'"'s, which knows warnings that clang does not; that sources are included is the point.
  if output=$(clang-tidy --quiet -p "$tidy" --config-file=.clang-tidy --checks=-bugprone-suspicious-include \
    --extra-arg=-Wno-unknown-warning-option "$1" 2>&1); then
    : >"$stamp"
  else
    printf "%s\n" "$output" | grep -v " warnings\{0,1\} generated\.$\|^Suppressed \|^Use -header-filter"
    exit 1
  fi' sh
find "$passed" -type f ! -name "$common-*" -delete
