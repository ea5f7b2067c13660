#include "crypto/private_key.h"

#include <securepair/error.h>

#include <algorithm>
#include <cstring>
#include <new>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/kdf_cost.h"
#include "crypto/openssl_error.h"
#include "crypto/pem_blocks.h"
#include "crypto/unreadable.h"

namespace securepair::crypto {
namespace {

constexpr const char* decrypting = "openssl pkey -in key.pem -out plain-key.pem";

bool isPrivateKey(const PemBlock& block) {
  return block.label.ends_with("PRIVATE KEY") && block.label != "OPENSSH PRIVATE KEY";
}

bool isEncrypted(const PemBlock& block) {
  return block.label == "ENCRYPTED PRIVATE KEY" ||
         block.header.find("ENCRYPTED") != std::string::npos;
}

std::string quoted(const char* option) { return std::string("`") + option + "`"; }

Error passphraseRequired(const KeyOptionNames& names) {
  return Error({.code = "ERR_PASSPHRASE_REQUIRED",
                .message = quoted(names.key) + " is encrypted, and " + quoted(names.passphrase) +
                           " is not given",
                .fix = "give " + quoted(names.passphrase) + ", or decrypt the key: " + decrypting});
}

Error tooManyRounds(std::uint64_t rounds, const KeyOptionNames& names) {
  return Error(
      {.code = "ERR_INVALID_KEY",
       .message = quoted(names.key) + " asks for more work to decrypt it than any honest file does",
       .expected = "at most " + std::to_string(mostRounds) + " rounds of key derivation",
       .got = std::to_string(rounds) + " or more",
       .fix = std::string("encrypt it anew, from what this makes: ") + decrypting});
}

// Where the way of encryption is known, what comes out wrong was decrypted with the wrong
// passphrase: there is no other check in the file.
Error notDecrypted(const KeyOptionNames& names) {
  const OpensslFailure failure = takeFailure();
  if (isUnsupported(failure.code)) {
    return Error({.code = "ERR_UNSUPPORTED_KEY",
                  .message = quoted(names.key) +
                             " is encrypted in a way that OpenSSL 3 does not read (" +
                             failure.reason + ")",
                  .fix = "encrypt it anew: openssl pkey -provider legacy -provider default -in "
                         "key.pem -aes256 -out new-key.pem"});
  }
  return Error({.code = "ERR_WRONG_PASSPHRASE",
                .message = quoted(names.passphrase) + " does not decrypt " + quoted(names.key),
                .fix = "try it with: openssl pkey -in key.pem -noout"});
}

EvpPkeyPtr parse(const unsigned char* der, long size) {
  return EvpPkeyPtr(d2i_AutoPrivateKey(nullptr, &der, size));
}

EvpPkeyPtr decryptPkcs8(const PemBlock& block, const std::string& passphrase,
                        const KeyOptionNames& names) {
  const unsigned char* der = block.der.get();
  const X509SigPtr sealed(d2i_X509_SIG(nullptr, &der, block.size()));
  if (sealed == nullptr) return nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed.get(), &algorithm, nullptr);
  const auto rounds = roundsOf(algorithm);
  if (rounds > mostRounds) throw tooManyRounds(rounds, names);
  const Pkcs8Ptr plain(
      PKCS8_decrypt(sealed.get(), passphrase.data(), static_cast<int>(passphrase.size())));
  if (plain == nullptr) throw notDecrypted(names);
  return EvpPkeyPtr(EVP_PKCS82PKEY(plain.get()));
}

int givePassphrase(char* into, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), into);
  return static_cast<int>(text.size());
}

// Decrypts in place.
EvpPkeyPtr decryptTraditional(PemBlock& block, const std::string& passphrase,
                              const KeyOptionNames& names) {
  EVP_CIPHER_INFO cipher;
  std::string secret = passphrase;
  long size = block.size();
  const bool decrypted =
      PEM_get_EVP_CIPHER_INFO(block.header.data(), &cipher) == 1 &&
      PEM_do_header(&cipher, block.der.get(), &size, givePassphrase, &secret) == 1;
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!decrypted) throw notDecrypted(names);
  EvpPkeyPtr key = parse(block.der.get(), size);
  if (key == nullptr) throw notDecrypted(names);
  return key;
}

EvpPkeyPtr decrypt(PemBlock& block, const std::string& passphrase, const KeyOptionNames& names) {
  if (passphrase.empty()) throw passphraseRequired(names);
  return block.header.empty() ? decryptPkcs8(block, passphrase, names)
                              : decryptTraditional(block, passphrase, names);
}

}  // namespace

EvpPkeyPtr readKey(const Buffer& key, const std::string& passphrase, const KeyOptionNames& names) {
  PemText pem = readPem(key);
  const auto block = std::find_if(pem.blocks.begin(), pem.blocks.end(), isPrivateKey);
  if (block == pem.blocks.end()) throw unreadable(names.key, Wanted::privateKey, key, pem);
  const CleanErrors clean;
  EvpPkeyPtr result = isEncrypted(*block) ? decrypt(*block, passphrase, names)
                                          : parse(block->der.get(), block->size());
  if (result == nullptr) {
    throw unreadable(names.key, Wanted::privateKey, key, pem, takeFailure().reason);
  }
  return result;
}

}  // namespace securepair::crypto
