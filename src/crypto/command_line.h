#pragma once
#include <string>

namespace securepair::crypto {

/// "MD5 hash value generated from command-line", in lower-case hexadecimal: the page's default for
/// `sessionIdContext`. It tells programs apart and guards nothing.
const std::string& commandLineDigest();

}  // namespace securepair::crypto
