#include "support/certificates.h"

#include <arpa/inet.h>
#include <limits>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "crypto/openssl_ptr.h"
#include "support/must.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

using ExtensionPtr = OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;
using OctetsPtr = OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using TimePtr = OpensslPtr<ASN1_TIME, ASN1_TIME_free>;
using RevokedPtr = OpensslPtr<X509_REVOKED, X509_REVOKED_free>;

bool isIp(const std::string& name) {
  in6_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

BioPtr bioOf(const std::string& text) {
  return BioPtr(must(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))));
}

std::string textOf(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

BioPtr newBio() { return BioPtr(must(BIO_new(BIO_s_mem()))); }

X509Ptr certificateOf(const std::string& pem) {
  return X509Ptr(must(PEM_read_bio_X509(bioOf(pem).get(), nullptr, nullptr, nullptr)));
}

EvpPkeyPtr keyOf(const std::string& pem) {
  return EvpPkeyPtr(must(PEM_read_bio_PrivateKey(bioOf(pem).get(), nullptr, nullptr, nullptr)));
}

std::string pemOf(X509* certificate) {
  const BioPtr bio = newBio();
  must(PEM_write_bio_X509(bio.get(), certificate));
  return textOf(bio);
}

std::string pemOf(EVP_PKEY* key) {
  const BioPtr bio = newBio();
  must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr));
  return textOf(bio);
}

// The same key, whose curve is spelled out where it is written.
EvpPkeyPtr spelled(EvpPkeyPtr key) {
  must(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                      OSSL_PKEY_EC_ENCODING_EXPLICIT));
  return key;
}

EvpPkeyPtr newKey(const CertificateSpec& spec) {
  if (spec.spelledCurve) return spelled(EvpPkeyPtr(must(EVP_EC_gen("P-256"))));
  return EvpPkeyPtr(must(spec.rsaBits > 0 ? EVP_RSA_gen(static_cast<unsigned>(spec.rsaBits))
                                          : EVP_EC_gen("P-256")));
}

void setSubject(X509* certificate, const CertificateSpec& spec) {
  std::vector<SubjectField> fields = spec.subject;
  if (!spec.commonName.empty()) {
    fields.insert(fields.begin(), {.field = "CN", .value = spec.commonName});
  }
  for (const SubjectField& field : fields) {
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), field.field.c_str(),
                                    field.isBmp ? V_ASN1_BMPSTRING : MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(field.value.data()),
                                    static_cast<int>(field.value.size()), -1,
                                    field.inSameRdn ? -1 : 0));
  }
}

void addExtension(X509* certificate, X509* issuer, const char* name, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const ExtensionPtr extension(must(X509V3_EXT_conf(nullptr, &context, name, value.c_str())));
  must(X509_add_ext(certificate, extension.get(), -1));
}

void addExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  addExtension(certificate, issuer, OBJ_nid2sn(nid), value);
}

void addAltNames(X509* certificate, const CertificateSpec& spec) {
  if (!spec.rawAltNames.empty()) {
    const OctetsPtr octets(must(ASN1_OCTET_STRING_new()));
    must(ASN1_OCTET_STRING_set(octets.get(),
                               reinterpret_cast<const unsigned char*>(spec.rawAltNames.data()),
                               static_cast<int>(spec.rawAltNames.size())));
    const ExtensionPtr extension(
        must(X509_EXTENSION_create_by_NID(nullptr, NID_subject_alt_name, 0, octets.get())));
    must(X509_add_ext(certificate, extension.get(), -1));
    return;
  }
  std::string value;
  for (const std::string& name : spec.dnsNames) value += (value.empty() ? "DNS:" : ",DNS:") + name;
  for (const std::string& ip : spec.ips) value += (value.empty() ? "IP:" : ",IP:") + ip;
  if (!value.empty()) addExtension(certificate, certificate, NID_subject_alt_name, value);
}

