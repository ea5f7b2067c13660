#pragma once
#include <securepair/bytes.h>
#include <securepair/error.h>

#include <string>

#include "crypto/pem_blocks.h"

namespace securepair::crypto {

enum class Wanted : unsigned char { privateKey, certificate, revocationList, request };

/// Says what an option holds in place of what was wanted, and how to get from one to the other.
/// `damage` tells why a block of the right kind cannot be read. Nothing of the content is told but
/// labels of its blocks.
Error unreadable(const std::string& option, Wanted wanted, const Buffer& content,
                 const PemText& pem, const std::string& damage = {});

}  // namespace securepair::crypto
