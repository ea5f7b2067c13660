#include "crypto/csr.h"

#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <algorithm>
#include <array>
#include <string>

#include <openssl/core_names.h>

#include "crypto/alt_names.h"
#include "crypto/distinguished_name.h"
#include "crypto/key_kind.h"
#include "crypto/openssl_error.h"
#include "crypto/pem_blocks.h"
#include "crypto/unreadable.h"

namespace securepair::crypto {
namespace {

constexpr const char* lookAtRequest =
    "look at it with: openssl req -in csr.pem -noout -text -verify";

bool isRequest(const PemBlock& block) {
  return block.label == "CERTIFICATE REQUEST" || block.label == "NEW CERTIFICATE REQUEST";
}

Error severalRequests(std::ptrdiff_t count) {
  return Error({.code = "ERR_INVALID_CSR",
                .message = "`csr` holds several certificate signing requests",
                .expected = "one",
                .got = std::to_string(count),
                .fix = "give them one at a time"});
}

Error unusableKey(const std::string& got) {
  return Error({.code = "ERR_INVALID_CSR",
                .message = "`csr` has a key that no certificate for TLS can have",
                .expected = "RSA, EC on a named curve, or Ed25519",
                .got = got,
                .fix = "make another key, and a request with it: openssl genpkey -algorithm EC "
                       "-pkeyopt ec_paramgen_curve:P-256 -out key.pem"});
}

// A curve that is written out may be one of its maker's own, of which nobody knows what it is
// worth.
bool isOnNamedCurve(const EVP_PKEY* key) {
  std::array<char, 64> encoding{};
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, encoding.data(),
                                        encoding.size(), nullptr) == 1 &&
         std::string(encoding.data()) == OSSL_PKEY_EC_ENCODING_GROUP;
}

void requireUsableKey(X509_REQ* request) {
  const EVP_PKEY* const key = X509_REQ_get0_pubkey(request);
  if (key == nullptr) throw unusableKey("one that OpenSSL does not read");
  const bool isEc = EVP_PKEY_is_a(key, "EC") == 1;
  if (isEc && !isOnNamedCurve(key)) throw unusableKey("EC on a curve that is written out");
  constexpr std::array kinds{"EC", "RSA", "RSA-PSS", "ED25519", "ED448"};
  const bool isKnown = std::any_of(kinds.begin(), kinds.end(), [key](const char* kind) {
    return EVP_PKEY_is_a(key, kind) == 1;
  });
  if (!isKnown) throw unusableKey(kindOf(key));
}

}  // namespace

X509ReqPtr parseCsr(const Buffer& csr) {
  const CleanErrors clean;
  const PemText pem = readPem(csr);
  const auto count = std::count_if(pem.blocks.begin(), pem.blocks.end(), isRequest);
  if (count == 0 || !pem.damage.empty()) throw unreadable("csr", Wanted::request, csr, pem);
  if (count > 1) throw severalRequests(count);
  const auto block = std::find_if(pem.blocks.begin(), pem.blocks.end(), isRequest);
  const unsigned char* der = block->der.get();
  X509ReqPtr request(d2i_X509_REQ(nullptr, &der, block->size()));
  if (request == nullptr) {
    throw unreadable("csr", Wanted::request, csr, pem, takeFailure().reason);
  }
  requireUsableKey(request.get());
  return request;
}

void requireOwnSignature(X509_REQ* request) {
  const CleanErrors clean;
  if (X509_REQ_verify(request, X509_REQ_get0_pubkey(request)) == 1) return;
  throw Error({.code = "ERR_CSR_SIGNATURE",
               .message = "`csr` is not signed with the key in it (" + takeFailure().reason + ")",
               .expected = "a request that shows that whoever made it has the key",
               .fix = std::string("have it made anew; ") + lookAtRequest});
}

GeneralNamesPtr requestedNames(X509_REQ* request) {
  using Extensions = OpensslPtr<STACK_OF(X509_EXTENSION), [](STACK_OF(X509_EXTENSION) * all) {
    sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
  }>;
  const CleanErrors clean;
  const Extensions extensions(X509_REQ_get_extensions(request));
  int critical = -1;
  GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, &critical, nullptr)));
  constexpr int notThere = -1;
  if (extensions == nullptr || (names == nullptr && critical != notThere)) {
    throw Error({.code = "ERR_INVALID_CSR",
                 .message = "`csr` asks for extensions that cannot be read",
                 .fix = lookAtRequest});
  }
  return names;
}

CsrInfo readCsr(const Buffer& csr) {
  const X509ReqPtr request = parseCsr(csr);
  requireOwnSignature(request.get());
  const EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
  return {.subject = fieldsOf(X509_REQ_get_subject_name(request.get())),
          .subjectaltname = altNameText(requestedNames(request.get()).get()),
          .keyType = EVP_PKEY_get0_type_name(key),
          .keyBits = EVP_PKEY_get_bits(key)};
}

}  // namespace securepair::crypto
