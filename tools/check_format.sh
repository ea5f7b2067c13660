#!/bin/sh
# check_format.sh: every C++ file is as clang-format writes it. check_format.sh --fix: writes it so.
set -eu

cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
# Releases of clang-format disagree in details; this one decides.
release=14
formatter=
for candidate in clang-format-$release clang-format; do
  if command -v "$candidate" >/dev/null 2>&1 && "$candidate" --version | grep -q " version $release\."; then
    formatter=$candidate
    break
  fi
done
if [ -z "$formatter" ]; then
  echo "not run: clang-format $release is not installed, and another one's taste differs"
  exit 77
fi
case ${1:-} in
  --fix) set -- -i ;;
  *) set -- --dry-run -Werror ;;
esac
tools/files.sh '*.h' '*.cc' | xargs -0 -r "$formatter" "$@"
