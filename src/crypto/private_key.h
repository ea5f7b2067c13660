#pragma once
#include <securepair/bytes.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The first private key in the option `key`. Never asks on a terminal, and takes bounded time
/// whatever the file says. Throws Error.
EvpPkeyPtr readKey(const Buffer& key, const std::string& passphrase);

}  // namespace securepair::crypto
