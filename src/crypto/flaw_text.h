#pragma once
#include <string>

#include "crypto/chain_error.h"

namespace securepair::crypto {

/// What a certificate should be, what it is, and what to do about it. Each may be empty.
struct FlawText {
  std::string expected = {};
  std::string got = {};
  std::string fix = {};
};

/// Of the certificate in the chain at the flaw's depth.
FlawText explainFlaw(X509_STORE_CTX* storeCtx, const Flaw& flaw, const Expectation& expect);
/// Of the list that its issuer has for it, where the flaw is one of a list.
FlawText explainListFlaw(X509_STORE_CTX* storeCtx, int error, X509* certificate);

/// When the chain has to be valid: now, unless the verification was told a time.
std::string timeOfCheck(X509_STORE_CTX* storeCtx);

/// The chain lacks the issuer of its last certificate.
bool lacksIssuer(int error);

}  // namespace securepair::crypto
