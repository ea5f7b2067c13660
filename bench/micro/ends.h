#pragma once
#include <securepair/crypto.h>
#include <securepair/crypto/chores.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace bench {

using securepair::Buffer;
using securepair::engine::Engine;
using securepair::engine::Session;
using securepair::engine::Settings;
using securepair::engine::TicketKeys;

/// The contexts of a server and of a client that trusts it, made once.
struct Contexts {
  static const Contexts& get();
  securepair::crypto::Credentials server;
  securepair::crypto::Credentials client;
  std::shared_ptr<TicketKeys> tickets;
};

/// Two engines, and nothing between them: what one has put out is what the other is fed.
class Ends {
 public:
  explicit Ends(std::shared_ptr<const Session> session = {});

  void shakeHands();
  /// Plaintext of the client arrives at the server, and the same in return. Answers how many bytes
  /// the client has got.
  std::size_t echo(securepair::BytesView message);
  /// One way, from the server to the client.
  std::size_t send(securepair::BytesView message);

  Engine client;
  Engine server;

 private:
  void pass(Engine& from, Engine& to);
  std::size_t transfer(Engine& from, Engine& to, securepair::BytesView message);

  std::vector<std::byte> plaintext_;
};

}  // namespace bench
