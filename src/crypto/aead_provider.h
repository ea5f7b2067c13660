#pragma once

namespace securepair::crypto {

/// What the library of the fast AEAD calls its provider in OpenSSL, which is all that it and the
/// contexts know of each other.
inline constexpr const char* aeadProvider = "securepair";
/// Takes from that provider what it has, and everything else from where it comes from anyway.
inline constexpr const char* preferAeadProvider = "?provider=securepair";

}  // namespace securepair::crypto
