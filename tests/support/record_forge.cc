#include "support/record_forge.h"

#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>

#include "support/must.h"

namespace securepair::test {
namespace {

constexpr std::size_t keySize = 16;
constexpr std::size_t ivSize = 12;
constexpr std::size_t implicitIvSize = 4;  // of TLS 1.2
constexpr std::size_t tagSize = 16;

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Big-endian, in so many bytes.
std::string number(std::uint64_t value, std::size_t size) {
  std::string text(size, '\0');
  for (auto byte = text.rbegin(); byte != text.rend(); ++byte, value >>= 8U) {
    *byte = static_cast<char>(value);
  }
  return text;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(text), text.size(),
            digest.data(), &size));
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// HKDF-Expand-Label of RFC 8446, where one block is enough.
std::string expandLabel(std::string_view secret, std::string_view label, std::size_t size) {
  const std::string name = "tls13 " + std::string(label);
  const std::string info = number(size, 2) + number(name.size(), 1) + name + number(0, 1);
  return hmac(secret, info + '\1').substr(0, size);
}

// P_SHA256 of RFC 5246.
std::string expandMaster(std::string_view secret, const std::string& seed, std::size_t size) {
  std::string all;
  for (std::string a = hmac(secret, seed); all.size() < size; a = hmac(secret, a)) {
    all += hmac(secret, a + seed);
  }
  return all.substr(0, size);
}

std::string seal(std::string_view key, std::string_view nonce, std::string_view header,
                 std::string_view text) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher(
      must(EVP_CIPHER_CTX_new()), EVP_CIPHER_CTX_free);
  std::vector<unsigned char> sealed(text.size() + tagSize);
  int size = 0;
  must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, bytesOf(key), bytesOf(nonce)));
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytesOf(header),
                         static_cast<int>(header.size())));
  if (!text.empty()) {
    must(EVP_EncryptUpdate(cipher.get(), sealed.data(), &size, bytesOf(text),
                           static_cast<int>(text.size())));
  }
  must(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + text.size(), &size));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tagSize,
                           sealed.data() + text.size()));
  return {reinterpret_cast<const char*>(sealed.data()), sealed.size()};
}

// The lines of the key log, kept beside the connection.
int lineIndex() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* lines, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::string*>(lines);
      });
  return index;
}

void keepLine(const SSL* ssl, const char* line) {
  *static_cast<std::string*>(SSL_get_ex_data(ssl, lineIndex())) += std::string(line) + '\n';
}

std::string loggedSecret(const SSL* ssl, const std::string& name) {
  const auto& lines = *static_cast<const std::string*>(SSL_get_ex_data(ssl, lineIndex()));
  const std::string line = lines.substr(must(lines.find(name + " ") + 1) - 1);
  const auto from = line.find(' ', name.size() + 1) + 1;
  const std::string hex = line.substr(from, line.find('\n') - from);
  long size = 0;
  unsigned char* const bytes = must(OPENSSL_hexstr2buf(hex.c_str(), &size));
  std::string secret(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return secret;
}

}  // namespace

RecordForge::RecordForge(OpensslEnd& end) : end_(end) {
  SSL_set_ex_data(end.ssl(), lineIndex(), new std::string);
  SSL_CTX_set_keylog_callback(end.ctx(), keepLine);
  must(SSL_set_ciphersuites(end.ssl(), "TLS_AES_128_GCM_SHA256"));
  must(SSL_set_cipher_list(end.ssl(), "ECDHE+AESGCM:!AES256"));
  SSL_set_num_tickets(end.ssl(), 0);
}

std::string RecordForge::record(Kind kind, std::string_view content) {
  if (key_.empty()) takeKeys();
  const std::string sequence = number(sequence_++, 8);
  const std::string version = "\x03\x03";
  if (!isTls13()) {
    const std::string type(1, kind);
    const std::string sealed =
        seal(key_, iv_ + sequence, sequence + type + version + number(content.size(), 2), content);
    return type + version + number(sequence.size() + sealed.size(), 2) + sequence + sealed;
  }
  std::string nonce = iv_;
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    nonce[ivSize - sequence.size() + i] ^= sequence[i];
  }
  const std::string header =
      std::string(1, applicationData) + version + number(content.size() + 1 + tagSize, 2);
  return header + seal(key_, nonce, header, std::string(content) + static_cast<char>(kind));
}

bool RecordForge::isTls13() const { return SSL_version(end_.ssl()) == TLS1_3_VERSION; }

void RecordForge::takeKeys() { isTls13() ? takeKeysOfTls13() : takeKeysOfTls12(); }

void RecordForge::takeKeysOfTls13() {
  const bool server = SSL_is_server(end_.ssl()) == 1;
  const std::string secret =
      loggedSecret(end_.ssl(), server ? "SERVER_TRAFFIC_SECRET_0" : "CLIENT_TRAFFIC_SECRET_0");
  key_ = expandLabel(secret, "key", keySize);
  iv_ = expandLabel(secret, "iv", ivSize);
}

void RecordForge::takeKeysOfTls12() {
  constexpr std::size_t randomSize = 32;
  std::string master(SSL_MAX_MASTER_KEY_LENGTH, '\0');
  std::string randoms(2 * randomSize, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(randoms.data());
  SSL_SESSION_get_master_key(SSL_get_session(end_.ssl()),
                             reinterpret_cast<unsigned char*>(master.data()), master.size());
  SSL_get_server_random(end_.ssl(), out, randomSize);
  SSL_get_client_random(end_.ssl(), out + randomSize, randomSize);
  const std::string block =
      expandMaster(master, "key expansion" + randoms, 2 * (keySize + implicitIvSize));
  const std::size_t side = SSL_is_server(end_.ssl()) == 1 ? 1 : 0;
  key_ = block.substr(side * keySize, keySize);
  iv_ = block.substr(2 * keySize + side * implicitIvSize, implicitIvSize);
  sequence_ = 1;  // after Finished
}

}  // namespace securepair::test
