#include "crypto/alt_names.h"

#include <array>
#include <cstdio>

#include "crypto/distinguished_name.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

std::string textOf(const ASN1_STRING* value) {
  return escaped({reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                  static_cast<std::size_t>(ASN1_STRING_length(value))},
                 ",\"'");
}

std::string addressOf(const ASN1_OCTET_STRING* value) {
  const unsigned char* const bytes = ASN1_STRING_get0_data(value);
  const int size = ASN1_STRING_length(value);
  if (size != 4 && size != 16) return "<invalid>";
  std::string address;
  const int step = size == 4 ? 1 : 2;
  for (int i = 0; i < size; i += step) {
    std::array<char, 8> part{};
    if (size == 4) {
      std::snprintf(part.data(), part.size(), i == 0 ? "%d" : ".%d", bytes[i]);
    } else {
      std::snprintf(part.data(), part.size(), i == 0 ? "%X" : ":%X", bytes[i] << 8 | bytes[i + 1]);
    }
    address += part.data();
  }
  return address;
}

}  // namespace

std::string altNameText(const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS:
      return "DNS:" + textOf(name->d.dNSName);
    case GEN_URI:
      return "URI:" + textOf(name->d.uniformResourceIdentifier);
    case GEN_EMAIL:
      return "email:" + textOf(name->d.rfc822Name);
    case GEN_IPADD:
      return "IP Address:" + addressOf(name->d.iPAddress);
    case GEN_DIRNAME:
      return "DirName:/" + lineOf(name->d.directoryName, "/");
    case GEN_RID:
      return "Registered ID:" + dotted(name->d.registeredID);
    case GEN_X400:
      return "X400Name:<unsupported>";
    case GEN_EDIPARTY:
      return "EdiPartyName:<unsupported>";
    default:
      return "othername:<unsupported>";
  }
}

std::string altNameText(X509* certificate) {
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  return altNameText(names.get());
}

std::string altNameText(const GENERAL_NAMES* names) {
  std::string text;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    if (i > 0) text += ", ";
    text += altNameText(sk_GENERAL_NAME_value(names, i));
  }
  return text;
}

}  // namespace securepair::crypto
