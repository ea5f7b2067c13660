#pragma once
#include <securepair/crypto/chores.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/files.h"
#include "cli/openssl_line.h"
#include "cli/verb.h"

namespace securepair::cli {

// What the verbs of `cert` are told in the same words.

/// How files are made.
struct MakingFlags {
  bool force = false;
  bool showOpenssl = false;

  Replace replace() const noexcept { return force ? Replace::yes : Replace::no; }
};
void addMakingFlags(Verb& verb, MakingFlags& flags);
void addShowOpensslFlag(Verb& verb, bool& flag);

/// Of a new key.
struct KeyFlags {
  std::string type = "ec";
  std::optional<int> bits = {};
  bool allowSmall = false;

  crypto::KeyOptions options() const;
  /// The same for openssl req -newkey: "ec", "rsa:2048", "ed25519".
  std::string opensslName() const;
  /// The curve, for EC: "ec_paramgen_curve:P-256"; else empty.
  std::string opensslCurve() const;
};
void addKeyFlags(Verb& verb, KeyFlags& flags);

/// "/C=UK/O=node.js/CN=localhost", as openssl has it: a backslash takes the next character for what
/// it is.
struct SubjectText : crypto::Subject {};
void readValue(const std::string& text, SubjectText& subject);

/// Whom it is about: --cn or --subject.
struct SubjectFlags {
  std::string commonName = {};
  SubjectText subject = {};

  bool given() const noexcept { return !commonName.empty() || subject.given(); }
  crypto::Subject read() const;
};
void addSubjectFlags(Verb& verb, SubjectFlags& flags);
/// Empty where it has none.
std::string commonNameOf(const crypto::Subject& subject);
/// As the library does it: behind the others, unless it is among them or is no name of a host.
void addCommonName(std::vector<std::string>& names, const crypto::Subject& subject);
/// As openssl's -subj takes it.
std::string opensslSubject(const crypto::Subject& subject);

/// --san: a name or an address each.
void addNamesFlag(Verb& verb, std::vector<std::string>& names);
/// "subjectAltName=DNS:localhost,IP:127.0.0.1"; empty where there are none.
std::string opensslNames(const std::vector<std::string>& names);
/// The same, after those that a CSR asks for.
std::string opensslNames(const crypto::CsrInfo& csr, const std::vector<std::string>& names);

/// --purpose, which is `preset` at first.
void addPurposeFlag(Verb& verb, std::string& purpose, const std::string& preset);
crypto::Purpose purposeOf(const std::string& name);
/// "extendedKeyUsage=serverAuth"
std::string opensslPurpose(const std::string& name);

/// The authority that signs.
struct AuthorityFlags {
  std::string prefix = {};
  std::string cert = {};
  std::string key = {};
  PassphraseFlags passphrase = {};

  bool given() const noexcept { return !prefix.empty() || !cert.empty() || !key.empty(); }
  std::string certPath() const;
  std::string keyPath() const;
  /// Throws usageFailure() where it is not whole.
  void check() const;
  crypto::CertificateAuthority read(Io& io) const;
};
void addAuthorityFlags(Verb& verb, AuthorityFlags& flags);

/// A certificate's lifetime.
void addDaysFlag(Verb& verb, std::optional<int>& days, const std::string& preset);

}  // namespace securepair::cli
