#!/bin/sh
# make_keys.sh FOLDER: the keys and certificates that the page's programs read, as the page makes them: self-signed, each side trusting
# the other's. Each command is printed before it runs.
set -eu

cd -- "$1"

show() {
  printf '$ %s\n' "$*"
  "$@" 2>openssl.log || {
    cat openssl.log >&2
    exit 1
  }
}

for side in server client; do
  case $side in
    server) name=localhost names=subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 ;;
    client) name=client names=subjectAltName=DNS:client ;;
  esac
  show openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$name" -addext "$names" \
    -keyout "$side-key.pem" -out "$side-cert.pem"
done
show openssl pkcs12 -export -in server-cert.pem -inkey server-key.pem -certfile client-cert.pem -passout pass: -out server.pfx
show openssl pkcs12 -export -in client-cert.pem -inkey client-key.pem -certfile server-cert.pem -passout pass: -out client.pfx
rm -f openssl.log
