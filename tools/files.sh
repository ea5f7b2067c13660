#!/bin/sh
# files.sh GLOB...: the project's files that match, tracked or new but not ignored, each followed by NUL. Without git: those that are no
# one's results.
# shellcheck disable=SC2016 # what xargs runs is expanded there
set -eu

cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
if command -v git >/dev/null 2>&1 && [ -e .git ]; then
  # The folder may belong to someone else, as in a container.
  git -c safe.directory='*' ls-files -z --cached --others --exclude-standard -- "$@"
else
  for glob in "$@"; do
    find . -path ./build -prune -o -path './build-*' -prune -o -type f -path "./$glob" -print0
  done
fi |
  # A tracked file may have been deleted.
  xargs -0 -r sh -c 'for file; do [ ! -f "$file" ] || printf "%s\0" "$file"; done' sh
