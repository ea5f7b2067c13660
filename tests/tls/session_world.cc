#include "tls/session_world.h"

namespace securepair::test {

Seen connectTo(tls::Server& server, const tls::ConnectOptions& options) {
  Seen seen;
  server.onSecureConnection([&](tls::CleartextStream& stream) {
    seen.clientAuthorized = stream.authorized();
    seen.clientName = stream.getPeerCertificate().subject["CN"];
    stream.end("hello");
  });
  server.onClientError([&](const Error& error) { seen.clientError = error.code(); });
  server.listen(0, "127.0.0.1");
  const auto client = tls::connect(server.address()->port, "localhost", options);
  client->onSecureConnect([&] {
    seen.reused = client->isSessionReused();
    seen.authorized = client->authorized();
  });
  client->onError([&](const Error& error) { seen.error = error.code(); });
  client->onEnd([&] { seen.session = client->getSession(); });
  client->onClose([&] { server.close(); });
  runLoop();
  return seen;
}

tls::ConnectOptions with(const Buffer& session, tls::ConnectOptions options) {
  options.session = session;
  return options;
}

}  // namespace securepair::test
