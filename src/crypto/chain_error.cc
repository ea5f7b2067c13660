#include "crypto/chain_error.h"

#include <string>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/flaw_text.h"
#include "crypto/verify_code.h"

namespace securepair::crypto {
namespace {

constexpr const char* mark = "   <-- here";

std::string lineAt(int depth, const std::string& subject) {
  return "\n    " + std::to_string(depth) + ": " + subject;
}

// One line a certificate, the peer's first. Where the chain breaks off the mark is at the
// certificate that is not there.
std::string drawChain(const STACK_OF(X509) * chain, const Flaw& flaw) {
  std::string drawing;
  const int size = sk_X509_num(chain);
  bool isMarked = false;
  for (int depth = 0; depth < size; ++depth) {
    X509* const certificate = sk_X509_value(chain, depth);
    const bool isSelfSigned = X509_self_signed(certificate, 0) == 1;
    drawing += lineAt(depth, subjectOf(certificate)) + (isSelfSigned ? ", signed by itself" : "");
    if (depth == flaw.depth && !lacksIssuer(flaw.error)) {
      drawing += mark;
      isMarked = true;
    }
    if (depth < size - 1 || isSelfSigned) continue;
    drawing += lineAt(size, issuerOf(certificate)) + ", which is missing";
    if (!isMarked) drawing += mark;
  }
  return drawing;
}

}  // namespace

Error chainError(X509_STORE_CTX* storeCtx, const Flaw& flaw, const Expectation& expect) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(storeCtx);
  X509* certificate = sk_X509_value(chain, flaw.depth);
  if (certificate == nullptr) certificate = X509_STORE_CTX_get0_cert(storeCtx);
  FlawText why = explainFlaw(storeCtx, flaw, expect);
  if (!why.got.empty()) why.got += "; ";
  why.got += "the chain:" + drawChain(chain, flaw);
  return Error(
      {.code = verifyCode(flaw.error),
       .message = std::string("the ") + (expect.isServer ? "client" : "server") +
                  "'s certificate is not authorized: " + X509_verify_cert_error_string(flaw.error),
       .certificate = summary(certificate),
       .expected = std::move(why.expected),
       .got = std::move(why.got),
       .fix = std::move(why.fix)});
}

}  // namespace securepair::crypto
