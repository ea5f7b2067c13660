#include "aead/kernel.h"

#include <memory>

namespace securepair::aead {
namespace {

struct FreeingManager {
  void operator()(IMB_MGR* manager) const noexcept { free_mb_mgr(manager); }
};

Kernels kernelsOf(const IMB_MGR& manager) noexcept {
  return {.aes128 = {.keyLength = IMB_KEY_128_BYTES,
                     .expandKey = manager.gcm128_pre,
                     .begin = manager.gcm128_init_var_iv,
                     .encrypt = manager.gcm128_enc_update,
                     .decrypt = manager.gcm128_dec_update,
                     .finishEncryption = manager.gcm128_enc_finalize,
                     .finishDecryption = manager.gcm128_dec_finalize},
          .aes256 = {.keyLength = IMB_KEY_256_BYTES,
                     .expandKey = manager.gcm256_pre,
                     .begin = manager.gcm256_init_var_iv,
                     .encrypt = manager.gcm256_enc_update,
                     .decrypt = manager.gcm256_dec_update,
                     .finishEncryption = manager.gcm256_enc_finalize,
                     .finishDecryption = manager.gcm256_dec_finalize}};
}

}  // namespace

std::uint64_t cpuFeatures() noexcept {
  const std::uint64_t features = imb_get_feature_flags();
  // libipsec-mb asks the CPU alone; the compiler's run time knows whether the system saves such
  // registers.
  return __builtin_cpu_supports("avx512f") ? features : features & ~IMB_FEATURE_AVX512_SKX;
}

bool isFast(std::uint64_t features) noexcept {
  return (features & IMB_CPUFLAGS_AVX512_T2) == IMB_CPUFLAGS_AVX512_T2;
}

std::optional<Kernels> takeKernels() noexcept {
  // Its functions know nothing of the manager, which is for those who queue jobs.
  const std::unique_ptr<IMB_MGR, FreeingManager> manager(alloc_mb_mgr(0));
  if (manager == nullptr) return std::nullopt;
  init_mb_mgr_auto(manager.get(), nullptr);
  if (imb_get_errno(manager.get()) != 0) return std::nullopt;
  if ((manager->features & IMB_FEATURE_SELF_TEST_PASS) == 0) return std::nullopt;
  return kernelsOf(*manager);
}

}  // namespace securepair::aead
