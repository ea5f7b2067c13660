// What is known of a connection, asked of OpenSSL each time: nothing of it is kept.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>

#include "crypto/certificate.h"
#include "crypto/openssl_error.h"
#include "engine/engine.h"

namespace securepair::engine {
namespace {

// What HKDF makes of SHA-256, the smallest hash in use: 255 times its size.
constexpr std::size_t mostExported = std::size_t{255} * 32;
// TLS 1.3's limit, which its own prefix "tls13 " shortens.
constexpr std::size_t longestExporterLabel = 249;
// Its length is sent through the hash in two bytes.
constexpr std::size_t longestContext = 0xFFFF;

std::string textOr(const char* text, const char* otherwise) {
  return text == nullptr ? otherwise : text;
}

std::string groupName(SSL* ssl, int nid) {
  if (nid == NID_undef) return {};
  // One that this OpenSSL has no number for, such as a provider's.
  if ((nid & TLSEXT_nid_unknown) != 0) return textOr(SSL_group_to_name(ssl, nid), "");
  return textOr(OBJ_nid2sn(nid), "");
}

std::string curveOf(EVP_PKEY* key) {
  std::array<char, 80> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) return {};
  const int nid = OBJ_txt2nid(name.data());
  return nid == NID_undef ? std::string(name.data()) : OBJ_nid2sn(nid);
}

tls::EphemeralKeyInfo describeKey(EVP_PKEY* key) {
  tls::EphemeralKeyInfo info{.size = EVP_PKEY_get_bits(key)};
  const std::string kind = textOr(EVP_PKEY_get0_type_name(key), "");
  if (kind == "DH") {
    info.type = kind;
  } else if (kind == "EC") {
    info.type = "ECDH";
    info.name = curveOf(key);
  } else {
    info.type = "ECDH";
    info.name = kind;
  }
  return info;
}

std::string signerName(int nid) {
  switch (nid) {
    case EVP_PKEY_RSA:
      return "RSA";
    case EVP_PKEY_RSA_PSS:
      return "RSA-PSS";
    case EVP_PKEY_EC:
      return "ECDSA";
    default:
      return textOr(OBJ_nid2sn(nid), "");
  }
}

template <class Get>
Buffer messageOf(const SSL* ssl, Get get) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> message{};
  return Buffer(message.data(), get(ssl, message.data(), message.size()));
}

Error outOfRange(const std::string& what, std::size_t got, std::size_t most) {
  return Error({.code = "ERR_OUT_OF_RANGE",
                .message = "exportKeyingMaterial(): " + what + " is out of range",
                .expected = "at most " + std::to_string(most) + " bytes",
                .got = std::to_string(got)});
}

void checkExport(std::size_t length, std::string_view label, const Buffer& context) {
  if (length == 0 || length > mostExported) throw outOfRange("`length`", length, mostExported);
  if (label.size() > longestExporterLabel)
    throw outOfRange("`label`", label.size(), longestExporterLabel);
  if (context.size() > longestContext)
    throw outOfRange("`context`", context.size(), longestContext);
}

}  // namespace

tls::PeerCertificate Engine::peerCertificate(bool detailed) const {
  const Agreed* const first = extras().first.get();
  X509* const certificate =
      first != nullptr ? first->peer.get() : SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return {};
  const STACK_OF(X509)* const chain = detailed ? SSL_get0_verified_chain(ssl_.get()) : nullptr;
  const bool isItsOwn = chain != nullptr && X509_cmp(sk_X509_value(chain, 0), certificate) == 0;
  return isItsOwn ? crypto::describeChain(chain) : crypto::describe(certificate);
}

tls::PeerCertificate Engine::ownCertificate() const {
  X509* const certificate = SSL_get_certificate(ssl_.get());
  return certificate == nullptr ? tls::PeerCertificate() : crypto::describe(certificate);
}

