#pragma once
#include <securepair/securepair.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/openssl_ptr.h"
#include "support/certificates.h"
#include "support/tls_world.h"

namespace securepair::test {

/// Whom a side trusts where the scenario says nothing else.
inline const Authority& root() { return World::get().authority; }

/// The two sides of a handshake.
struct Sides {
  tls::ServerOptions server = {};
  tls::ConnectOptions client = {};
  /// What no option does.
  std::function<void(SSL_CTX*)> bendServer = {};
  std::function<void(SSL_CTX*)> bendClient = {};
  std::function<void(tls::Server&)> arrange = {};
  /// PEM that begins with the certificate that is to blame; empty: none is.
  std::string culprit = {};
};

/// What came of it.
struct Outcome {
  std::optional<Error> client = {};
  std::optional<Error> server = {};
  bool served = false;  ///< the client has got the server's data
};

Outcome meet(const Sides& sides);

/// What a side has to tell: its code, and words that must stand in the whole of its text.
struct Told {
  std::string code = {};  ///< empty: the side is not looked at
  std::vector<std::string> says = {};
};

/// A failure, what both sides tell of it, and the same handshake after the fix has been applied.
struct Scenario {
  std::string name;
  std::function<Sides()> broken;
  Told client = {};
  Told server = {};
  std::function<void(Sides&, const Outcome&)> mend = {};
};

void PrintTo(const Scenario& scenario, std::ostream* out);
std::string nameOf(const testing::TestParamInfo<Scenario>& info);

/// Plays it: it fails, each side tells what it has to, the certificate to blame is named by its
/// SHA-256, the commands in the fixes run, and it works once it is mended.
void play(const Scenario& scenario);

/// The world's server and a client that refuses whom it does not trust.
Sides honest();
/// A server with this certificate, sent with those between, and a client that trusts `ca`.
Sides chainOf(const Identity& server, const std::string& between, const std::string& ca);
/// The option's value that a fix names: the number behind "`securityLevel` on this side to ".
int numberBehind(const std::string& fix, const std::string& words);

/// Runs the openssl commands that a fix names, in a folder that has the files they speak of.
void runCommandsOf(const std::string& fix);
/// The same in a folder of its own, where `authority` is the CA: what lies in cert.pem afterwards,
/// and its key.
Identity makeByCommands(const std::string& fix, const Authority& authority);

}  // namespace securepair::test
