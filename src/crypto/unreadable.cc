#include "crypto/unreadable.h"

#include <algorithm>
#include <string_view>

#include "crypto/openssl_error.h"
#include "crypto/openssl_ptr.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

struct Finding {
  std::string got;
  std::string fix;
};

ErrorParts partsFor(const std::string& option, Wanted wanted) {
  switch (wanted) {
    case Wanted::privateKey:
      return {.code = "ERR_INVALID_KEY",
              .message = "`" + option + "` holds no private key that can be read",
              .expected = "a private key in PEM format (-----BEGIN PRIVATE KEY-----)",
              .fix = "look at it with: openssl pkey -in key.pem -noout"};
    case Wanted::certificate:
      return {.code = "ERR_INVALID_CERTIFICATE",
              .message = "`" + option + "` holds no certificate that can be read",
              .expected = "certificates in PEM format (-----BEGIN CERTIFICATE-----)",
              .fix = "look at it with: openssl x509 -in cert.pem -noout -text"};
    case Wanted::request:
      return {.code = "ERR_INVALID_CSR",
              .message = "`" + option + "` holds no certificate signing request that can be read",
              .expected = "one request in PEM format (-----BEGIN CERTIFICATE REQUEST-----)",
              .fix = "look at it with: openssl req -in csr.pem -noout -text"};
    default:
      return {.code = "ERR_INVALID_CRL",
              .message = "`" + option + "` holds no revocation list that can be read",
              .expected = "revocation lists in PEM format (-----BEGIN X509 CRL-----)",
              .fix = "look at it with: openssl crl -in crl.pem -noout -text"};
  }
}

template <class Pointer>
bool parses(typename Pointer::pointer (*parse)(typename Pointer::pointer*, const unsigned char**,
                                               long),
            const Buffer& content) {
  const auto* at = reinterpret_cast<const unsigned char*>(content.data());
  return Pointer(parse(nullptr, &at, static_cast<long>(content.size()))) != nullptr;
}

Finding findDer(const Buffer& content) {
  if (parses<Pkcs12Ptr>(d2i_PKCS12, content)) {
    return {"a PFX (PKCS#12)", "give it as `pfx`, alone"};
  }
  if (parses<X509Ptr>(d2i_X509, content)) {
    return {"a certificate in DER format",
            "convert it: openssl x509 -inform DER -in cert.der -out cert.pem"};
  }
  if (parses<X509CrlPtr>(d2i_X509_CRL, content)) {
    return {"a revocation list in DER format",
            "convert it: openssl crl -inform DER -in crl.der -out crl.pem"};
  }
  if (parses<X509ReqPtr>(d2i_X509_REQ, content)) {
    return {"a certificate signing request in DER format",
            "convert it: openssl req -inform DER -in csr.der -out csr.pem"};
  }
  if (parses<X509SigPtr>(d2i_X509_SIG, content) ||
      parses<EvpPkeyPtr>(d2i_AutoPrivateKey, content)) {
    return {"a private key in DER format",
            "convert it: openssl pkey -inform DER -in key.der -out key.pem"};
  }
  return {"binary data (DER?)", "convert it to PEM with openssl pkey, x509 or crl, -inform DER"};
}

Finding findText(std::string_view text) {
  if (text.starts_with("PuTTY-User-Key-File")) {
    return {"a key of PuTTY", "convert it: puttygen key.ppk -O private-openssl -o key.pem"};
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return {"text in UTF-16", "save the file as ASCII or UTF-8"};
  }
  const bool oneLine = text.find('\n') == std::string_view::npos && text.size() < 4096;
  if (oneLine && text.find('.') != std::string_view::npos) {
    return {"one line of text, which may be the name of a file",
            "give the file's content: fs::readFileSync(\"...\")"};
  }
  return {"text without a PEM block", {}};
}

Finding findBlock(const std::string& label) {
  const std::string got = "a PEM block " + escaped(label);
  if (label == "OPENSSH PRIVATE KEY") {
    return {got, "convert it: ssh-keygen -p -m PEM -f key"};
  }
  if (label == "CERTIFICATE REQUEST" || label == "NEW CERTIFICATE REQUEST") {
    return {got,
            "have it signed by an authority, or sign it yourself: openssl x509 -req -in csr.pem "
            "-signkey key.pem -days 365 -out cert.pem"};
  }
  if (label == "PKCS7" || label == "CMS") {
    return {got,
            "take the certificates out: openssl pkcs7 -print_certs -in certs.p7b -out cert.pem"};
  }
  if (label == "PUBLIC KEY" || label == "RSA PUBLIC KEY") {
    return {got, "give the private key, of which this is the public half"};
  }
  if (label.ends_with("PRIVATE KEY")) return {got, "a private key is given as `key`"};
  if (label.ends_with("CERTIFICATE")) return {got, "a certificate is given as `cert`, or in `ca`"};
  if (label == "X509 CRL") return {got, "a revocation list is given in `crl`"};
  return {got, {}};
}

Finding find(const Buffer& content, const PemText& pem) {
  if (content.empty()) return {"nothing", "check where the content comes from"};
  if (!pem.blocks.empty()) return findBlock(pem.blocks.front().label);
  constexpr auto sequence = std::byte{0x30};
  return *content.begin() == sequence ? findDer(content) : findText(content.text());
}

}  // namespace

Error unreadable(const std::string& option, Wanted wanted, const Buffer& content,
                 const PemText& pem, const std::string& damage) {
  const CleanErrors clean;
  ErrorParts parts = partsFor(option, wanted);
  if (!damage.empty() || !pem.damage.empty()) {
    parts.got = "a damaged PEM block (" + (damage.empty() ? pem.damage : damage) + ")";
  } else {
    Finding finding = find(content, pem);
    parts.got = std::move(finding.got);
    if (!finding.fix.empty()) parts.fix = std::move(finding.fix);
  }
  return Error(std::move(parts));
}

}  // namespace securepair::crypto
