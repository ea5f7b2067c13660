#include "crypto/name_hint.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <openssl/x509v3.h>

#include "crypto/identity.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

std::string plainTextOf(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

GeneralNamesPtr altNamesOf(const X509* certificate) {
  return GeneralNamesPtr(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::vector<std::string> dnsNamesOf(const GENERAL_NAMES* names) {
  std::vector<std::string> found;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) found.push_back(folded(plainTextOf(name->d.dNSName)));
  }
  return found;
}

bool isCommonName(const X509* certificate, const std::string& name) {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(subject, at);
    if (folded(plainTextOf(X509_NAME_ENTRY_get_data(entry))) == name) return true;
  }
  return false;
}

// "*.example.org" as seen from example.org and from a.b.example.org.
bool endsLikeWildcard(std::string_view name, std::string_view wildcard) {
  if (!wildcard.starts_with("*.")) return false;
  return name == wildcard.substr(2) || name.ends_with(wildcard.substr(1));
}

bool isPartialWildcard(std::string_view name) {
  const std::size_t star = name.find('*');
  return star != std::string_view::npos && !(name.starts_with("*.") && name.rfind('*') == 0);
}

}  // namespace

std::string nameHint(X509* certificate, const std::string& meant, bool asAddress) {
  const GeneralNamesPtr altNames = altNamesOf(certificate);
  const std::vector<std::string> names = dnsNamesOf(altNames.get());
  const std::string name = folded(meant);
  const bool isCn = isCommonName(certificate, name);
  if (asAddress) {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return "the address stands there as a DNS name, which no address is compared with: it has to "
             "be an IP Address";
    }
    return isCn ? "the subject's CN is the address, and is not looked at for one" : "";
  }
  for (const std::string& one : names) {
    if (endsLikeWildcard(name, one)) {
      return clipped(escaped(one)) + " stands for exactly one label before " +
             clipped(escaped(one.substr(1)));
    }
  }
  if (isCn && altNames != nullptr) {
    return "the subject's CN is this name, and is not looked at where there are alternative names";
  }
  if (std::any_of(names.begin(), names.end(), isPartialWildcard)) {
    return "a wildcard counts only as the whole left-most label";
  }
  const bool isAscii = std::all_of(name.begin(), name.end(), [](char c) { return c > 0; });
  return isAscii ? "" : "the name that was meant is no UTF-8: no certificate is for that";
}

}  // namespace securepair::crypto
