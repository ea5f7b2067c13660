#include "engine/offer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include <openssl/objects.h>
#include <openssl/ssl.h>

#include "crypto/protocol_list.h"
#include "crypto/text.h"
#include "engine/hello_field.h"

namespace securepair::engine {
namespace {

using Ciphers = crypto::OpensslPtr<STACK_OF(SSL_CIPHER),
                                   [](STACK_OF(SSL_CIPHER) * list) { sk_SSL_CIPHER_free(list); }>;

constexpr std::size_t mostNames = 12;

struct Named {
  int code;
  const char* name;
};

// The registry's names, of which OpenSSL 3.0 tells none.
constexpr std::array signatures{
    Named{0x0201, "rsa_pkcs1_sha1"},
    Named{0x0203, "ecdsa_sha1"},
    Named{0x0301, "rsa_pkcs1_sha224"},
    Named{0x0303, "ecdsa_sha224"},
    Named{0x0401, "rsa_pkcs1_sha256"},
    Named{0x0403, "ecdsa_secp256r1_sha256"},
    Named{0x0501, "rsa_pkcs1_sha384"},
    Named{0x0503, "ecdsa_secp384r1_sha384"},
    Named{0x0601, "rsa_pkcs1_sha512"},
    Named{0x0603, "ecdsa_secp521r1_sha512"},
    Named{0x0804, "rsa_pss_rsae_sha256"},
    Named{0x0805, "rsa_pss_rsae_sha384"},
    Named{0x0806, "rsa_pss_rsae_sha512"},
    Named{0x0807, "ed25519"},
    Named{0x0808, "ed448"},
    Named{0x0809, "rsa_pss_pss_sha256"},
    Named{0x080A, "rsa_pss_pss_sha384"},
    Named{0x080B, "rsa_pss_pss_sha512"},
};

std::string hex(int code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%04X", static_cast<unsigned int>(code) & 0xFFFFU);
  return text.data();
}

// What clients offer that means nothing, so that servers learn to leave the unknown aside (RFC
// 8701).
bool isGrease(int code) { return (code & 0x0F0F) == 0x0A0A && (code >> 8) == (code & 0xFF); }

int pairAt(const unsigned char* bytes) { return bytes[0] << 8 | bytes[1]; }

std::string groupName(int nid) {
  if ((nid & TLSEXT_nid_unknown) != 0) return hex(nid);
  const char* const curve = EC_curve_nid2nist(nid);
  if (curve != nullptr) return curve;
  const char* const name = OBJ_nid2sn(nid);
  return name == nullptr ? hex(nid) : name;
}

std::vector<const SSL_CIPHER*> supported(SSL* ssl) {
  const Ciphers list(SSL_get1_supported_ciphers(ssl));
  const int count = std::max(0, sk_SSL_CIPHER_num(list.get()));
  std::vector<const SSL_CIPHER*> all(static_cast<std::size_t>(count));
  int next = 0;
  std::generate(all.begin(), all.end(), [&] { return sk_SSL_CIPHER_value(list.get(), next++); });
  return all;
}

// Each is two bytes.
struct RawSuites {
  explicit RawSuites(SSL* ssl) {
    size = static_cast<std::size_t>(std::max(0L, SSL_get0_raw_cipherlist(ssl, &bytes)));
    if (bytes == nullptr) size = 0;
  }
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
};

bool isFor(const SSL_CIPHER* suite, const EVP_PKEY* key) {
  const int kind = SSL_CIPHER_get_auth_nid(suite);
  if (kind == NID_auth_any || key == nullptr) return true;
  const bool isRsa = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1;
  return kind == (isRsa ? NID_auth_rsa : NID_auth_ecdsa);
}

}  // namespace

std::string listOf(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string text;
  const std::size_t shown = std::min(names.size(), mostNames);
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return crypto::clipped(text);
}

std::string versionName(int version) {
  switch (version) {
    case SSL2_VERSION:
      return "SSLv2";
    case SSL3_VERSION:
      return "SSLv3";
    case TLS1_VERSION:
      return "TLSv1";
    case TLS1_1_VERSION:
      return "TLSv1.1";
    case TLS1_2_VERSION:
      return "TLSv1.2";
    case TLS1_3_VERSION:
      return "TLSv1.3";
    default:
      return "version " + hex(version);
  }
}

std::string ownVersions(const SSL* ssl) {
  auto* const asked = const_cast<SSL*>(ssl);  // OpenSSL's getter is a control, which are not const
  const auto least = static_cast<int>(SSL_get_min_proto_version(asked));
  const auto most = static_cast<int>(SSL_get_max_proto_version(asked));
  return least == most ? versionName(least) + " alone"
                       : versionName(least) + " to " + versionName(most);
}

std::string versionsIn(SSL* ssl) {
  const BytesView bytes = extensionOf(ssl, TLSEXT_TYPE_supported_versions);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

OfferedVersions offeredVersions(const SSL* ssl, const ClientOffer& offer) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(offer.versions.data());
  OfferedVersions result;
  // The list's length in one byte stands before it.
  for (std::size_t i = 1; i + 1 < offer.versions.size(); i += 2) {
    const int version = pairAt(bytes + i);
    if (!isGrease(version)) result.known.push_back(version);
  }
  result.isUpTo = result.known.empty();
  if (result.isUpTo) result.known.push_back(SSL_client_version(ssl));
  std::sort(result.known.rbegin(), result.known.rend());
  return result;
}

std::string OfferedVersions::text() const {
  std::vector<std::string> names;
  std::transform(known.begin(), known.end(), std::back_inserter(names), versionName);
  return (isUpTo ? "up to " : "") + listOf(names);
}

std::vector<std::string> ownSuites(SSL* ssl) {
  std::vector<std::string> names;
  for (const SSL_CIPHER* const suite : supported(ssl)) {
    names.emplace_back(SSL_CIPHER_get_name(suite));
  }
  return names;
}

std::vector<std::string> clientsSuites(SSL* ssl) {
  const RawSuites raw(ssl);
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < raw.size; i += 2) {
    const int code = pairAt(raw.bytes + i);
    const SSL_CIPHER* const suite = SSL_CIPHER_find(ssl, raw.bytes + i);
    const bool isSignal = code == 0x00FF || code == 0x5600;  // no suites, but words to the server
    if (isGrease(code) || isSignal) continue;
    names.push_back(suite == nullptr ? hex(code) : SSL_CIPHER_get_name(suite));
  }
  return names;
}

