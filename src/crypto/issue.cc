#include "crypto/issue.h"

#include <array>
#include <string>
#include <vector>

#include "crypto/key_kind.h"
#include "crypto/making.h"

namespace securepair::crypto {
namespace {

using BasicConstraintsPtr = OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitStringPtr = OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using KeyIdPtr = OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using OctetsPtr = OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using PurposesPtr = OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

constexpr const char* aCertificate = "a certificate";
constexpr int mostDays = 36'500;
// For clocks that are a little slow.
constexpr long secondsBefore = 3600;
// As many as fit in the 20 bytes of a positive number.
constexpr int serialBits = 159;

void extend(X509* cert, int nid, void* value, bool critical) {
  require(X509_add1_ext_i2d(cert, nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1,
          aCertificate);
}

void setSerialNumber(X509* cert) {
  const BignumPtr number(BN_new());
  require(number != nullptr &&
              BN_rand(number.get(), serialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(cert)) != nullptr,
          aCertificate);
}

void setValidity(X509* cert, int days) {
  require(X509_time_adj_ex(X509_getm_notBefore(cert), 0, -secondsBefore, nullptr) != nullptr &&
              X509_time_adj_ex(X509_getm_notAfter(cert), days, 0, nullptr) != nullptr,
          aCertificate);
}

// An authority signs certificates of servers and clients, and no other authority's.
void addBasicConstraints(X509* cert, bool isCa) {
  const BasicConstraintsPtr constraints(BASIC_CONSTRAINTS_new());
  require(constraints != nullptr, aCertificate);
  if (isCa) {
    constraints->ca = 0xFF;
    constraints->pathlen = ASN1_INTEGER_new();
    require(constraints->pathlen != nullptr, aCertificate);
  }
  extend(cert, NID_basic_constraints, constraints.get(), true);
}

// What signs itself without being an authority has none: OpenSSL 1 then looks for another issuer,
// and finds none.
void addKeyUsage(X509* cert, const Plan& plan, const Issuer& issuer) {
  enum Bit : unsigned char { digitalSignature = 0, keyEncipherment = 2, keyCertSign = 5, crlSign };
  if (!plan.isCa && issuer.cert == nullptr) return;
  const BitStringPtr usage(ASN1_BIT_STRING_new());
  require(usage != nullptr, aCertificate);
  std::vector<Bit> bits{digitalSignature};
  if (plan.isCa) {
    bits = {keyCertSign, crlSign};
  } else if (EVP_PKEY_is_a(plan.key, "RSA") == 1) {
    bits.push_back(keyEncipherment);
  }
  for (const Bit bit : bits) {
    require(ASN1_BIT_STRING_set_bit(usage.get(), bit, 1) == 1, aCertificate);
  }
  extend(cert, NID_key_usage, usage.get(), true);
}

void addPurpose(X509* cert, Purpose purpose) {
  const PurposesPtr purposes(sk_ASN1_OBJECT_new_null());
  require(purposes != nullptr, aCertificate);
  std::vector<int> nids;
  if (purpose != Purpose::client) nids.push_back(NID_server_auth);
  if (purpose != Purpose::server) nids.push_back(NID_client_auth);
  for (const int nid : nids) {
    require(sk_ASN1_OBJECT_push(purposes.get(), OBJ_nid2obj(nid)) > 0, aCertificate);
  }
  extend(cert, NID_ext_key_usage, purposes.get(), false);
}

// An empty subject leaves it to the names to say who it is: they must not be overlooked.
void addAltNames(X509* cert, const Plan& plan) {
  if (plan.altNames == nullptr || plan.altNames->empty()) return;
  const bool isAnonymous = X509_NAME_entry_count(plan.subject) == 0;
  extend(cert, NID_subject_alt_name, plan.altNames->encode().get(), isAnonymous);
}

void addKeyId(X509* cert) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const OctetsPtr id(ASN1_OCTET_STRING_new());
  require(id != nullptr && X509_pubkey_digest(cert, EVP_sha1(), digest.data(), &size) == 1 &&
              ASN1_OCTET_STRING_set(id.get(), digest.data(), static_cast<int>(size)) == 1,
          aCertificate);
  extend(cert, NID_subject_key_identifier, id.get(), false);
}

// An old authority may have none.
void addAuthorityKeyId(X509* cert, X509* authority) {
  const ASN1_OCTET_STRING* const id = X509_get0_subject_key_id(authority);
  if (id == nullptr) return;
  const KeyIdPtr keyId(AUTHORITY_KEYID_new());
  require(keyId != nullptr, aCertificate);
  keyId->keyid = ASN1_OCTET_STRING_dup(id);
  require(keyId->keyid != nullptr, aCertificate);
  extend(cert, NID_authority_key_identifier, keyId.get(), false);
}

void addExtensions(X509* cert, const Plan& plan, const Issuer& issuer) {
  addBasicConstraints(cert, plan.isCa);
  addKeyUsage(cert, plan, issuer);
  if (!plan.isCa) addPurpose(cert, plan.purpose);
  addKeyId(cert);
  if (issuer.cert != nullptr) addAuthorityKeyId(cert, issuer.cert);
  addAltNames(cert, plan);
}

}  // namespace

X509Ptr issue(const Plan& plan, const Issuer& issuer) {
  const CleanErrors clean;
  X509Ptr cert(X509_new());
  require(cert != nullptr, aCertificate);
  setSerialNumber(cert.get());
  setValidity(cert.get(), plan.days);
  const X509_NAME* const by =
      issuer.cert == nullptr ? plan.subject : X509_get_subject_name(issuer.cert);
  require(X509_set_version(cert.get(), X509_VERSION_3) == 1 &&
              X509_set_subject_name(cert.get(), plan.subject) == 1 &&
              X509_set_issuer_name(cert.get(), by) == 1 &&
              X509_set_pubkey(cert.get(), plan.key) == 1,
          aCertificate);
  addExtensions(cert.get(), plan, issuer);
  require(X509_sign(cert.get(), issuer.key, digestFor(issuer.key)) > 0, aCertificate);
  return cert;
}

void requireDays(int days) {
  if (days >= 1 && days <= mostDays) return;
  throw Error({.code = "ERR_OUT_OF_RANGE",
               .message = "`days` is no lifetime of a certificate",
               .expected = "1 to " + std::to_string(mostDays),
               .got = std::to_string(days),
               .fix = "leave it out for the default"});
}

}  // namespace securepair::crypto