tls::CipherInfo Engine::cipher() const {
  const SSL_CIPHER* const cipher = secure_ ? SSL_get_current_cipher(ssl_.get()) : nullptr;
  if (cipher == nullptr) return {};
  return {.name = SSL_CIPHER_get_name(cipher),
          .standardName = textOr(SSL_CIPHER_standard_name(cipher), ""),
          .version = SSL_CIPHER_get_version(cipher)};
}

std::string Engine::protocol() const { return secure_ ? SSL_get_version(ssl_.get()) : ""; }

std::string Engine::group() const {
  if (!secure_) return {};
  return groupName(ssl_.get(), static_cast<int>(SSL_get_negotiated_group(ssl_.get())));
}

tls::EphemeralKeyInfo Engine::ephemeralKey() const {
  if (!secure_ || settings_->isServer) return {};
  const crypto::CleanErrors clean;
  EVP_PKEY* key = nullptr;
  if (SSL_get_peer_tmp_key(ssl_.get(), &key) != 1) {
    // A hybrid group has no one key; and to resume a session TLS 1.2 has none at all.
    const bool isNew = SSL_version(ssl_.get()) == TLS1_3_VERSION || !reused();
    return isNew && !group().empty() ? tls::EphemeralKeyInfo{.type = "TLSGroup", .name = group()}
                                     : tls::EphemeralKeyInfo{};
  }
  return describeKey(crypto::EvpPkeyPtr(key).get());
}

Buffer Engine::stapledResponse() const {
  const unsigned char* bytes = nullptr;
  const long size = secure_ ? SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &bytes) : 0;
  return size > 0 ? Buffer(bytes, static_cast<std::size_t>(size)) : Buffer();
}

std::vector<std::string> Engine::sharedSigalgs() const {
  std::vector<std::string> all;
  if (!secure_) return all;
  int signer = NID_undef;
  int hash = NID_undef;
  const auto get = [&](int i) {
    return SSL_get_shared_sigalgs(ssl_.get(), i, &signer, &hash, nullptr, nullptr, nullptr);
  };
  for (int i = 0; i < get(i); ++i) {
    // Ed25519 and Ed448 have their own hash inside.
    const std::string suffix = hash == NID_undef ? "" : "+" + textOr(OBJ_nid2sn(hash), "");
    all.push_back(signerName(signer) + suffix);
  }
  return all;
}

Buffer Engine::finished() const {
  return secure_ ? messageOf(ssl_.get(), SSL_get_finished) : Buffer();
}

Buffer Engine::peerFinished() const {
  return secure_ ? messageOf(ssl_.get(), SSL_get_peer_finished) : Buffer();
}

Buffer Engine::exportKeyingMaterial(std::size_t length, std::string_view label,
                                    const Buffer& context) const {
  if (!secure_) {
    throw Error({.code = "ERR_TLS_INVALID_STATE",
                 .message = "exportKeyingMaterial(): the TLS handshake is not done",
                 .fix = "call it in `secureConnect` or `secureConnection`, or later"});
  }
  checkExport(length, label, context);
  // Without it two connections through a man in the middle could have the same secret.
  if (SSL_version(ssl_.get()) < TLS1_3_VERSION && SSL_get_extms_support(ssl_.get()) != 1) {
    throw Error({.code = "ERR_TLS_NO_EXTENDED_MASTER_SECRET",
                 .message = "exportKeyingMaterial(): the peer does without extended master "
                            "secrets, and what is exported would not be bound to this connection",
                 .fix = "update the peer, or use TLS 1.3"});
  }
  const crypto::CleanErrors clean;
  std::vector<unsigned char> material(length);
  if (SSL_export_keying_material(ssl_.get(), material.data(), length, label.data(), label.size(),
                                 reinterpret_cast<const unsigned char*>(context.data()),
                                 context.size(), context.given() ? 1 : 0) != 1) {
    throw Error({.code = "ERR_INVALID_LABEL",
                 .message = "exportKeyingMaterial(): OpenSSL refuses it (" +
                            crypto::takeFailure().reason + ")",
                 .fix = "use a label of your own, such as EXPERIMENTAL-my-protocol"});
  }
  return material;
}

}  // namespace securepair::engine
