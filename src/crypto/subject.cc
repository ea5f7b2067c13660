#include "crypto/subject.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "crypto/making.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

Error refused(const Subject::Field& field, const std::string& why) {
  return Error(
      {.code = "ERR_INVALID_SUBJECT",
       .message = "`subject` cannot have this field (" + why + ")",
       .expected = "fields by OpenSSL's short names, such as {\"CN\", \"localhost\"} and "
                   "{\"O\", \"Example\"}, or by dotted OIDs; the text in UTF-8",
       .got = clipped(escaped(field.first) + "=" + escaped(field.second)),
       .fix = "correct it or leave it out; where the first of `altNames` is too long for a CN, "
              "give another `subject`"});
}

// Where it stands for an OpenSSL program that takes it apart.
bool isProgramsForm(const Subject::Field& field) {
  return field.first == "CN" && field.second.starts_with('/') &&
         field.second.find('=') != std::string::npos;
}

bool hasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

void add(X509_NAME* name, const Subject::Field& field) {
  const auto& [label, value] = field;
  if (value.empty()) throw refused(field, "it is empty");
  if (hasControls(value)) throw refused(field, "it has control characters");
  if (isProgramsForm(field)) throw refused(field, "it is written for openssl's -subj");
  const auto* const bytes = reinterpret_cast<const unsigned char*>(value.data());
  if (X509_NAME_add_entry_by_txt(name, label.c_str(), MBSTRING_UTF8, bytes,
                                 static_cast<int>(value.size()), -1, 0) != 1) {
    throw refused(field, takeFailure().reason);
  }
}

// None where it is no text.
std::optional<std::string> textOf(const X509_NAME_ENTRY* entry) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
  const OpensslMemory<unsigned char> owned(utf8);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
}

}  // namespace

X509NamePtr encode(const Subject& subject) {
  const CleanErrors clean;
  X509NamePtr name(X509_NAME_new());
  require(name != nullptr, "a subject");
  for (const Subject::Field& field : subject.fields()) add(name.get(), field);
  return name;
}

std::vector<std::string> commonNamesOf(const X509_NAME* name) {
  const CleanErrors clean;
  std::vector<std::string> names;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) {
    if (auto text = textOf(X509_NAME_get_entry(name, at))) names.push_back(std::move(*text));
  }
  return names;
}

bool isPlain(const X509_NAME* name) {
  const CleanErrors clean;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const auto text = textOf(X509_NAME_get_entry(name, i));
    if (!text || hasControls(*text)) return false;
  }
  return true;
}

}  // namespace securepair::crypto
