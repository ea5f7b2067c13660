#pragma once
#include <cstddef>

#include <openssl/params.h>

#include "aead/cipher.h"

namespace securepair::aead {

// The parameters of a cipher as OpenSSL names them: of the algorithm, and of one that is at work.

/// False where one cannot be stored.
bool getAlgorithmParams(OSSL_PARAM* params, std::size_t keyLength) noexcept;
/// False where there is none such now, or it does not fit. Those that nobody here knows stay as
/// they are.
bool getParams(Cipher& cipher, OSSL_PARAM* params) noexcept;
bool setParams(Cipher& cipher, const OSSL_PARAM* params) noexcept;

/// What can be asked and told.
const OSSL_PARAM* gettableAlgorithmParams() noexcept;
const OSSL_PARAM* gettableParams() noexcept;
const OSSL_PARAM* settableParams() noexcept;

}  // namespace securepair::aead
