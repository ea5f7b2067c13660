#include "crypto/distinguished_name.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "crypto/text.h"

namespace securepair::crypto {
namespace {

struct Entry {
  std::string field;
  std::string value;
  int rdn;
};

std::string fieldOf(const X509_NAME_ENTRY* entry) {
  const ASN1_OBJECT* const object = X509_NAME_ENTRY_get_object(entry);
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? dotted(object) : OBJ_nid2sn(nid);
}

// In UTF-8, or as it is where the certificate has something else than text.
std::string valueOf(const X509_NAME_ENTRY* entry, std::string_view separators) {
  const ASN1_STRING* const value = X509_NAME_ENTRY_get_data(entry);
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, value);
  const OpensslMemory<unsigned char> owned(utf8);
  const auto* const bytes = size >= 0 ? utf8 : ASN1_STRING_get0_data(value);
  const int count = size >= 0 ? size : ASN1_STRING_length(value);
  return escaped({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count)},
                 separators);
}

// A plus between blanks joins the fields of one RDN: one that is part of a value is escaped.
std::string withoutJoins(const std::string& value) {
  std::string_view rest = value;
  std::string escapedJoins;
  for (auto at = rest.find(" + "); at != std::string_view::npos; at = rest.find(" + ")) {
    escapedJoins += rest.substr(0, at);
    escapedJoins += " \\2B";
    rest.remove_prefix(at + 2);  // the blank behind it may begin another
  }
  return escapedJoins += rest;
}

std::vector<Entry> entriesOf(const X509_NAME* name, std::string_view separators) {
  std::vector<Entry> entries;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    std::string value = withoutJoins(valueOf(entry, separators));
    const int rdn = X509_NAME_ENTRY_set(entry);
    if (!entries.empty() && entries.back().rdn == rdn) {
      entries.back().value += " + " + fieldOf(entry) + "=" + value;
    } else {
      entries.push_back({.field = fieldOf(entry), .value = std::move(value), .rdn = rdn});
    }
  }
  return entries;
}

}  // namespace

tls::DistinguishedName fieldsOf(const X509_NAME* name) {
  std::vector<tls::DistinguishedName::Field> fields;
  for (auto& [field, value, rdn] : entriesOf(name, {})) {
    fields.emplace_back(std::move(field), std::move(value));
  }
  return tls::DistinguishedName(fields);
}

std::string lineOf(const X509_NAME* name, const std::string& separator) {
  std::string line;
  for (const auto& [field, value, rdn] : entriesOf(name, ",/\"'")) {
    if (!line.empty()) line += separator;
    line += field + "=" + value;
  }
  return line;
}

}  // namespace securepair::crypto

namespace securepair::tls {

// A peer may send thousands of them.
DistinguishedName::DistinguishedName(const std::vector<Field>& fields) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto& [field, value] : fields) places.try_emplace(field, places.size());
  fields_.resize(places.size());
  for (const auto& [field, value] : fields) fields_[places[field]] = {field, value};
}

std::string DistinguishedName::operator[](std::string_view field) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [field](const Field& entry) { return entry.first == field; });
  return found == fields_.end() ? std::string() : found->second;
}

void DistinguishedName::set(std::string field, std::string value) {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&field](const Field& entry) { return entry.first == field; });
  if (found == fields_.end()) {
    fields_.emplace_back(std::move(field), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

}  // namespace securepair::tls
