#!/bin/sh
# check_shell.sh: shellcheck over every shell script, found by its first line.
set -eu

cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
if ! command -v shellcheck >/dev/null 2>&1; then
  echo "not run: shellcheck is not installed"
  exit 77
fi
# shellcheck disable=SC2016 # expanded inside
tools/files.sh '*' |
  xargs -0 -r sh -c 'for file; do
    case $(head -c 64 "$file" | tr -d "\0" | head -n 1) in
      "#!"*sh | "# shellcheck shell="*) printf "%s\0" "$file" ;;
    esac
  done' sh | xargs -0 -r shellcheck -x
