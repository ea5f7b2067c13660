#include "cli/certificate_file.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "cli/exit.h"
#include "cli/openssl_line.h"

namespace securepair::cli {
namespace {

// Four digits for each three bytes, of which the last may be fewer; in the lines of PEM.
std::string base64(const Buffer& bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t bytesInLine = 48;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    if (at % bytesInLine == 0) text += '\n';
    unsigned int group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < count ? std::to_integer<unsigned int>(bytes.data()[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= count ? digits[group >> (18 - 6 * i) & 0x3FU] : '=';
    }
  }
  return text;
}

bool isDer(const Buffer& content) {
  constexpr std::byte sequence{0x30};
  return !content.empty() && *content.begin() == sequence;
}

std::string pemOf(const Buffer& der) {
  return "-----BEGIN CERTIFICATE-----" + base64(der) + "\n-----END CERTIFICATE-----\n";
}

// The library speaks of an option, and of what else could be given there.
Failure namedFailure(const std::string& path, const Error& error) {
  const bool isPfx = error.got().starts_with("a PFX");
  std::string fix = error.fix();
  if (isPfx) {
    fix = "take its certificates out: " +
          OpensslLine("openssl pkcs12 -nokeys").flag("-in", path).flag("-out", "certs.pem").text();
  } else if (fix.find('`') != std::string::npos) {
    fix = "name a file of certificates";
  }
  return {Exit::badFile,
          ErrorParts{.code = error.code(),
                     .message = "'" + path + "' holds no certificate that can be read",
                     .certificate = error.certificate(),
                     .expected = "certificates in PEM, or one in DER",
                     .got = error.got(),
                     .fix = fix}};
}

}  // namespace

std::vector<crypto::CertificateInfo> certificatesIn(const std::string& path,
                                                    const Buffer& content) {
  if (isDer(content)) {
    try {
      return crypto::readCertificates(pemOf(content));
    } catch (const Error&) {  // what it is instead, is seen in its own form
    }
  }
  try {
    return crypto::readCertificates(content);
  } catch (const Error& error) {
    throw namedFailure(path, error);
  }
}

bool isRevocationList(const Buffer& content) {
  return content.text().find("-----BEGIN X509 CRL-----") != std::string_view::npos;
}

}  // namespace securepair::cli
