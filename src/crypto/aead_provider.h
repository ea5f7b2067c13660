#pragma once

namespace securepair::crypto {

/// What the library of the fast AEAD calls its provider in OpenSSL, which is all that it and the
/// contexts know of each other.
inline constexpr const char* aeadProvider = "securepair";

}  // namespace securepair::crypto
