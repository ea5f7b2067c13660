#include "pair/pending_ocsp.h"

#include <securepair/tls/ocsp.h>

#include "pair/core.h"

namespace securepair::detail {

PendingOcsp::~PendingOcsp() {
  answerLater([](PairCore& pair) { pair.answerStatus({}); });
}

void PendingOcsp::answer(const Buffer& response) {
  Pending::answer([response](PairCore& pair) { pair.answerStatus(response); });
}

void PendingOcsp::refuse(const Error& error) {
  Pending::answer([error](PairCore& pair) { pair.refuseStatus(error); });
}

}  // namespace securepair::detail

namespace securepair::tls {

void OcspAnswer::operator()(const Buffer& response) const { pending_->answer(response); }
void OcspAnswer::operator()(const Error& error) const { pending_->refuse(error); }

}  // namespace securepair::tls
