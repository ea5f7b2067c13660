#pragma once
#include <securepair/bytes.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// What messages call a key and what decrypts it.
struct KeyOptionNames {
  const char* key = "key";
  const char* passphrase = "passphrase";
};

/// The first private key in an option. Never asks on a terminal, and takes bounded time whatever
/// the file says. Throws Error.
EvpPkeyPtr readKey(const Buffer& key, const std::string& passphrase,
                   const KeyOptionNames& names = {});

}  // namespace securepair::crypto
