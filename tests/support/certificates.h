#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace securepair::test {

/// A certificate and its private key, each as PEM.
struct Identity {
  std::string cert = {};
  std::string key = {};
};

enum class Purpose : unsigned char { any, server, client };

/// One attribute of a subject. `inSameRdn`: it makes one multi-valued RDN with the one before.
struct SubjectField {
  std::string field = {};
  std::string value = {};
  bool inSameRdn = false;
  bool isBmp = false;  ///< `value` are the bytes of a BMPString
};

/// What a certificate says. Its key is a new P-256 one, unless `rsaBits` is set.
struct CertificateSpec {
  std::string commonName = {};
  std::vector<SubjectField> subject = {};  ///< after `commonName`
  std::vector<std::string> dnsNames = {};
  std::vector<std::string> ips = {};
  std::string rawAltNames = {};  ///< DER of the subjectAltName, in place of `dnsNames` and `ips`
  Purpose purpose = Purpose::any;
  bool isCa = false;
  int fromDays = -1;  ///< from now
  int untilDays = 30;
  std::string notBefore = {};  ///< as it stands in the certificate, in place of `fromDays`
  std::string notAfter = {};   ///< in place of `untilDays`
  int pathLength = -1;         ///< an authority's; -1: without limit
  int untilSeconds = 0;        ///< more than `untilDays`
  int rsaBits = 0;
  bool spelledCurve = false;  ///< the key names no curve, but has its parameters
  std::string digest = "SHA256";
  std::string keyUsage = {};  ///< an authority's, in place of keyCertSign and cRLSign
  /// More of them, as OpenSSL's configuration has them: {"keyUsage", "critical,keyAgreement"}.
  std::vector<std::pair<std::string, std::string>> extensions = {};
  long serialNumber = 0;    ///< 0: a random one
  bool isVersion1 = false;  ///< has no extension whatever else is said
};

/// An authority that signs certificates and revocation lists.
struct Authority {
  Identity own = {};
  /// What a server sends after its own certificate: this authority's and those between it and the
  /// root. Empty for a root.
  std::string chain = {};
};

/// For one DNS name or IP address, which is the CN too.
CertificateSpec specFor(std::string_view name);
/// The certificate of the page's example: subject and dates.
CertificateSpec pageSpec();

Identity selfSigned(std::string_view name);
Identity selfSigned(const CertificateSpec& spec);

Authority makeAuthority(std::string_view name = "Test Root");
Authority makeAuthority(const CertificateSpec& spec);
Authority makeIntermediate(const Authority& parent, std::string_view name = "Test Intermediate");
Authority makeIntermediate(const Authority& parent, const CertificateSpec& spec);

/// The leaf alone; `issued.cert + authority.chain` is the whole chain.
Identity issue(const Authority& authority, std::string_view name);
Identity issue(const Authority& authority, const CertificateSpec& spec);

/// PKCS#8 under AES-256, as `openssl genpkey -aes256` makes it.
std::string encryptKey(const std::string& key, const std::string& passphrase);
/// "-----BEGIN EC PRIVATE KEY-----" with DEK-Info, as OpenSSL 1 made it.
std::string encryptKeyTraditionally(const std::string& key, const std::string& passphrase);

/// DER. Each of `cas` is the PEM of one certificate.
std::string pfx(const Identity& identity, const std::vector<std::string>& cas = {},
                const std::string& passphrase = {});

struct CrlSpec {
  std::vector<std::string> revoked = {};  ///< certificates, each as PEM
  int fromDays = -1;                      ///< from now
  int untilDays = 30;
  std::string lastUpdate = {};  ///< as it stands in the list, in place of `fromDays`
  std::string nextUpdate = {};  ///< in place of `untilDays`
};

/// PEM of a revocation list that names these certificates.
std::string makeCrl(const Authority& authority, const std::vector<std::string>& revoked = {},
                    int nextUpdateDays = 30);
std::string makeCrl(const Authority& authority, const CrlSpec& spec);

/// The certificate or list with another signature, which is of the right form.
std::string withBadSignature(const std::string& pem);
/// The certificate as a file of trusted ones has it that must not stand for servers.
std::string withServersRejected(const std::string& cert);

/// What is between the PEM's lines, decoded.
std::string derOf(const std::string& pem);

}  // namespace securepair::test
