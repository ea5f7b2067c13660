#include "cli/certificate_report.h"

#include <chrono>
#include <ctime>

#include "cli/fingerprint.h"

namespace securepair::cli {
namespace {

// "Nov 11 09:52:22 2009 GMT"; nanoseconds would end in the year 2262. What cannot be read has
// expired.
std::chrono::sys_seconds timeOf(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%b %d %H:%M:%S %Y", &parts) == nullptr) return {};
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

std::chrono::milliseconds timeLeft(const tls::PeerCertificate& certificate) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return timeOf(certificate.valid_to) - now;
}

std::int64_t daysLeft(const tls::PeerCertificate& certificate) {
  return std::chrono::floor<std::chrono::days>(timeLeft(certificate)).count();
}

std::string textOf(const tls::DistinguishedName& name) {
  std::string text;
  for (const auto& [field, value] : name) {
    text += (text.empty() ? "" : ", ") + field + "=" + value;
  }
  return text;
}

std::string validityOf(const tls::PeerCertificate& certificate) {
  const std::int64_t days = daysLeft(certificate);
  return certificate.valid_from + " to " + certificate.valid_to +
         (days < 0 ? ": expired" : ", " + std::to_string(days) + " days left");
}

void printDetails(Io& io, const std::string& indent, const tls::PeerCertificate& certificate) {
  const auto tell = [&](const char* label, const std::string& value) {
    if (!value.empty()) io.line(indent + label + ": " + value);
  };
  tell("names", certificate.subjectaltname);
  tell("issuer", textOf(certificate.issuer));
  tell("valid", validityOf(certificate));
  tell("SHA-256", fingerprintOf(certificate).hex);
}

}  // namespace

Certificates chainOf(const tls::PeerCertificate& certificate) {
  Certificates chain;
  if (certificate.empty()) return chain;
  for (const auto* one = &certificate; one != nullptr; one = one->issuerCertificate.get()) {
    chain.push_back(one);
  }
  return chain;
}

void printChain(Io& io, const tls::PeerCertificate& certificate) {
  io.line("chain:");
  std::string indent = "  ";
  for (const tls::PeerCertificate* const one : chainOf(certificate)) {
    const bool isFirst = one == &certificate;
    io.line(indent + (isFirst ? "" : "└ ") + textOf(one->subject));
    indent += isFirst ? "  " : "    ";
    printDetails(io, indent, *one);
  }
}

void printCertificates(Io& io, const std::string& label, const Certificates& certificates) {
  io.line(label + ":");
  for (const tls::PeerCertificate* const one : certificates) {
    io.line("  " + textOf(one->subject));
    printDetails(io, "    ", *one);
  }
}

std::vector<Json> certificatesJson(const Certificates& certificates) {
  std::vector<Json> list;
  for (const tls::PeerCertificate* const one : certificates) {
    Json object;
    object.set("subject", textOf(one->subject)).set("issuer", textOf(one->issuer));
    object.set("names", one->subjectaltname).set("serialNumber", one->serialNumber);
    object.set("validFrom", one->valid_from).set("validTo", one->valid_to);
    object.set("daysLeft", daysLeft(*one)).set("sha256", fingerprintOf(*one).hex);
    list.push_back(std::move(object));
  }
  return list;
}

const tls::PeerCertificate* expiresWithin(const Certificates& certificates,
                                          std::chrono::milliseconds time) {
  for (const tls::PeerCertificate* const one : certificates) {
    if (timeLeft(*one) < time) return one;
  }
  return nullptr;
}

}  // namespace securepair::cli
