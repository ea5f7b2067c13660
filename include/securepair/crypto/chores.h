#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>
#include <securepair/name.h>

#include <optional>
#include <string>

/// What the page does with the openssl program, as calls. What they take and give is PEM, except a
/// PFX, and openssl reads it as it reads its own. Each throws Error where an option is not usable.
namespace securepair::crypto {

enum class KeyType : unsigned char { ec, rsa, ed25519 };

struct KeyOptions {
  KeyType type = KeyType::ec;
  /// RSA: 2048 to 16384, else 2048. EC: 256, 384 or 521, for the curve P-256, P-384 or P-521, else
  /// 256.
  std::optional<int> bits = {};
  /// Encrypts the key, with AES-256. Empty: whoever reads the file has the key.
  std::string passphrase = {};
  /// Lets RSA keys of 1024 bits and more be made, such as the page's: who has the means can factor
  /// them. They are used at `securityLevel` 1 and below.
  bool allowSmallKey = false;
};

/// "A private key is created like this: openssl genrsa -out ryans-key.pem 1024". P-256 by default.
SECUREPAIR_API Buffer generateKey(KeyOptions options = {});

/// Writes a key, or a PFX with one in it, to a new file that its owner alone may read. Throws Error
/// with the system's code: EEXIST where there is such a file, for a key that is overwritten is
/// lost.
SECUREPAIR_API void writeKeyFile(Name path, const Buffer& key);

}  // namespace securepair::crypto