void addExtensions(X509* certificate, X509* issuer, const CertificateSpec& spec) {
  addExtension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (issuer != certificate && X509_get0_subject_key_id(issuer) != nullptr) {
    addExtension(certificate, issuer, NID_authority_key_identifier, "keyid");
  }
  if (spec.isCa) {
    const std::string limit =
        spec.pathLength < 0 ? "" : ",pathlen:" + std::to_string(spec.pathLength);
    addExtension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE" + limit);
    addExtension(certificate, issuer, NID_key_usage,
                 spec.keyUsage.empty() ? "critical,keyCertSign,cRLSign" : spec.keyUsage);
  }
  if (spec.purpose == Purpose::server) {
    addExtension(certificate, issuer, NID_ext_key_usage, "serverAuth");
  } else if (spec.purpose == Purpose::client) {
    addExtension(certificate, issuer, NID_ext_key_usage, "clientAuth");
  }
  addAltNames(certificate, spec);
  for (const auto& [name, value] : spec.extensions) {
    addExtension(certificate, issuer, name.c_str(), value);
  }
}

void setSerialNumber(X509* certificate, long given) {
  std::int64_t serial = given;
  if (serial == 0) must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial));
  if (given == 0) serial &= std::numeric_limits<std::int64_t>::max();
  must(ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), serial));
}

// What begins later is not to be a day nearer while a test looks at it.
int secondsMore(int days) { return days > 0 ? 60 : 0; }

// `text` may be no time at all.
void setTime(ASN1_TIME* time, int days, int seconds, const std::string& text) {
  must(X509_time_adj_ex(time, days, seconds, nullptr));
  if (!text.empty()) must(ASN1_STRING_set(time, text.data(), static_cast<int>(text.size())));
}

// Without an authority the certificate signs itself.
Identity make(const CertificateSpec& spec, const Authority* authority) {
  const EvpPkeyPtr key = newKey(spec);
  const X509Ptr certificate(must(X509_new()));
  const X509Ptr issuer =
      authority == nullptr ? share(certificate.get()) : certificateOf(authority->own.cert);
  const EvpPkeyPtr issuerKey = authority == nullptr ? nullptr : keyOf(authority->own.key);

  must(X509_set_version(certificate.get(), spec.isVersion1 ? X509_VERSION_1 : X509_VERSION_3));
  setSerialNumber(certificate.get(), spec.serialNumber);
  setSubject(certificate.get(), spec);
  must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())));
  setTime(X509_getm_notBefore(certificate.get()), spec.fromDays, secondsMore(spec.fromDays),
          spec.notBefore);
  setTime(X509_getm_notAfter(certificate.get()), spec.untilDays, spec.untilSeconds, spec.notAfter);
  must(X509_set_pubkey(certificate.get(), key.get()));
  if (!spec.isVersion1) addExtensions(certificate.get(), issuer.get(), spec);
  must(X509_sign(certificate.get(), issuerKey ? issuerKey.get() : key.get(),
                 EVP_get_digestbyname(spec.digest.c_str())));
  return {.cert = pemOf(certificate.get()), .key = pemOf(key.get())};
}

CertificateSpec authoritySpec(std::string_view name) {
  return {.commonName = std::string(name), .isCa = true};
}

}  // namespace

CertificateSpec specFor(std::string_view name) {
  CertificateSpec spec{.commonName = std::string(name)};
  (isIp(spec.commonName) ? spec.ips : spec.dnsNames).push_back(spec.commonName);
  return spec;
}

CertificateSpec pageSpec() {
  CertificateSpec spec;
  spec.subject = {{"C", "UK"},      {"ST", "Acknack Ltd"},          {"L", "Rhys Jones"},
                  {"O", "node.js"}, {"OU", "Test TLS Certificate"}, {"CN", "localhost"}};
  spec.notBefore = "091111095222Z";
  spec.notAfter = "291106095222Z";
  return spec;
}

Identity selfSigned(std::string_view name) { return selfSigned(specFor(name)); }
Identity selfSigned(const CertificateSpec& spec) { return make(spec, nullptr); }

Authority makeAuthority(std::string_view name) { return makeAuthority(authoritySpec(name)); }
Authority makeAuthority(const CertificateSpec& spec) { return {.own = make(spec, nullptr)}; }

Authority makeIntermediate(const Authority& parent, std::string_view name) {
  return makeIntermediate(parent, authoritySpec(name));
}

Authority makeIntermediate(const Authority& parent, const CertificateSpec& spec) {
  Authority made{.own = make(spec, &parent)};
  made.chain = made.own.cert + parent.chain;
  return made;
}

Identity issue(const Authority& authority, std::string_view name) {
  return issue(authority, specFor(name));
}
Identity issue(const Authority& authority, const CertificateSpec& spec) {
  return make(spec, &authority);
}

