#include "cli/certificate_text.h"

namespace securepair::cli {
namespace {

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string daysText(int days) { return std::to_string(days) + (days == 1 ? " day" : " days"); }

std::string validity(const crypto::CertificateInfo& info) {
  const std::string dates = info.certificate.valid_from + " to " + info.certificate.valid_to;
  if (info.validFrom > now()) return dates + ": not yet";
  if (info.validTo < now()) return dates + ": expired";
  return dates + ": " + daysText(daysUntil(info.validTo)) + " left";
}

std::string useName(const std::string& oid) {
  if (oid == "1.3.6.1.5.5.7.3.1") return "TLS server";
  if (oid == "1.3.6.1.5.5.7.3.2") return "TLS client";
  return oid;
}

std::string uses(const crypto::CertificateInfo& info) {
  std::string text = info.isAuthority ? "signs certificates" : "";
  for (const std::string& oid : info.certificate.ext_key_usage) {
    text += (text.empty() ? "" : ", ") + useName(oid);
  }
  return text.empty() ? "not said" : text;
}

}  // namespace

std::string subjectText(const tls::DistinguishedName& name) {
  std::string text;
  for (const auto& [field, value] : name) text += (text.empty() ? "" : ", ") + field + "=" + value;
  return text.empty() ? "(empty)" : text;
}

Json subjectJson(const tls::DistinguishedName& name) {
  Json object;
  for (const auto& [field, value] : name) object.set(field, value);
  return object;
}

int daysUntil(std::chrono::sys_seconds time) {
  return static_cast<int>(std::chrono::floor<std::chrono::days>(time - now()).count());
}

std::vector<std::string> certificateLines(const crypto::CertificateInfo& info) {
  const tls::PeerCertificate& certificate = info.certificate;
  return {"issuer: " + subjectText(certificate.issuer) + (info.isSelfSigned ? ", itself" : ""),
          "names: " + (certificate.subjectaltname.empty() ? "none" : certificate.subjectaltname),
          "valid: " + validity(info),
          "key: " + info.keyType + " of " + std::to_string(info.keyBits) + " bits",
          "signed with: " + info.signedWith,
          "uses: " + uses(info),
          "serial number: " + certificate.serialNumber,
          "SHA-256: " + certificate.fingerprint256};
}

Json certificateJson(const crypto::CertificateInfo& info) {
  const tls::PeerCertificate& certificate = info.certificate;
  Json object;
  object.set("subject", subjectJson(certificate.subject));
  object.set("issuer", subjectJson(certificate.issuer));
  object.set("subjectaltname", certificate.subjectaltname);
  object.set("valid_from", certificate.valid_from).set("valid_to", certificate.valid_to);
  object.set("days_left", daysUntil(info.validTo));
  object.set("fingerprint", certificate.fingerprint);
  object.set("fingerprint256", certificate.fingerprint256);
  object.set("serialNumber", certificate.serialNumber);
  object.set("ext_key_usage", certificate.ext_key_usage);
  object.set("key_type", info.keyType).set("key_bits", info.keyBits);
  object.set("signed_with", info.signedWith);
  object.set("authority", info.isAuthority).set("self_signed", info.isSelfSigned);
  return object;
}

}  // namespace securepair::cli
