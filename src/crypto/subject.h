#pragma once
#include <securepair/crypto/chores.h>

#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The option `subject` as certificates have it. Throws Error.
X509NamePtr encode(const Subject& subject);

/// All CNs of it.
std::vector<std::string> commonNamesOf(const X509_NAME* name);

/// Whether every value is text without control characters: one that is not may pass for another,
/// where a reader takes it to end early.
bool isPlain(const X509_NAME* name);

}  // namespace securepair::crypto
