#pragma once
#include <securepair/bytes.h>
#include <securepair/crypto.h>
#include <securepair/export.h>
#include <securepair/name.h>
#include <securepair/tls/certificate.h>

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// What the page does with the openssl program, as calls. What they take and give is PEM, except a
/// PFX, and openssl reads it as it reads its own. Each throws Error where an option is not usable.
namespace securepair::crypto {

enum class KeyType : unsigned char { ec, rsa, ed25519 };

struct KeyOptions {
  KeyType type = KeyType::ec;
  /// RSA: 2048 to 16384, else 2048. EC: 256, 384 or 521, for the curve P-256, P-384 or P-521, else
  /// 256.
  std::optional<int> bits = {};
  /// Encrypts the key, with AES-256. Empty: whoever reads the file has the key.
  std::string passphrase = {};
  /// Lets RSA keys of 1024 bits and more be made, such as the page's: who has the means can factor
  /// them. They are used at `securityLevel` 1 and below.
  bool allowSmallKey = false;
};

/// "A private key is created like this: openssl genrsa -out ryans-key.pem 1024". P-256 by default.
SECUREPAIR_API Buffer generateKey(KeyOptions options = {});

/// Writes a key, or a PFX with one in it, to a new file that its owner alone may read. Throws Error
/// with the system's code: EEXIST where there is such a file, for a key that is overwritten is
/// lost.
SECUREPAIR_API void writeKeyFile(Name path, const Buffer& key);

/// Who a certificate is for: fields by OpenSSL's short names ("C", "ST", "L", "O", "OU", "CN", ...)
/// or as dotted OIDs, in order; or one text, which is the CN.
class Subject {
 public:
  using Field = std::pair<std::string, std::string>;

  Subject() noexcept = default;
  Subject(std::initializer_list<Field> fields) : fields_(fields) {}
  template <class T>
  requires(detail::Text<T>) Subject(const T& commonName)
      : fields_{{"CN", std::string(std::string_view(commonName))}} {}

  bool given() const noexcept { return !fields_.empty(); }
  const std::vector<Field>& fields() const noexcept { return fields_; }
  void add(std::string field, std::string value) {
    fields_.emplace_back(std::move(field), std::move(value));
  }

 private:
  std::vector<Field> fields_;
};

/// What a certificate is for: DNS names, of which the first label may be `*`, and IP addresses. One
/// text, or a list.
class NameList {
 public:
  NameList() noexcept = default;
  NameList(std::initializer_list<Name> names) : list_(names) {}
  template <class T>
  requires(detail::Text<T>) NameList(const T& one) : list_{Name(one)} {}
  template <class Range>
  requires(!std::is_base_of_v<NameList, Range> && !detail::TextOrBytes<Range> &&
           requires(const Range& range) {
             { *std::begin(range) } -> std::convertible_to<Name>;
             std::end(range);
           }) NameList(const Range& range)
      : list_(std::begin(range), std::end(range)) {}

  const std::vector<Name>& list() const noexcept { return list_; }

 private:
  std::vector<Name> list_;
};

struct CsrOptions {
  Buffer key = {};
  /// For the key, where it is encrypted.
  std::string passphrase = {};
  /// Where it is not given, the first of `altNames` is its CN.
  Subject subject = {};
  /// The names to ask for, besides the CN, which counts where it is such a name.
  NameList altNames = {};
};

/// "The first step to getting a certificate is to create a "Certificate Signing Request" (CSR)
/// file. This is done with: openssl req -new -key ryans-key.pem -out ryans-csr.pem".
SECUREPAIR_API Buffer createCsr(CsrOptions options);

/// What somebody asks for, the names as in tls::PeerCertificate.
struct CsrInfo {
  tls::DistinguishedName subject = {};
  std::string subjectaltname = {};  ///< "DNS:example.org, IP Address:192.0.2.1"
  std::string keyType = {};         ///< "RSA", "EC", "ED25519", ...
  int keyBits = 0;
};

/// Reads a CSR and checks that whoever made it has the key in it.
SECUREPAIR_API CsrInfo readCsr(const Buffer& csr);

/// What a certificate may be used for, on its holder's side of a connection.
enum class Purpose : unsigned char { server, client, both };

struct SelfSignOptions {
  Buffer csr = {};
  /// The key with which the CSR was made.
  Buffer key = {};
  /// For the key, where it is encrypted.
  std::string passphrase = {};
  /// Further names, besides those in the CSR.
  NameList altNames = {};
  Purpose purpose = Purpose::both;
  int days = 365;
};

/// "To create a self-signed certificate with the CSR, do this: openssl x509 -req -in ryans-csr.pem
/// -signkey ryans-key.pem -out ryans-cert.pem". Who trusts it, trusts this certificate alone: it is
/// no authority.
SECUREPAIR_API Buffer selfSign(SelfSignOptions options);

/// What signs certificates.
struct CertificateAuthority {
  Buffer key = {};
  /// For the key, where it is encrypted.
  std::string passphrase = {};
  /// The authority's own certificate, for those who trust it: the option `ca`.
  Buffer cert = {};
};

struct CaOptions {
  Subject subject = {};
  /// Of the authority; P-256 where it is not given.
  Buffer key = {};
  /// For `key`, where it is encrypted. What createCa() answers is encrypted with it.
  std::string passphrase = {};
  int days = 3650;
};

/// A small certificate authority: it signs the certificates of servers and clients, not those of
/// further authorities.
SECUREPAIR_API CertificateAuthority createCa(CaOptions options);

struct SignOptions {
  Buffer csr = {};
  CertificateAuthority authority = {};
  /// What the certificate is for. Nothing else is, whatever the CSR says.
  NameList altNames = {};
  /// Adds what the CSR asks for: DNS names, IP addresses, and its CN where that is one of them.
  bool copyAltNames = false;
  /// In place of the CSR's, which says what its maker likes: readCsr() tells it. The CN of this one
  /// is added to the names where it is a DNS name or an IP address.
  Subject subject = {};
  Purpose purpose = Purpose::server;
  /// Where it is not given: 365, or as long as the authority's certificate is valid.
  std::optional<int> days = {};
  /// Signs, and signs with, keys that are too small for OpenSSL's security level 2.
  bool allowSmallKey = false;
};

/// "Alternatively you can send the CSR to a Certificate Authority for signing": what that one does.
/// Of the CSR it takes the key, and the subject where none is given. Extensions that the CSR asks
/// for are not copied; its names are where the options say so.
SECUREPAIR_API Buffer signCsr(SignOptions options);

/// "All CA certs concatenated in one file like cat ca1-cert.pem ca2-cert.pem > ca-cert.pem": each
/// once, each an authority's or self-signed, and none expired.
SECUREPAIR_API Buffer bundleCas(const CaList& ca);

struct PfxOptions {
  Buffer key = {};
  /// For the key, where it is encrypted.
  std::string keyPassphrase = {};
  /// The certificate of the key, followed by those between it and its root, if any.
  Buffer cert = {};
  /// Whom the PFX's user is to trust. See bundleCas() for what is accepted.
  CaList ca = {};
  /// Encrypts the PFX. Empty: whoever reads the file has the key.
  std::string passphrase = {};
};

/// "To create .pfx or .p12, do this: openssl pkcs12 -export -in agent5-cert.pem -inkey
/// agent5-key.pem -certfile ca-cert.pem -out agent5.pfx". Encrypted with AES-256 and authenticated
/// with HMAC-SHA-256.
SECUREPAIR_API Buffer createPfx(PfxOptions options);

}  // namespace securepair::crypto
