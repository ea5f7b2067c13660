#pragma once
#include <cstddef>
#include <cstdint>
#include <intel-ipsec-mb.h>
#include <optional>

namespace securepair::aead {

/// AES-GCM with one size of key, as functions of libipsec-mb's for this CPU. What they work on is
/// the caller's: any number of threads may call them. (They share an error number, which nobody
/// here reads: they are never called with what they refuse.)
struct Kernel {
  std::size_t keyLength;
  aes_gcm_pre_t expandKey;
  aes_gcm_init_var_iv_t begin;
  aes_gcm_enc_dec_update_t encrypt;
  aes_gcm_enc_dec_update_t decrypt;
  aes_gcm_enc_dec_finalize_t finishEncryption;
  aes_gcm_enc_dec_finalize_t finishDecryption;
};

struct Kernels {
  Kernel aes128;
  Kernel aes256;
};

/// What this CPU has and its system lets programs use, in libipsec-mb's bits IMB_FEATURE_...
std::uint64_t cpuFeatures() noexcept;

/// Whether libipsec-mb is faster with them than OpenSSL: all that its code for VAES needs. Without
/// VAES it gains nothing.
bool isFast(std::uint64_t features) noexcept;

/// The best for this CPU. None where memory has run out, or libipsec-mb does not pass its own test.
std::optional<Kernels> takeKernels() noexcept;

}  // namespace securepair::aead
