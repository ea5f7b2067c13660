#include "crypto/identity.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include "crypto/alt_names.h"
#include "crypto/certificate.h"
#include "crypto/name_hint.h"
#include "crypto/openssl_error.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

// Without the brackets of a URL and without the zone, which means something on this machine only.
std::string bare(const std::string& name) {
  const bool hasBrackets = name.size() > 2 && name.front() == '[' && name.back() == ']';
  const std::string address = hasBrackets ? name.substr(1, name.size() - 2) : name;
  return address.substr(0, address.find('%'));
}

std::string withoutDot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return std::string(name);
}

// OpenSSL takes a name that begins with a dot for a whole domain, and compares bytes that are not
// ASCII as they are, which no certificate authority has checked.
bool isHostName(const std::string& name) {
  return !name.empty() && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool hasAltNames(X509* certificate) {
  return X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0;
}

bool matchesAddress(X509* certificate, const std::string& name) {
  return isAddress(name) && X509_check_ip_asc(certificate, bare(name).c_str(), 0) == 1;
}

bool matchesHost(X509* certificate, const std::string& name) {
  const std::string host = withoutDot(name);
  if (isAddress(host) || !isHostName(host)) return false;
  // OpenSSL would ask the subject where the alternative names are of another kind, or unreadable.
  const unsigned int subject = hasAltNames(certificate) ? X509_CHECK_FLAG_NEVER_CHECK_SUBJECT : 0U;
  return X509_check_host(certificate, host.data(), host.size(),
                         X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | subject, nullptr) == 1;
}

bool isMeantAsAddress(const std::string& name, tls::NameKind kind) {
  return kind == tls::NameKind::any ? isAddress(name) : kind == tls::NameKind::ip;
}

std::string namesOf(X509* certificate) {
  if (!hasAltNames(certificate)) return "no alternative names; subject " + subjectOf(certificate);
  const std::string names = altNameText(certificate);
  return names.empty() ? "alternative names that cannot be read" : clipped(names);
}

// What the certificate has, and why that is not the name where it looks as if it were.
std::string gotInstead(X509* certificate, const std::string& name, bool asAddress) {
  const std::string hint = nameHint(certificate, name, asAddress);
  return namesOf(certificate) + (hint.empty() ? "" : "; " + hint);
}

}  // namespace

bool isAddress(const std::string& name) {
  if (name.find('\0') != std::string::npos) return false;
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, bare(name).c_str(), bytes.data()) == 1;
}

std::string folded(std::string_view name) {
  std::string text = withoutDot(name);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string sniOf(const std::string& name) {
  return isAddress(name) ? std::string() : withoutDot(name);
}

std::optional<Error> checkServerIdentity(X509* certificate, const std::string& name,
                                         tls::NameKind kind) {
  const CleanErrors clean;
  const bool asAddress = isMeantAsAddress(name, kind);
  if (asAddress ? matchesAddress(certificate, name) : matchesHost(certificate, name)) {
    return std::nullopt;
  }
  return Error({.code = "ERR_TLS_CERT_ALTNAME_INVALID",
                .message = "the server's certificate is not for " + clipped(escaped(name)),
                .certificate = summary(certificate),
                .expected = (asAddress ? "IP Address:" : "DNS:") + clipped(escaped(name)),
                .got = gotInstead(certificate, name, asAddress),
                .fix =
                    "connect by a name that the certificate has, give that name as "
                    "`servername`, or have the certificate issued anew with this one among its "
                    "subject alternative names (openssl req -new -key key.pem -subj /CN=NAME "
                    "-addext subjectAltName=DNS:NAME -out csr.pem; openssl x509 -req -in csr.pem "
                    "-CA ca.pem -CAkey ca-key.pem -copy_extensions copy -out cert.pem; IP: in "
                    "place of DNS: for an address)"});
}

}  // namespace securepair::crypto
