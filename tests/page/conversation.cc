#include "page/conversation.h"

namespace securepair::test {

Seen converse(const tls::ServerOptions& serverOptions, const tls::ConnectOptions& options,
              const std::string& host) {
  Seen seen;
  const auto server = serve(serverOptions, [&seen](tls::CleartextStream& stream) {
    seen.byServer = verdictOf(stream);
    seen.ofClient = stream.getPeerCertificate();
    seen.servername = stream.servername();
    stream.write("welcome!\n");
  });
  server->onClientError([&seen](const Error& error) { seen.clientError = error.code(); });
  const auto client = tls::connect(server->address()->port, host, options);
  client->onSecureConnect([&seen, &client] {
    seen.byClient = verdictOf(*client);
    seen.ofServer = client->getPeerCertificate();
    seen.cipher = client->getCipher().name;
  });
  client->onData([&seen, &client](std::string_view text) {
    seen.received += text;
    client->end();
  });
  client->onError([&seen](const Error& error) { seen.error = error.code(); });
  client->onClose([&server] { server->close(); });
  runLoop();
  return seen;
}

}  // namespace securepair::test
