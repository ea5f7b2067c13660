#include "crypto/pem.h"

#include <securepair/error.h>

#include <string>

#include "crypto/openssl_error.h"
#include "crypto/pem_blocks.h"
#include "crypto/unreadable.h"

namespace securepair::crypto {
namespace {

X509Ptr certificateOf(const PemBlock& block) {
  const unsigned char* der = block.der.get();
  // A trusted one carries further data behind the certificate.
  return X509Ptr(block.label == "TRUSTED CERTIFICATE" ? d2i_X509_AUX(nullptr, &der, block.size())
                                                      : d2i_X509(nullptr, &der, block.size()));
}

X509CrlPtr listOf(const PemBlock& block) {
  const unsigned char* der = block.der.get();
  return X509CrlPtr(d2i_X509_CRL(nullptr, &der, block.size()));
}

bool isCertificate(const PemBlock& block) {
  return block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE" ||
         block.label == "TRUSTED CERTIFICATE";
}

bool isList(const PemBlock& block) { return block.label == "X509 CRL"; }

// One block that cannot be read makes the whole unusable: nobody would notice that it is missing.
template <class Pointer>
void readBlocks(const Buffer& content, const std::string& option, Wanted wanted,
                bool (*isWanted)(const PemBlock&), Pointer (*parse)(const PemBlock&),
                std::vector<Pointer>& into) {
  const CleanErrors clean;
  const PemText pem = readPem(content);
  bool found = false;
  for (const PemBlock& block : pem.blocks) {
    if (!isWanted(block)) continue;
    found = true;
    into.push_back(parse(block));
    if (into.back() == nullptr) {
      throw unreadable(option, wanted, content, pem, takeFailure().reason);
    }
  }
  if (!found || !pem.damage.empty()) throw unreadable(option, wanted, content, pem);
}

template <class Pointer>
std::vector<Pointer> readItems(const CaList& items, const std::string& option, Wanted wanted,
                               bool (*isWanted)(const PemBlock&),
                               Pointer (*parse)(const PemBlock&)) {
  const auto& list = items.list();
  std::vector<Pointer> all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string item = list.size() == 1 ? option : option + "[" + std::to_string(i) + "]";
    readBlocks(list[i], item, wanted, isWanted, parse, all);
  }
  return all;
}

}  // namespace

std::vector<X509Ptr> readChain(const Buffer& cert, const std::string& option) {
  std::vector<X509Ptr> chain;
  readBlocks(cert, option, Wanted::certificate, isCertificate, certificateOf, chain);
  return chain;
}

std::vector<X509Ptr> readCas(const CaList& ca, const std::string& option) {
  if (ca.list().empty()) {
    throw Error({.code = "ERR_EMPTY_LIST",
                 .message = "`" + option + "` is an empty list, which would trust no one",
                 .fix = "check where its certificates come from, or leave `" + option +
                        "` out to trust the system's roots"});
  }
  return readItems(ca, option, Wanted::certificate, isCertificate, certificateOf);
}

std::vector<X509CrlPtr> readCrls(const CaList& crl) {
  if (crl.list().empty()) {
    throw Error({.code = "ERR_EMPTY_LIST",
                 .message = "`crl` is an empty list, under which every certificate would fail",
                 .fix = "check where its lists come from, or leave `crl` out"});
  }
  return readItems(crl, "crl", Wanted::revocationList, isList, listOf);
}

}  // namespace securepair::crypto
