#include "ends.h"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace bench {

namespace crypto = securepair::crypto;
using securepair::BytesView;
namespace {

std::shared_ptr<const Settings> clientSettings(std::shared_ptr<const Session> session) {
  return std::make_shared<const Settings>(
      Settings{.servername = "localhost", .identity = "localhost", .session = std::move(session)});
}

// One server's, for all its connections.
std::shared_ptr<const Settings> serverSettings() {
  static const auto made = std::make_shared<const Settings>(Settings{
      .isServer = true, .sessionIdContext = "bench", .ticketKeys = Contexts::get().tickets});
  return made;
}

}  // namespace

const Contexts& Contexts::get() {
  static const Contexts made = [] {
    const Buffer key = crypto::generateKey();
    const Buffer cert = crypto::selfSign(
        {.csr = crypto::createCsr({.key = key, .altNames = {"localhost"}}), .key = key});
    return Contexts{.server = crypto::createCredentials({.key = key, .cert = cert}),
                    .client = crypto::createCredentials({.ca = cert}),
                    .tickets = std::make_shared<TicketKeys>(std::chrono::hours(2))};
  }();
  return made;
}

Ends::Ends(std::shared_ptr<const Session> session)
    : client(Contexts::get().client.context.get(), clientSettings(std::move(session))),
      server(Contexts::get().server.context.get(), serverSettings()),
      plaintext_(securepair::base::Chunk::capacity) {}

void Ends::shakeHands() {
  while (!client.secure() || !server.secure()) {
    if (client.handshake() == Engine::Want::failed || server.handshake() == Engine::Want::failed) {
      throw std::runtime_error("the handshake has failed");
    }
    pass(client, server);
    pass(server, client);
  }
  // It brings the ticket.
  server.write(securepair::Data("x").bytes());
  pass(server, client);
}

std::size_t Ends::echo(BytesView message) {
  const std::size_t got = transfer(client, server, message);
  return transfer(server, client, std::span(plaintext_).first(got));
}

std::size_t Ends::send(BytesView message) { return transfer(server, client, message); }

void Ends::pass(Engine& from, Engine& to) {
  if (!from.hasOutput()) return;
  const auto output = from.takeOutput();
  to.feed(output.bytes);
  if (!to.secure()) to.handshake();
  if (to.secure()) to.read(plaintext_);
  to.keepInput();
}

std::size_t Ends::transfer(Engine& from, Engine& to, BytesView message) {
  from.write(message);
  const auto output = from.takeOutput();
  to.feed(output.bytes);
  const std::size_t got = to.read(plaintext_).bytes;
  to.keepInput();
  return got;
}

}  // namespace bench
