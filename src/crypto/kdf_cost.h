#pragma once
#include <cstdint>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// A file may ask for any number of rounds to make a key of its passphrase. This many take less
/// than a second; openssl itself writes 2,048, other programs up to 100,000.
constexpr std::uint64_t mostRounds = 1'000'000;

/// The rounds that this way of encryption asks for; scrypt is told in rounds that take as long.
/// What is not known here costs nothing, for OpenSSL does not know it either.
std::uint64_t roundsOf(const X509_ALGOR* algorithm);
std::uint64_t roundsOf(const ASN1_INTEGER* iterations);

}  // namespace securepair::crypto
