#include "crypto/certificate.h"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include <openssl/core_names.h>

#include "crypto/alt_names.h"
#include "crypto/distinguished_name.h"
#include "crypto/openssl_error.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

std::string fingerprintOf(X509* certificate, const EVP_MD* digest) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  if (X509_digest(certificate, digest, bytes.data(), &size) != 1) return {};
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 0xF];
  }
  return text;
}

std::string hexOf(const BignumPtr& number) {
  const OpensslMemory<char> text(number == nullptr ? nullptr : BN_bn2hex(number.get()));
  return text == nullptr ? std::string() : std::string(text.get());
}

// A number of an RSA key, as v0.6 printed it: without a leading zero.
std::string keyNumber(X509* certificate, const char* parameter) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  if (key == nullptr || EVP_PKEY_is_a(key, "RSA") != 1) return {};
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &number) != 1) return {};
  std::string text = hexOf(BignumPtr(number));
  if (text.starts_with('0')) text.erase(0, 1);
  return text;
}

std::string serialNumberOf(X509* certificate) {
  return hexOf(BignumPtr(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)));
}

std::vector<std::string> keyUsagesOf(X509* certificate) {
  using Usages = OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
  const Usages usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  const int count = usages == nullptr ? 0 : sk_ASN1_OBJECT_num(usages.get());
  std::vector<std::string> result;
  result.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    result.push_back(dotted(sk_ASN1_OBJECT_value(usages.get(), i)));
  }
  return result;
}

Buffer derOf(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  const OpensslMemory<unsigned char> owned(der);
  return size < 0 ? Buffer() : Buffer(der, static_cast<std::size_t>(size));
}

std::string lineFor(const X509_NAME* name) {
  const std::string line = lineOf(name);
  return line.empty() ? "(empty)" : clipped(line);
}

}  // namespace

tls::PeerCertificate describe(X509* certificate) {
  const CleanErrors clean;
  return {.subject = fieldsOf(X509_get_subject_name(certificate)),
          .issuer = fieldsOf(X509_get_issuer_name(certificate)),
          .subjectaltname = altNameText(certificate),
          .modulus = keyNumber(certificate, OSSL_PKEY_PARAM_RSA_N),
          .exponent = keyNumber(certificate, OSSL_PKEY_PARAM_RSA_E),
          .valid_from = timeText(X509_get0_notBefore(certificate)),
          .valid_to = timeText(X509_get0_notAfter(certificate)),
          .fingerprint = fingerprintOf(certificate, EVP_sha1()),
          .fingerprint256 = fingerprintOf(certificate, EVP_sha256()),
          .ext_key_usage = keyUsagesOf(certificate),
          .serialNumber = serialNumberOf(certificate),
          .raw = derOf(certificate)};
}

tls::PeerCertificate describeChain(const STACK_OF(X509) * chain) {
  tls::PeerCertificate above;
  for (int depth = sk_X509_num(chain) - 1; depth >= 0; --depth) {
    tls::PeerCertificate certificate = describe(sk_X509_value(chain, depth));
    if (!above.empty()) {
      certificate.issuerCertificate =
          std::make_shared<const tls::PeerCertificate>(std::move(above));
    }
    above = std::move(certificate);
  }
  return above;
}

std::string summary(X509* certificate) {
  const CleanErrors clean;
  return "subject " + subjectOf(certificate) + "; issuer " + issuerOf(certificate) + "; valid " +
         timeText(X509_get0_notBefore(certificate)) + " to " +
         timeText(X509_get0_notAfter(certificate)) + "; SHA-256 " +
         fingerprintOf(certificate, EVP_sha256());
}

std::string subjectOf(X509* certificate) { return lineFor(X509_get_subject_name(certificate)); }

std::string issuerOf(X509* certificate) { return lineFor(X509_get_issuer_name(certificate)); }

}  // namespace securepair::crypto
