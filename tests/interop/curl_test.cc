#include "interop/peer.h"

// curl, which speaks HTTP and is a client only.
namespace securepair::test {
namespace {

std::string curlCommand(const Order& order) {
  const std::string version = order.version.substr(4);
  const std::string address = order.servername + ":" + std::to_string(order.port);
  std::string line = "exec curl -q --noproxy '*' --silent --show-error --verbose --max-time 10";
  line += " --tlsv" + version + " --tls-max " + version + " --cacert " + order.ca;
  if (!order.identity.empty()) line += " --cert " + order.identity;
  // It chooses the names for ALPN by itself: "h2,http/1.1".
  if (order.alpn.empty()) line += " --no-alpn";
  line += " --resolve " + address + ":127.0.0.1";
  for (int call = 0; call < (order.twice ? 2 : 1); ++call) line += " https://" + address + "/";
  return line;
}

const ClientProgram curl{.name = "curl",
                         .command = curlCommand,
                         .agreed = "server accepted ",
                         .wrongName = "no alternative certificate subject name matches",
                         .wrongIssuer = "unable to get local issuer certificate"};

INSTANTIATE_TEST_SUITE_P(Curl, PeerClient, inBothVersions(curl), VersionName());
// In TLS 1.2 it takes no tickets.
INSTANTIATE_TEST_SUITE_P(Curl, ResumingClient,
                         testing::Values(Case<ClientProgram>{&curl, "TLSv1.3"}), VersionName());

}  // namespace
}  // namespace securepair::test
