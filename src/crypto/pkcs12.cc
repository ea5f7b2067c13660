#include "crypto/pkcs12.h"

#include <securepair/error.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <openssl/err.h>

#include "crypto/kdf_cost.h"
#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

using Safes =
    OpensslPtr<STACK_OF(PKCS7), [](STACK_OF(PKCS7) * all) { sk_PKCS7_pop_free(all, PKCS7_free); }>;
using Bags = OpensslPtr<STACK_OF(PKCS12_SAFEBAG), [](STACK_OF(PKCS12_SAFEBAG) * all) {
  sk_PKCS12_SAFEBAG_pop_free(all, PKCS12_SAFEBAG_free);
}>;

constexpr const char* lookAtPfx = "look at it with: openssl pkcs12 -in file.pfx -info -noout";

Error notPkcs12(const Buffer& pfx) {
  ErrorParts parts{.code = "ERR_INVALID_PFX",
                   .message = "`pfx` is not a PKCS#12 file that can be read",
                   .expected = "PFX or PKCS#12 (.pfx, .p12), the whole file, as it is",
                   .got = std::to_string(pfx.size()) + " bytes of something else",
                   .fix = lookAtPfx};
  if (pfx.empty()) {
    parts.got = "nothing";
    parts.fix = "check where the content comes from";
  } else if (pfx.text().find("-----BEGIN ") != std::string_view::npos) {
    parts.got = "PEM";
    parts.fix =
        "give PEM as `key` and `cert`, or make a PFX of it: openssl pkcs12 -export -in cert.pem "
        "-inkey key.pem -out file.pfx";
  } else if (!pfx.empty() && *pfx.begin() == std::byte{0x30}) {
    parts.got =
        std::to_string(pfx.size()) + " bytes of DER that are another kind of file, or damaged";
  }
  return Error(std::move(parts));
}

Error tooManyRounds() {
  return Error({.code = "ERR_INVALID_PFX",
                .message = "`pfx` asks for more work to open it than any honest file does",
                .expected = "at most " + std::to_string(mostRounds) + " rounds of key derivation",
                .fix = "write it anew: openssl pkcs12 -in old.pfx -noenc -out all.pem && openssl "
                       "pkcs12 -export -in all.pem -out new.pfx; then remove all.pem"});
}

Error wrongPassphrase(const std::string& passphrase) {
  if (passphrase.empty()) {
    return Error({.code = "ERR_PASSPHRASE_REQUIRED",
                  .message = "`pfx` is encrypted, and `passphrase` is not given",
                  .fix = "give `passphrase`"});
  }
  return Error({.code = "ERR_WRONG_PASSPHRASE",
                .message = "`passphrase` does not open `pfx`",
                .fix = "try it with: openssl pkcs12 -in file.pfx -info -noout"});
}

Error unsupported(const OpensslFailure& failure) {
  return Error({.code = "ERR_UNSUPPORTED_PFX",
                .message = "`pfx` is encrypted in a way that OpenSSL 3 does not read by default (" +
                           failure.reason + ")",
                .expected = "AES, as OpenSSL 3 writes it, or 3DES",
                .fix = "convert it: openssl pkcs12 -legacy -in old.pfx -noenc -out all.pem && "
                       "openssl pkcs12 -export -in all.pem -out new.pfx; then remove all.pem"});
}

Error damaged(const OpensslFailure& failure) {
  return Error({.code = "ERR_INVALID_PFX",
                .message = "`pfx` is damaged (" + failure.reason + ")",
                .fix = lookAtPfx});
}

Error lacks(const std::string& what) {
  return Error({.code = "ERR_INVALID_PFX",
                .message = "`pfx` holds no " + what,
                .expected = "a private key and its certificate",
                .fix = "make it of both: openssl pkcs12 -export -in cert.pem -inkey key.pem -out "
                       "file.pfx"});
}

// Takes a file apart. Each step is paid for before it is done.
class Reader {
 public:
  explicit Reader(const std::string& passphrase) noexcept : passphrase_(passphrase) {}

