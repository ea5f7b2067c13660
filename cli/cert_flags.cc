#include "cli/cert_flags.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <utility>

namespace securepair::cli {
namespace {

bool isAddress(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool isHostName(const std::string& name) {
  constexpr const char* inNames =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*";
  return !name.empty() && name.find_first_not_of(inNames) == std::string::npos;
}

// Characters of UTF-8.
std::size_t lengthOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6U) != 2; }));
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string listOf(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (name.empty()) continue;
    list += (list.empty() ? "" : ",") + std::string(isAddress(name) ? "IP:" : "DNS:") + name;
  }
  return list;
}

std::string asExtension(const std::string& list) {
  return list.empty() ? list : "subjectAltName=" + list;
}

Failure noSubject() { return usageFailure("must be fields such as /C=UK/O=node.js/CN=localhost"); }

// The fields' texts, parted where a slash stands without a backslash before it.
std::vector<std::string> partsOf(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      parts.emplace_back();
    } else if (parts.empty() || (text[i] == '\\' && ++i == text.size())) {
      throw noSubject();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

}  // namespace

void addMakingFlags(Verb& verb, MakingFlags& flags) {
  verb.toggle("force", "replaces what is there", flags.force).weakens();
  addShowOpensslFlag(verb, flags.showOpenssl);
}

void addShowOpensslFlag(Verb& verb, bool& flag) {
  verb.toggle("show-openssl",
              "prints the command of openssl's that does the same, and makes nothing", flag);
}

crypto::KeyOptions KeyFlags::options() const {
  if (type == "rsa" && bits && *bits < 2048 && !allowSmall) {
    throw usageFailure("--bits " + std::to_string(*bits) + " makes a key that can be factored",
                       "--bits 2048; or, where the risk is known, --allow-small-key");
  }
  crypto::KeyOptions options{.bits = bits, .allowSmallKey = allowSmall};
  options.type = type == "rsa"       ? crypto::KeyType::rsa
                 : type == "ed25519" ? crypto::KeyType::ed25519
                                     : crypto::KeyType::ec;
  return options;
}

std::string KeyFlags::opensslName() const {
  return type == "rsa" ? "rsa:" + std::to_string(bits.value_or(2048)) : type;
}

std::string KeyFlags::opensslCurve() const {
  return type == "ec" ? "ec_paramgen_curve:P-" + std::to_string(bits.value_or(256)) : std::string();
}

void addKeyFlags(Verb& verb, KeyFlags& flags) {
  verb.flag("type", "KIND", "the kind of key", flags.type)
      .choices({"ec", "rsa", "ed25519"})
      .preset("ec");
  verb.flag("bits", "N", "its size: 256, 384 or 521 of ec, 2048 to 16384 of rsa", flags.bits)
      .preset("256, or 2048 of rsa");
  verb.toggle("allow-small-key", "lets rsa keys of 1024 bits be made, which can be factored",
              flags.allowSmall)
      .weakens();
}

void readValue(const std::string& text, SubjectText& subject) {
  for (const std::string& part : partsOf(text)) {
    const std::size_t equals = part.find('=');
    if (equals == 0 || equals == std::string::npos) throw noSubject();
    subject.add(part.substr(0, equals), part.substr(equals + 1));
  }
  if (!subject.given()) throw noSubject();
}

crypto::Subject SubjectFlags::read() const {
  if (!commonName.empty() && subject.given()) {
    throw usageFailure("--cn and --subject exclude each other",
                       "give the name as /CN= in --subject");
  }
  if (subject.given()) return subject;
  constexpr std::size_t longest = 64;
  if (lengthOf(commonName) > longest) {
    throw usageFailure("--cn has " + std::to_string(lengthOf(commonName)) +
                           " characters, and a certificate has room for " + std::to_string(longest),
                       "give a shorter one, and the long name as --san");
  }
  return commonName.empty() ? crypto::Subject() : crypto::Subject(commonName);
}

