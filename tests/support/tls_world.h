#pragma once
#include <securepair/securepair.h>

#include <chrono>
#include <functional>
#include <string>

#include "support/certificates.h"
#include "support/child.h"

namespace securepair::test {

/// Keys and certificates that the tests of a process share.
struct World {
  Authority authority;  ///< issued `server` and `client`
  Identity server;      ///< for localhost, 127.0.0.1 and ::1
  Identity client;
  Identity stranger;      ///< self-signed: nobody trusts it
  std::string serverPfx;  ///< with the authority's certificate
  std::string clientPfx;

  static const World& get();
};

tls::ServerOptions serverOptions();
/// The server of the page's examples: asks for a certificate, trusts the world's authority.
tls::ServerOptions serverOptionsThatAsk();
/// Trusts the world's authority, shows no certificate.
tls::ConnectOptions clientOptions();
tls::ConnectOptions clientOptionsWithCertificate();
/// The same options with the key and the certificate of this one.
template <class Options>
Options as(const Identity& identity, Options options) {
  options.key = identity.key;
  options.cert = identity.cert;
  return options;
}
/// "authorized", or the reason why it is not; "unauthorized" where there is none.
std::string verdictOf(const tls::CleartextStream& stream);

/// run(), and a failure of the test where the loop does not end in time.
int runLoop(std::chrono::milliseconds limit = std::chrono::seconds(10));

/// Runs the loop until the child has ended, closes the server then, and runs the loop to its end.
void serveUntilEnds(net::Server& server, Child& child);

/// A server on a free port of 127.0.0.1.
std::shared_ptr<tls::Server> serve(const tls::ServerOptions& options,
                                   Listener<tls::CleartextStream&> listener = nullptr);
/// Writes back what comes, and ends when the peer ends.
void echo(tls::CleartextStream& stream);

}  // namespace securepair::test