std::string encryptKey(const std::string& key, const std::string& passphrase) {
  const BioPtr bio = newBio();
  must(PEM_write_bio_PKCS8PrivateKey(bio.get(), keyOf(key).get(), EVP_aes_256_cbc(),
                                     passphrase.data(), static_cast<int>(passphrase.size()),
                                     nullptr, nullptr));
  return textOf(bio);
}

std::string encryptKeyTraditionally(const std::string& key, const std::string& passphrase) {
  const BioPtr bio = newBio();
  must(PEM_write_bio_PrivateKey_traditional(
      bio.get(), keyOf(key).get(), EVP_aes_256_cbc(),
      reinterpret_cast<const unsigned char*>(passphrase.data()),
      static_cast<int>(passphrase.size()), nullptr, nullptr));
  return textOf(bio);
}

std::string pfx(const Identity& identity, const std::vector<std::string>& cas,
                const std::string& passphrase) {
  const auto freeAll = [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); };
  const std::unique_ptr<STACK_OF(X509), decltype(freeAll)> extra(must(sk_X509_new_null()), freeAll);
  for (const std::string& ca : cas) must(sk_X509_push(extra.get(), certificateOf(ca).release()));
  const Pkcs12Ptr made(
      must(PKCS12_create(passphrase.c_str(), nullptr, keyOf(identity.key).get(),
                         certificateOf(identity.cert).get(), extra.get(), 0, 0, 0, 0, 0)));
  const BioPtr bio = newBio();
  must(i2d_PKCS12_bio(bio.get(), made.get()));
  return textOf(bio);
}

std::string makeCrl(const Authority& authority, const std::vector<std::string>& revoked,
                    int nextUpdateDays) {
  return makeCrl(authority, {.revoked = revoked, .untilDays = nextUpdateDays});
}

std::string makeCrl(const Authority& authority, const CrlSpec& spec) {
  const X509CrlPtr crl(must(X509_CRL_new()));
  const X509Ptr issuer = certificateOf(authority.own.cert);
  const TimePtr from(must(ASN1_UTCTIME_new()));
  const TimePtr until(must(ASN1_UTCTIME_new()));
  setTime(from.get(), spec.fromDays, secondsMore(spec.fromDays), spec.lastUpdate);
  setTime(until.get(), spec.untilDays, 0, spec.nextUpdate);
  must(X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2));
  must(X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.get())));
  must(X509_CRL_set1_lastUpdate(crl.get(), from.get()));
  must(X509_CRL_set1_nextUpdate(crl.get(), until.get()));
  for (const std::string& pem : spec.revoked) {
    RevokedPtr entry(must(X509_REVOKED_new()));
    must(X509_REVOKED_set_serialNumber(entry.get(),
                                       X509_get_serialNumber(certificateOf(pem).get())));
    must(X509_REVOKED_set_revocationDate(entry.get(), from.get()));
    must(X509_CRL_add0_revoked(crl.get(), entry.release()));
  }
  must(X509_CRL_sort(crl.get()));
  must(X509_CRL_sign(crl.get(), keyOf(authority.own.key).get(), EVP_sha256()));
  const BioPtr bio = newBio();
  must(PEM_write_bio_X509_CRL(bio.get(), crl.get()));
  return textOf(bio);
}

namespace {

struct PemBlock {
  explicit PemBlock(const std::string& pem) {
    must(PEM_read_bio(bioOf(pem).get(), &name, &header, &data, &size));
  }
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
};

}  // namespace

std::string withBadSignature(const std::string& pem) {
  const PemBlock block(pem);
  block.data[block.size - 1] ^= 1;  // a signature's last byte is the last of all
  const BioPtr bio = newBio();
  must(PEM_write_bio(bio.get(), block.name, block.header, block.data, block.size));
  return textOf(bio);
}

std::string withServersRejected(const std::string& cert) {
  const X509Ptr certificate = certificateOf(cert);
  must(X509_add1_reject_object(certificate.get(), OBJ_nid2obj(NID_server_auth)));
  const BioPtr bio = newBio();
  must(PEM_write_bio_X509_AUX(bio.get(), certificate.get()));
  return textOf(bio);
}

std::string derOf(const std::string& pem) {
  const PemBlock block(pem);
  return std::string(reinterpret_cast<char*>(block.data), static_cast<std::size_t>(block.size));
}

}  // namespace securepair::test
