// A certificate as v0.6 printed the object that getPeerCertificate() returns.
#include <securepair/tls/certificate.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

namespace securepair::tls {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\\';
    result += c;
  }
  return result + "'";
}

bool isWord(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

void print(std::ostream& out, const DistinguishedName& name) {
  const char* before = "\n   { ";
  for (const auto& [field, value] : name) {
    out << before << (isWord(field) ? field : quoted(field)) << ": " << quoted(value);
    before = ",\n     ";
  }
  out << (name.empty() ? "{}" : " }");
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const PeerCertificate& certificate) {
  if (certificate.empty()) return out << "{}";
  out << "{ subject: ";
  print(out, certificate.subject);
  out << ",\n  issuer: ";
  print(out, certificate.issuer);
  return out << ",\n  valid_from: " << quoted(certificate.valid_from)
             << ",\n  valid_to: " << quoted(certificate.valid_to)
             << ",\n  fingerprint: " << quoted(certificate.fingerprint) << " }";
}

}  // namespace securepair::tls