  void read(PKCS12* pfx) {
    checkMac(pfx);
    const Safes safes(PKCS12_unpack_authsafes(pfx));
    if (safes == nullptr) throw damaged(takeFailure());
    for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
      readSafe(sk_PKCS7_value(safes.get(), i));
    }
  }

  EvpPkeyPtr key;
  std::vector<X509Ptr> certificates;

 private:
  void pay(std::uint64_t rounds) {
    rounds_ += rounds;
    if (rounds_ > mostRounds) throw tooManyRounds();
  }

  const char* pass() const noexcept { return hasPass_ ? passphrase_.c_str() : nullptr; }
  int passSize() const noexcept { return hasPass_ ? static_cast<int>(passphrase_.size()) : 0; }

  // Without a passphrase some programs use an empty one and others none, which is not the same.
  void checkMac(PKCS12* pfx) {
    if (PKCS12_mac_present(pfx) != 1) return;
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, pfx);
    const std::uint64_t rounds = roundsOf(iterations) + roundsOf(algorithm);
    pay(rounds);
    if (PKCS12_verify_mac(pfx, pass(), passSize()) == 1) return;
    if (passphrase_.empty()) {
      pay(rounds);
      hasPass_ = false;
      if (PKCS12_verify_mac(pfx, pass(), passSize()) == 1) return;
    }
    const OpensslFailure failure = takeFailure();
    throw isUnsupported(failure.code) ? unsupported(failure) : wrongPassphrase(passphrase_);
  }

  void readSafe(PKCS7* safe) {
    Bags bags;
    if (PKCS7_type_is_data(safe)) {
      bags.reset(PKCS12_unpack_p7data(safe));
    } else if (PKCS7_type_is_encrypted(safe)) {
      const auto* const sealed = safe->d.encrypted;
      if (sealed != nullptr && sealed->enc_data != nullptr) {
        pay(roundsOf(sealed->enc_data->algorithm));
      }
      bags.reset(PKCS12_unpack_p7encdata(safe, pass(), passSize()));
    } else {
      return;
    }
    if (bags == nullptr) throw notDecrypted();
    readBags(bags.get());
  }

  // A bag may hold bags; OpenSSL's parser has limited their depth.
  void readBags(const STACK_OF(PKCS12_SAFEBAG) * bags) {
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
      readBag(sk_PKCS12_SAFEBAG_value(bags, i));
    }
  }

  void readBag(PKCS12_SAFEBAG* bag) {
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_keyBag:
        takeKey(PKCS12_SAFEBAG_get0_p8inf(bag));
        break;
      case NID_pkcs8ShroudedKeyBag:
        openKey(bag);
        break;
      case NID_certBag:
        if (PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate) takeCertificate(bag);
        break;
      case NID_safeContentsBag:
        readBags(PKCS12_SAFEBAG_get0_safes(bag));
        break;
      default:
        break;
    }
  }

  void openKey(PKCS12_SAFEBAG* bag) {
    if (key != nullptr) return;
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, nullptr);
    pay(roundsOf(algorithm));
    const Pkcs8Ptr plain(PKCS12_decrypt_skey(bag, pass(), passSize()));
    if (plain == nullptr) throw notDecrypted();
    takeKey(plain.get());
  }

  void takeKey(const PKCS8_PRIV_KEY_INFO* plain) {
    if (key != nullptr) return;
    key.reset(EVP_PKCS82PKEY(plain));
    if (key == nullptr) throw damaged(takeFailure());
  }

  void takeCertificate(const PKCS12_SAFEBAG* bag) {
    certificates.emplace_back(PKCS12_SAFEBAG_get1_cert(bag));
    if (certificates.back() == nullptr) throw damaged(takeFailure());
  }

  Error notDecrypted() const {
    const OpensslFailure failure = takeFailure();
    return isUnsupported(failure.code) ? unsupported(failure) : wrongPassphrase(passphrase_);
  }

  const std::string& passphrase_;
  bool hasPass_ = true;
  std::uint64_t rounds_ = 0;
};

}  // namespace

PfxContent readPfx(const Buffer& pfx, const std::string& passphrase) {
  const CleanErrors clean;
  const auto* at = reinterpret_cast<const unsigned char*>(pfx.data());
  const Pkcs12Ptr parsed(d2i_PKCS12(nullptr, &at, static_cast<long>(pfx.size())));
  if (parsed == nullptr) throw notPkcs12(pfx);

  Reader reader(passphrase);
  reader.read(parsed.get());
  if (reader.key == nullptr) throw lacks("private key");
  auto& all = reader.certificates;
  const auto own = std::find_if(all.begin(), all.end(), [&reader](const X509Ptr& certificate) {
    return X509_check_private_key(certificate.get(), reader.key.get()) == 1;
  });
  if (own == all.end()) {
    throw lacks(all.empty() ? "certificate" : "certificate that belongs to its key");
  }
  X509Ptr cert = std::move(*own);
  all.erase(own);
  return {.key = std::move(reader.key), .cert = std::move(cert), .cas = std::move(all)};
}

}  // namespace securepair::crypto