void addSubjectFlags(Verb& verb, SubjectFlags& flags) {
  verb.flag("cn", "NAME", "whose it is: the subject's CN", flags.commonName);
  verb.flag("subject", "FIELDS", "more of whose it is: /C=UK/O=node.js/CN=localhost",
            flags.subject);
}

std::string commonNameOf(const crypto::Subject& subject) {
  for (const auto& [field, value] : subject.fields()) {
    if (field == "CN") return value;
  }
  return {};
}

void addCommonName(std::vector<std::string>& names, const crypto::Subject& subject) {
  const std::string name = commonNameOf(subject);
  if (!isHostName(name) && !isAddress(name)) return;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::string opensslSubject(const crypto::Subject& subject) {
  std::string text;
  for (const auto& [field, value] : subject.fields()) {
    text += "/" + field + "=";
    for (const char c : value) {
      if (c == '/' || c == '\\' || c == '+') text += '\\';
      text += c;
    }
  }
  return text;
}

void addNamesFlag(Verb& verb, std::vector<std::string>& names) {
  verb.flag("san", "NAME", "a DNS name (*.example.org too) or IP address that it is for", names);
}

std::string opensslNames(const std::vector<std::string>& names) {
  return asExtension(listOf(names));
}

std::string opensslNames(const crypto::CsrInfo& csr, const std::vector<std::string>& names) {
  std::string list = csr.subjectaltname;
  replaceAll(list, "IP Address:", "IP:");
  replaceAll(list, ", ", ",");
  if (list.empty() && names.empty()) return asExtension(listOf({csr.subject["CN"]}));
  if (!names.empty()) list += (list.empty() ? "" : ",") + listOf(names);
  return asExtension(list);
}

void addPurposeFlag(Verb& verb, std::string& purpose, const std::string& preset) {
  purpose = preset;
  verb.flag("purpose", "SIDE", "which side of a connection may use it", purpose)
      .choices({"server", "client", "both"})
      .preset(preset);
}

crypto::Purpose purposeOf(const std::string& name) {
  return name == "server"   ? crypto::Purpose::server
         : name == "client" ? crypto::Purpose::client
                            : crypto::Purpose::both;
}

std::string opensslPurpose(const std::string& name) {
  return std::string("extendedKeyUsage=") + (name == "server"   ? "serverAuth"
                                             : name == "client" ? "clientAuth"
                                                                : "serverAuth,clientAuth");
}

std::string AuthorityFlags::certPath() const { return cert.empty() ? prefix + "-cert.pem" : cert; }

std::string AuthorityFlags::keyPath() const { return key.empty() ? prefix + "-key.pem" : key; }

void AuthorityFlags::check() const {
  if (!prefix.empty() ? cert.empty() && key.empty() : !cert.empty() && !key.empty()) return;
  throw usageFailure(prefix.empty() ? "--ca is missing, or --ca-cert and --ca-key"
                                    : "--ca excludes --ca-cert and --ca-key",
                     "--ca NAME is NAME-cert.pem and NAME-key.pem, as `cert ca NAME` makes them");
}

crypto::CertificateAuthority AuthorityFlags::read(Io& io) const {
  return {.key = readSecretFile(io, keyPath()),
          .passphrase = readPassphrase(io, passphrase),
          .cert = readFile(certPath())};
}

void addAuthorityFlags(Verb& verb, AuthorityFlags& flags) {
  verb.flag("ca", "NAME", "the authority that signs: NAME-cert.pem and NAME-key.pem", flags.prefix);
  verb.flag("ca-cert", "FILE", "its certificate, where the two are called otherwise", flags.cert)
      .hint(Hint::file);
  verb.flag("ca-key", "FILE", "its key, likewise", flags.key).hint(Hint::file);
  addPassphraseFlags(verb, flags.passphrase, "its key", "ca-");
}

void addDaysFlag(Verb& verb, std::optional<int>& days, const std::string& preset) {
  verb.flag("days", "N", "how long it is valid", days).between(1, 36'500).preset(preset);
}

}  // namespace securepair::cli
