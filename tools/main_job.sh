#!/bin/sh
# main_job.sh PROGRAMS SCRATCH [pfx]: the page's echo server and client, then openssl s_client, on port 8000 as the page has it.
# PROGRAMS is the folder of the built examples; pfx: those of them that take a PFX. Exits 0 when everything that the page
# promises was seen, 77 where it cannot run.
set -eu

programs=$(cd -- "$1" && pwd)
echo_server=$programs/echo_server${3:+_$3}
echo_client=$programs/echo_client${3:+_$3}
mkdir -p -- "$2"
scratch=$(mktemp -d "$(cd -- "$2" && pwd)/main-job.XXXXXX")
tools=$(dirname -- "$(readlink -f -- "$0")")
server=

finish() {
  status=$?
  trap - EXIT
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || :
    wait "$server" 2>/dev/null || :
  fi
  rm -rf -- "$scratch"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# await TEXT FILE: waits, at most ten seconds, until a line of FILE is TEXT
await() {
  tries=0
  until grep -qxF -- "$1" "$2" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || return 1
    sleep 0.1
  done
}

# expect FILE TEXT...: each TEXT is a line of FILE
expect() {
  file=$1
  shift
  for text in "$@"; do
    if ! await "$text" "$file"; then
      printf 'main job: "%s" was not seen in:\n' "$text" >&2
      cat "$file" >&2
      [ "$file" = server.log ] || sed 's/^/server: /' server.log >&2
      exit 1
    fi
  done
}

# Port 8000 is 1F40; 0A is the state of a listening socket.
if [ -z "${SECUREPAIR_OWN_NETWORK:-}" ] &&
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$2 ~ /:1F40$/ && $4 == "0A" { found = 1 } END { exit !found }'; then
  echo "Port 8000 is taken on this machine: what follows runs in a network namespace of its own."
  rm -rf -- "$scratch"
  SECUREPAIR_OWN_NETWORK=1 exec "$tools/own_network.sh" "$0" "$@"
fi

cd -- "$scratch"
echo "$ cd $scratch"
"$tools/make_keys.sh" .

echo "$ $echo_server &"
"$echo_server" >server.log 2>&1 &
server=$!
expect server.log 'server bound'
cat server.log

line='a line of input'
echo "$ echo '$line' | $echo_client"
status=0
echo "$line" | timeout 20 "$echo_client" >client.log 2>&1 || status=$?
cat client.log
expect client.log 'client connected authorized' 'welcome!' "$line" 'ended'
if [ "$status" != 0 ]; then
  echo "main job: the client exited with $status" >&2
  exit 1
fi
expect server.log 'server connected authorized'
sed 1d server.log
seen=$(wc -l <server.log)

line='another line of input'
set -- openssl s_client -connect 127.0.0.1:8000 -CAfile server-cert.pem -cert client-cert.pem -key client-key.pem \
  -verify_return_error -brief
# s_client leaves at the end of its input, answered or not.
echo "$ (echo '$line'; sleep 2) | $*"
(
  echo "$line"
  sleep 2
) | timeout 20 "$@" >s_client.log 2>&1 || {
  cat s_client.log
  echo "main job: openssl s_client failed" >&2
  exit 1
}
cat s_client.log
expect s_client.log 'Verification: OK' 'welcome!' "$line"
sed "1,${seen}d" server.log >server-since.log
expect server-since.log 'server connected authorized'
cat server-since.log

echo "$ kill $server"
if ! kill "$server"; then
  echo "main job: the server had ended by itself" >&2
  exit 1
fi
# The shell would say "Terminated".
wait "$server" 2>/dev/null || :
server=
echo "All of it was seen: authorized on both sides, the welcome, the echo, the end."
