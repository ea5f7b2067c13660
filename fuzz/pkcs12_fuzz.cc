#include <securepair/error.h>

#include "crypto/pkcs12.h"
#include "fixture.h"

// A PFX that somebody else has written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  try {
    crypto::readPfx(Buffer(data, size), "");
  } catch (const Error&) {
    // Refused with a reason: that is what it is for.
  }
  return 0;
}
