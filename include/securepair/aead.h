#pragma once
#include <securepair/export.h>

namespace securepair {

/// From now on the contexts that this library makes encrypt and decrypt AES-GCM of TLS 1.2 and 1.3
/// by libipsec-mb, which uses vector AES (VAES) and is several times as fast at it as OpenSSL 3.0.
/// This is in a library of its own, securepair::aead, which links libipsec-mb; securepair's own do
/// not.
///
/// Answers whether they will. It is false where the CPU has no VAES with AVX-512, where OpenSSL's
/// configuration asks for FIPS, and where OpenSSL does not take the provider: nothing has changed
/// then, nothing is lost, and OpenSSL's own AES-GCM does the work.
///
/// To be called before the first context is made, which createServer(), connect() and
/// createCredentials() do: those that are there already keep OpenSSL's. Any thread may call it,
/// more than once too; it is for all threads, and for the life of the process. Others who use
/// OpenSSL in the process keep what they have, unless they ask for `provider=securepair`.
SECUREPAIR_API bool useFastAead();

}  // namespace securepair