std::vector<std::string> clientsGroups(SSL* ssl) {
  const long count = SSL_get1_groups(ssl, nullptr);
  if (count <= 0) return {};
  std::vector<int> nids(static_cast<std::size_t>(count));
  SSL_get1_groups(ssl, nids.data());
  std::vector<std::string> names;
  for (const int nid : nids) {
    const bool unknown = (nid & TLSEXT_nid_unknown) != 0;
    if (!unknown || !isGrease(nid & 0xFFFF)) names.push_back(groupName(nid));
  }
  return names;
}

std::vector<std::string> peersSignatures(SSL* ssl) {
  std::vector<std::string> names;
  const int count = SSL_get_sigalgs(ssl, -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    unsigned char low = 0;
    unsigned char high = 0;
    SSL_get_sigalgs(ssl, i, nullptr, nullptr, nullptr, &low, &high);
    const int code = high << 8 | low;
    const auto* const found =
        std::find_if(signatures.begin(), signatures.end(),
                     [code](const Named& signature) { return signature.code == code; });
    if (found != signatures.end()) {
      names.emplace_back(found->name);
    } else if (!isGrease(code)) {
      names.push_back(hex(code));
    }
  }
  return names;
}

std::vector<std::string> protocolsIn(std::string_view wire) {
  std::vector<std::string> names;
  while (const auto name = crypto::nextProtocol(wire)) {
    names.push_back(crypto::escaped(*name, ","));
  }
  return names;
}

SharedSuites sharedSuites(SSL* ssl) {
  const RawSuites raw(ssl);
  const EVP_PKEY* const key = SSL_get_privatekey(ssl);
  const bool is13 = SSL_version(ssl) == TLS1_3_VERSION;
  SharedSuites result;
  for (const SSL_CIPHER* const suite : supported(ssl)) {
    if ((SSL_CIPHER_get_auth_nid(suite) == NID_auth_any) != is13) continue;
    const int id = SSL_CIPHER_get_protocol_id(suite);
    for (std::size_t i = 0; i + 1 < raw.size; i += 2) {
      if (pairAt(raw.bytes + i) != id) continue;
      result.shared.emplace_back(SSL_CIPHER_get_name(suite));
      result.forKey = result.forKey || isFor(suite, key);
      break;
    }
  }
  return result;
}

}  // namespace securepair::engine
