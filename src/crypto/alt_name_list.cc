#include "crypto/alt_name_list.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "crypto/alt_names.h"
#include "crypto/host_name.h"
#include "crypto/identity.h"
#include "crypto/making.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

using GeneralNamePtr = OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;
using StringPtr = OpensslPtr<ASN1_STRING, ASN1_STRING_free>;

std::string_view bytesOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string fixOf(const std::string& name) {
  const bool isAscii = std::all_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<signed char>(c) >= 0; });
  if (!isAscii) return "write an international name in its ASCII form, which begins with xn--";
  if (name.ends_with('.')) return "leave the dot at its end out";
  if (name.starts_with('[')) return "leave the brackets out";
  if (name.find('/') != std::string::npos) return "give the name alone, neither a URL nor a range";
  if (name.starts_with('*')) return "name the domain below which any one label may stand";
  return "correct it or leave it out";
}

Error notAName(const std::string& name) {
  return Error({.code = "ERR_INVALID_ALTNAME",
                .message = "`altNames` has something that no certificate can be for",
                .expected =
                    "DNS names, such as localhost and *.example.org, and IP addresses, such "
                    "as 127.0.0.1 and ::1",
                .got = clipped(escaped(name)),
                .fix = fixOf(name)});
}

Error notCopied(const GENERAL_NAMES* names) {
  return Error(
      {.code = "ERR_INVALID_ALTNAME",
       .message = "`csr` asks for names that are not copied into a certificate",
       .expected = "DNS names and IP addresses",
       .got = clipped(altNameText(names)),
       .fix = "ask for those alone; or, where an authority signs, give `altNames` in place of "
              "`copyAltNames`"});
}

StringPtr stringOf(int type, std::string_view bytes) {
  StringPtr string(ASN1_STRING_type_new(type));
  require(string != nullptr &&
              ASN1_STRING_set(string.get(), bytes.data(), static_cast<int>(bytes.size())) == 1,
          "alternative names");
  return string;
}

GeneralNamePtr encoded(const std::string& name) {
  GeneralNamePtr one(GENERAL_NAME_new());
  require(one != nullptr, "alternative names");
  const std::string address = addressBytes(name);
  if (address.empty()) {
    GENERAL_NAME_set0_value(one.get(), GEN_DNS, stringOf(V_ASN1_IA5STRING, name).release());
  } else {
    GENERAL_NAME_set0_value(one.get(), GEN_IPADD, stringOf(V_ASN1_OCTET_STRING, address).release());
  }
  return one;
}

// In the form in which an option has it; empty where it is of another kind.
std::string requestedName(const GENERAL_NAME* name) {
  if (name->type == GEN_DNS) {
    const std::string text(bytesOf(name->d.dNSName));
    return isDnsName(text) ? text : std::string();
  }
  return name->type == GEN_IPADD ? addressText(bytesOf(name->d.iPAddress)) : std::string();
}

}  // namespace

std::string usualForm(const std::string& name) {
  if (const std::string address = addressBytes(name); !address.empty()) return addressText(address);
  return isDnsName(name) ? folded(name) : std::string();
}

void AltNameList::add(const NameList& names) {
  for (const Name& name : names.list()) {
    if (!addName(name.str())) throw notAName(name.str());
  }
}

void AltNameList::addRequested(const GENERAL_NAMES* names) {
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    if (!addName(requestedName(sk_GENERAL_NAME_value(names, i)))) throw notCopied(names);
  }
}

void AltNameList::addIfName(const std::string& commonName) { addName(commonName); }

bool AltNameList::has(const std::string& name) const { return known_.count(usualForm(name)) != 0; }

GeneralNamesPtr AltNameList::encode() const {
  GeneralNamesPtr all(GENERAL_NAMES_new());
  require(all != nullptr, "alternative names");
  for (const std::string& name : names_) {
    GeneralNamePtr one = encoded(name);
    require(sk_GENERAL_NAME_push(all.get(), one.get()) > 0, "alternative names");
    static_cast<void>(one.release());
  }
  return all;
}

// Answers whether it is one.
bool AltNameList::addName(const std::string& name) {
  std::string usual = usualForm(name);
  if (usual.empty()) return false;
  if (known_.insert(usual).second) names_.push_back(std::move(usual));
  return true;
}

}  // namespace securepair::crypto
