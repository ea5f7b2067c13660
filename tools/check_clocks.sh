#!/bin/sh
# check_clocks.sh [FILE...]: the wall clock, which may jump, is asked about certificates and tickets alone. Time-outs and limits stand on
# the monotonic one.
set -eu

cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
if [ "$#" = 0 ]; then
  set -- src include
fi
clocks='system_clock|file_clock|utc_clock|CLOCK_REALTIME|gettimeofday|(^|[^[:alnum:]_.>])time\((nullptr|NULL|0|&)'
asked=$(grep -rnE -e "$clocks" -- "$@" |
  grep -vE -e '^(src/(crypto/|engine/(engine_sessions|session|ticket_keys)\.)|include/securepair/tls/verify_peer\.h)') || exit 0
printf 'the wall clock:\n%s\n' "$asked"
exit 1
