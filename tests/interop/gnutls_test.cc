#include <sstream>

#include "interop/peer.h"

// The programs of GnuTLS, the implementation that is none of OpenSSL's family.
namespace securepair::test {
namespace {

std::string gnutlsOptions(const Order& order) {
  std::string line = " --port " + std::to_string(order.port) +
                     " --priority NORMAL:-VERS-ALL:+VERS-TLS" + order.version.substr(4);
  if (!order.ca.empty()) line += " --x509cafile " + order.ca;
  std::istringstream protocols(order.alpn);
  for (std::string name; std::getline(protocols, name, ',');) line += " --alpn " + name;
  return line;
}

std::string identity(const std::string& file) {
  return " --x509certfile " + file + " --x509keyfile " + file;
}

std::string gnutlsCliCommand(const Order& order) {
  std::string line = withInput("GET / HTTP/1.1\\r\\n\\r\\n") + "exec gnutls-cli --verbose";
  line += gnutlsOptions(order);
  if (!order.identity.empty()) line += identity(order.identity);
  if (order.twice) line += " --resume --waitresumption";
  return line + " --sni-hostname " + order.servername + " --verify-hostname " + order.servername +
         " 127.0.0.1";
}

std::string gnutlsServCommand(const Order& order) {
  return "exec gnutls-serv --echo --alpn-fatal" + gnutlsOptions(order) + identity("server.pem") +
         identity("second.pem") +
         (order.ca.empty() ? " --disable-client-cert"
                           : " --require-client-cert --verify-client-cert");
}

// It closes the connection without a close_notify of its own.
const ClientProgram gnutlsCli{.name = "gnutls-cli",
                              .command = gnutlsCliCommand,
                              .agreed = "Application protocol: ",
                              .wrongName = "The name in the certificate does not match",
                              .wrongIssuer = "The certificate issuer is unknown",
                              .parting = "ERR_TLS_TRUNCATED",
                              .listensFirst = true};

const ServerProgram gnutlsServ{.name = "gnutls-serv",
                               .command = gnutlsServCommand,
                               .listening = R"(IPv4 0\.0\.0\.0 port (\d+)\.\.\.done)",
                               .answer = "hello\n",
                               .needsPort = true};

INSTANTIATE_TEST_SUITE_P(Gnutls, PeerClient, inBothVersions(gnutlsCli), VersionName());
INSTANTIATE_TEST_SUITE_P(Gnutls, ResumingClient, inBothVersions(gnutlsCli), VersionName());
INSTANTIATE_TEST_SUITE_P(Gnutls, PeerServer, inBothVersions(gnutlsServ), VersionName());

}  // namespace
}  // namespace securepair::test
