#include <securepair/error.h>
#include <securepair/tls/verify_peer.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "crypto/identity.h"
#include "fixture.h"

namespace {

using namespace securepair;

const crypto::SecureContext& trusted() {
  static const auto context =
      crypto::createCredentials({.ca = fuzz::cert, .securityLevel = 0}).context;
  return context;
}

const Buffer& fixture() {
  static const Buffer der =
      tls::verifyPeer(fuzz::cert, {.secureContext = trusted()}).certificate.raw;
  return der;
}

tls::VerifyOptions optionsFrom(fuzz::Input& input) {
  const unsigned flags = input.byte();
  tls::VerifyOptions options{.secureContext = trusted()};
  if ((flags & 1U) != 0) {
    options.purpose = tls::Purpose::client;
    return options;
  }
  options.servername = Data(input.bytes(input.byte())).text();
  if (!options.servername.empty()) options.nameKind = static_cast<tls::NameKind>(flags / 2 % 3);
  return options;
}

}  // namespace

// A chain and a name: nobody but the one who is trusted is authorized, and under no other name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto options = optionsFrom(input);
  std::vector<Buffer> chain;
  const unsigned pieces = input.byte();
  for (unsigned i = 0; i < pieces % 4; ++i) {
    const std::size_t piece = std::size_t{input.byte()} * 256 + input.byte();
    chain.emplace_back(Data(input.bytes(piece)).bytes());
  }
  chain.emplace_back(Data(input.rest()).bytes());
  const auto verdict = tls::verifyPeer(chain, options);
  if (verdict.authorized == verdict.failure.has_value()) std::abort();
  if (!verdict.authorized) return 0;
  if (verdict.certificate.raw != fixture()) std::abort();
  if (!options.servername.empty() && crypto::folded(options.servername) != "localhost")
    std::abort();
  return 0;
}
