#include "page/meeting.h"

namespace securepair::test {

bool meet(const Meeting& meeting) {
  bool secure = false;
  const auto server = tls::createServer(meeting.server, [&](tls::CleartextStream& stream) {
    meeting.atServer(stream);
    stream.end();
  });
  server->onClientError([](const Error&) {});
  server->listen(0, meeting.address);
  const auto client = tls::connect(server->address()->port, meeting.address, meeting.client,
                                   [&](tls::CleartextStream& stream) {
                                     secure = true;
                                     meeting.atClient(stream);
                                   });
  client->onError([](const Error&) {});
  client->onClose([&] { server->close(); });
  runLoop();
  return secure;
}

}  // namespace securepair::test
