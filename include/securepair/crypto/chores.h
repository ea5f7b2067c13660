#pragma once
#include <securepair/bytes.h>
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

}  // namespace securepair::crypto
