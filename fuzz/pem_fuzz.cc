#include <securepair/crypto.h>
#include <securepair/error.h>

#include "crypto/certificate.h"
#include "crypto/pem.h"
#include "crypto/private_key.h"
#include "fixture.h"

namespace {

template <class Read>
void tryTo(Read read) {
  try {
    read();
  } catch (const securepair::Error&) {
    // Refused with a reason: that is what it is for.
  }
}

}  // namespace

// Keys, certificates, CAs and revocation lists from files that somebody else has written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  const Buffer bytes(data, size);
  tryTo([&] { crypto::readKey(bytes, "passphrase"); });
  tryTo([&] {
    for (const auto& certificate : crypto::readChain(bytes)) {
      crypto::describe(certificate.get());
      crypto::summary(certificate.get());
    }
  });
  tryTo([&] { crypto::readCrls(bytes); });
  tryTo([&] { crypto::createCredentials({.key = fuzz::key, .cert = bytes, .ca = bytes}); });
  return 0;
}
