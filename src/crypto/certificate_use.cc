#include "crypto/certificate_use.h"

#include <array>
#include <cstdint>

#include <openssl/x509v3.h>

#include "crypto/alt_names.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

using Usages = OpensslPtr<EXTENDED_KEY_USAGE, [](EXTENDED_KEY_USAGE* list) {
  sk_ASN1_OBJECT_pop_free(list, ASN1_OBJECT_free);
}>;
using Constraints = OpensslPtr<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using InfoAccess = OpensslPtr<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;

template <class Ptr>
Ptr extensionOf(const X509* certificate, int nid) {
  return Ptr(
      static_cast<typename Ptr::pointer>(X509_get_ext_d2i(certificate, nid, nullptr, nullptr)));
}

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string extendedUsesOf(const X509* certificate) {
  const auto usages = extensionOf<Usages>(certificate, NID_ext_key_usage);
  std::string text;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    const ASN1_OBJECT* const usage = sk_ASN1_OBJECT_value(usages.get(), i);
    const int nid = OBJ_obj2nid(usage);
    append(text, nid == NID_undef ? dotted(usage) : OBJ_nid2sn(nid));
  }
  return text;
}

std::string keyUsesOf(X509* certificate) {
  struct Use {
    std::uint32_t bit;
    const char* name;
  };
  constexpr std::array uses{
      Use{KU_DIGITAL_SIGNATURE, "digitalSignature"},
      Use{KU_NON_REPUDIATION, "nonRepudiation"},
      Use{KU_KEY_ENCIPHERMENT, "keyEncipherment"},
      Use{KU_DATA_ENCIPHERMENT, "dataEncipherment"},
      Use{KU_KEY_AGREEMENT, "keyAgreement"},
      Use{KU_KEY_CERT_SIGN, "keyCertSign"},
      Use{KU_CRL_SIGN, "cRLSign"},
  };
  const std::uint32_t bits = X509_get_key_usage(certificate);
  if (bits == UINT32_MAX) return {};
  std::string text;
  for (const auto& [bit, name] : uses) {
    if ((bits & bit) != 0) append(text, name);
  }
  return text;
}

std::string dottedAddress(const unsigned char* bytes, int size) {
  std::string text;
  for (int i = 0; i < size; ++i) text += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
  return text;
}

// An address and its mask, which a name cannot have.
std::string subtreeText(const GENERAL_NAME* base) {
  constexpr int v4AndMask = 8;
  if (base->type == GEN_IPADD && ASN1_STRING_length(base->d.iPAddress) == v4AndMask) {
    const unsigned char* const bytes = ASN1_STRING_get0_data(base->d.iPAddress);
    return "IP Address:" + dottedAddress(bytes, 4) + "/" + dottedAddress(bytes + 4, 4);
  }
  return altNameText(base);
}

std::string subtreesText(const STACK_OF(GENERAL_SUBTREE) * subtrees) {
  std::string text;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(subtrees); ++i) {
    append(text, subtreeText(sk_GENERAL_SUBTREE_value(subtrees, i)->base));
  }
  return text;
}

}  // namespace

std::string usesOf(X509* certificate) {
  const std::string extended = extendedUsesOf(certificate);
  const std::string plain = keyUsesOf(certificate);
  std::string text = extended.empty() ? "" : "extended key usage " + extended;
  if (!plain.empty()) text += (text.empty() ? "key usage " : "; key usage ") + plain;
  return text.empty() ? "no usage that is known here" : clipped(text);
}

std::string unknownCriticalOf(const X509* certificate) {
  std::string text;
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    X509_EXTENSION* const extension = X509_get_ext(certificate, i);
    const bool isCritical = X509_EXTENSION_get_critical(extension) == 1;
    if (!isCritical || X509_supported_extension(extension) == 1) continue;
    append(text, dotted(X509_EXTENSION_get_object(extension)));
  }
  return clipped(text);
}

std::string nameConstraintsOf(const X509* authority) {
  const auto constraints = extensionOf<Constraints>(authority, NID_name_constraints);
  if (constraints == nullptr) return {};
  const std::string permitted = subtreesText(constraints->permittedSubtrees);
  const std::string excluded = subtreesText(constraints->excludedSubtrees);
  std::string text = permitted.empty() ? "" : "permitted " + permitted;
  if (!excluded.empty()) text += (text.empty() ? "excluded " : "; excluded ") + excluded;
  return clipped(text);
}

std::string issuerUrlOf(const X509* certificate) {
  const auto access = extensionOf<InfoAccess>(certificate, NID_info_access);
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* const one = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers || one->location->type != GEN_URI) continue;
    return clipped(altNameText(one->location));
  }
  return {};
}

}  // namespace securepair::crypto
