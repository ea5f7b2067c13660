#!/bin/sh
# own_network.sh COMMAND...: runs COMMAND where every port is free: in a network namespace of its own, with nothing but a loopback.
# Exit code 77, after a line "not run: ...", where the system lets us make none.
set -eu

for flags in -n -rn; do
  if unshare "$flags" ip link set lo up 2>/dev/null; then
    # shellcheck disable=SC2016 # expanded inside
    exec unshare "$flags" sh -c 'ip link set lo up && exec "$@"' sh "$@"
  fi
done
echo "not run: this system lets us make no network namespace ($(unshare -rn ip link set lo up 2>&1 | head -n 1))" >&2
exit 77
