#include <string>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

// A client that knows nothing of RFC 5746 is served, but gets no second handshake, in front of
// which somebody else's first could have been put.
TEST(LegacyRenegotiation, OfAClientThatDoesNotKnowTheRfcIsRefused) {
  auto options = serverOptions();
  options.maxVersion = "TLSv1.2";
  const auto server = serve(options, [](tls::CleartextStream& stream) {
    stream.onData([] {});
    stream.onError([](const Error&) {});
  });
  Child client(
      "sleep 1 | exec gnutls-cli --insecure --rehandshake --port " +
          std::to_string(server->address()->port) +
          " --priority NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION 127.0.0.1",
      ownFolder() + "/log.txt");
  serveUntilEnds(*server, client);
  const std::string said = client.output();
  EXPECT_NE(said.find("Received alert [100]: No renegotiation is allowed"), std::string::npos)
      << said;
  EXPECT_NE(said.find("ReHandshake has failed"), std::string::npos) << said;
}

}  // namespace
}  // namespace securepair::test
