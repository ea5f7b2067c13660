#include "support/tls_world.h"

#include <utility>

#include <gtest/gtest.h>

#include "base/deadline.h"

namespace securepair::test {
namespace {

CertificateSpec serverSpec() {
  CertificateSpec spec;
  spec.commonName = "localhost";
  spec.dnsNames = {"localhost"};
  spec.ips = {"127.0.0.1", "::1"};
  return spec;
}

World makeWorld() {
  World world;
  world.authority = makeAuthority();
  world.server = issue(world.authority, serverSpec());
  world.client = issue(world.authority, "a client");
  world.stranger = selfSigned("localhost");
  world.serverPfx = pfx(world.server, {world.authority.own.cert});
  world.clientPfx = pfx(world.client, {world.authority.own.cert});
  return world;
}

}  // namespace

const World& World::get() {
  static const World world = makeWorld();
  return world;
}

tls::ServerOptions serverOptions() {
  return {.key = World::get().server.key, .cert = World::get().server.cert};
}

tls::ServerOptions serverOptionsThatAsk() {
  auto options = serverOptions();
  options.ca = World::get().authority.own.cert;
  options.requestCert = true;
  return options;
}

tls::ConnectOptions clientOptions() { return {.ca = World::get().authority.own.cert}; }

tls::ConnectOptions clientOptionsWithCertificate() {
  auto options = clientOptions();
  options.key = World::get().client.key;
  options.cert = World::get().client.cert;
  return options;
}

std::string verdictOf(const tls::CleartextStream& stream) {
  if (stream.authorized()) return "authorized";
  const std::string reason = stream.authorizationError();
  return reason.empty() ? "unauthorized" : reason;
}

int runLoop(std::chrono::milliseconds limit) {
  Loop& loop = Loop::current();
  // Does not keep the loop running, and ends also where a listener throws.
  const detail::Deadline deadline(limit, [&loop, limit] {
    ADD_FAILURE() << "the loop did not end within " << limit.count() << " ms";
    loop.stop();
  });
  return loop.run();
}

void serveUntilEnds(net::Server& server, Child& child) {
  Loop& loop = Loop::current();
  const auto timer = loop.setInterval(std::chrono::milliseconds(10), [&] {
    if (!child.running()) loop.stop();
  });
  runLoop(std::chrono::seconds(20));
  loop.clearTimer(timer);
  server.close();
  runLoop();
}

std::shared_ptr<tls::Server> serve(const tls::ServerOptions& options,
                                   Listener<tls::CleartextStream&> listener) {
  auto server = tls::createServer(options, std::move(listener));
  server->listen(0, "127.0.0.1");
  return server;
}

void echo(tls::CleartextStream& stream) { stream.pipe(stream); }

}  // namespace securepair::test
