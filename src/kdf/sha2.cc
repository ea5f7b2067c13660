#include "kdf/sha2.h"

// OpenSSL 3 would have everybody go by way of EVP.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace securepair::kdf {

void Sha256::start(State& state) noexcept { SHA256_Init(&state); }
void Sha256::add(State& state, View bytes) noexcept {
  SHA256_Update(&state, bytes.data(), bytes.size());
}
void Sha256::finish(State& state, unsigned char* digest) noexcept { SHA256_Final(digest, &state); }

void Sha384::start(State& state) noexcept { SHA384_Init(&state); }
void Sha384::add(State& state, View bytes) noexcept {
  SHA384_Update(&state, bytes.data(), bytes.size());
}
void Sha384::finish(State& state, unsigned char* digest) noexcept { SHA384_Final(digest, &state); }

}  // namespace securepair::kdf
