#pragma once
#include <securepair/bytes.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <openssl/crypto.h>

namespace securepair::crypto {

/// One block of a PEM text, "-----BEGIN ..." to "-----END ...", decoded. It may be a secret and
/// leaves no trace in memory.
struct PemBlock {
  PemBlock(unsigned char* decoded, std::size_t decodedSize) noexcept
      : der(decoded, Cleansing{decodedSize}) {}
  long size() const noexcept { return static_cast<long>(der.get_deleter().size); }

  struct Cleansing {
    std::size_t size;
    void operator()(unsigned char* bytes) const noexcept { OPENSSL_clear_free(bytes, size); }
  };

  std::string label = {};   ///< "CERTIFICATE", "PRIVATE KEY", ...
  std::string header = {};  ///< how it is encrypted, where that is in the way of OpenSSL 1
  std::unique_ptr<unsigned char, Cleansing> der;
};

struct PemText {
  std::vector<PemBlock> blocks;
  std::string damage = {};  ///< why a block could not be decoded; reading ended there
};

/// All blocks of a text, in its order; what stands around them is skipped, a byte order mark too.
PemText readPem(const Buffer& text);

}  // namespace securepair::crypto
