#include "crypto/kdf_cost.h"

#include <limits>

#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

constexpr std::uint64_t tooMany = std::numeric_limits<std::uint32_t>::max();

// In a number that can be added and multiplied without overflow.
std::uint64_t valueOf(const ASN1_INTEGER* integer) {
  std::uint64_t value = 0;
  if (ASN1_INTEGER_get_uint64(&value, integer) != 1 || value > tooMany) return tooMany;
  return value;
}

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t result = a * b;  // both fit in 32 bits
  return result > tooMany ? tooMany : result;
}

struct Identifier {
  int nid = NID_undef;
  const ASN1_TYPE* parameter = nullptr;  ///< a sequence, or null
};

Identifier identify(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return {};
  const ASN1_OBJECT* object = nullptr;
  int type = V_ASN1_UNDEF;
  X509_ALGOR_get0(&object, &type, nullptr, algorithm);
  return {.nid = OBJ_obj2nid(object),
          .parameter = type == V_ASN1_SEQUENCE ? algorithm->parameter : nullptr};
}

template <class Pointer>
Pointer unpack(const ASN1_ITEM* item, const ASN1_TYPE* sequence) {
  return Pointer(static_cast<typename Pointer::pointer>(ASN1_TYPE_unpack_sequence(item, sequence)));
}

std::uint64_t roundsOfPbkdf2(const ASN1_TYPE* parameter) {
  using Pbkdf2 = OpensslPtr<PBKDF2PARAM, PBKDF2PARAM_free>;
  const auto pbkdf2 = unpack<Pbkdf2>(ASN1_ITEM_rptr(PBKDF2PARAM), parameter);
  return pbkdf2 == nullptr ? 0 : valueOf(pbkdf2->iter);
}

std::uint64_t roundsOfScrypt(const ASN1_TYPE* parameter) {
#ifdef OPENSSL_NO_SCRYPT
  static_cast<void>(parameter);
  return 0;
#else
  using Scrypt = OpensslPtr<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;
  const auto scrypt = unpack<Scrypt>(ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter);
  if (scrypt == nullptr) return 0;
  return product(product(valueOf(scrypt->costParameter), valueOf(scrypt->blockSize)),
                 valueOf(scrypt->parallelizationParameter));
#endif
}

std::uint64_t roundsOfPbe(const ASN1_TYPE* parameter) {
  using Pbe = OpensslPtr<PBEPARAM, PBEPARAM_free>;
  const auto pbe = unpack<Pbe>(ASN1_ITEM_rptr(PBEPARAM), parameter);
  return pbe == nullptr ? 0 : valueOf(pbe->iter);
}

// PBMAC1's parameters have the form of PBES2's.
std::uint64_t roundsOfScheme(const ASN1_TYPE* parameter) {
  using Scheme = OpensslPtr<PBE2PARAM, PBE2PARAM_free>;
  const auto scheme = unpack<Scheme>(ASN1_ITEM_rptr(PBE2PARAM), parameter);
  if (scheme == nullptr) return 0;
  const Identifier kdf = identify(scheme->keyfunc);
  if (kdf.parameter == nullptr) return 0;
  if (kdf.nid == NID_id_pbkdf2) return roundsOfPbkdf2(kdf.parameter);
  return kdf.nid == NID_id_scrypt ? roundsOfScrypt(kdf.parameter) : 0;
}

}  // namespace

std::uint64_t roundsOf(const X509_ALGOR* algorithm) {
  const CleanErrors clean;
  const Identifier scheme = identify(algorithm);
  if (scheme.parameter == nullptr) return 0;
  const bool version2 = scheme.nid == NID_pbes2 || scheme.nid == NID_pbmac1;
  return version2 ? roundsOfScheme(scheme.parameter) : roundsOfPbe(scheme.parameter);
}

std::uint64_t roundsOf(const ASN1_INTEGER* iterations) {
  return iterations == nullptr ? 0 : valueOf(iterations);
}

}  // namespace securepair::crypto
