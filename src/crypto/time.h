#pragma once
#include <ctime>
#include <limits>

#include <openssl/asn1.h>

namespace securepair::crypto {

inline constexpr std::time_t never = std::numeric_limits<std::time_t>::max();

/// 0 where it is no time.
std::time_t timeOf(const ASN1_TIME* time) noexcept;

}  // namespace securepair::crypto
