#pragma once
#include <securepair/bytes.h>

#include <functional>
#include <optional>
#include <string>

namespace securepair::tls {

class CleartextStream;

/// A key that a client shares with a server, 16 to 256 random bytes, and the name by which the
/// server finds it, up to 127 bytes. Such a key is to be made by a machine: a password can be
/// guessed by whoever records a connection. It is for two that know which of them is the server:
/// a program that is both under one key may be connected to itself (RFC 9257).
struct PskIdentity {
  std::string identity = {};
  Buffer psk = {};
};

/// A client's key. `hint` is what a server of TLS 1.2 says to help, and empty with TLS 1.3, where
/// it may be asked more than once. Nothing: none. What it throws is the `error` of the stream.
using ClientPskCallback = std::function<std::optional<PskIdentity>(const std::string& hint)>;

/// A server's key of the client that calls itself so; empty: there is none. What it throws refuses
/// the handshake and becomes the `clientError`. The stream is that of the handshake. Called from
/// within that, and up to eight times where the client names several: what it does is to be short.
using ServerPskCallback =
    std::function<Buffer(CleartextStream& stream, const std::string& identity)>;

}  // namespace securepair::tls
