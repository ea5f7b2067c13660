#include "pair/sni.h"

#include <utility>

#include "base/later.h"
#include "crypto/text.h"
#include "pair/core.h"

namespace securepair::detail {
namespace {

Error withoutCertificate(const std::string& servername) {
  return Error({.code = "ERR_TLS_NO_CERTIFICATE",
                .message = "SNICallback answered with a context that has no certificate to show",
                .expected = "a context made of `key` and `cert`, or of `pfx`",
                .got = "one without, for " + crypto::clipped(crypto::escaped(servername)),
                .fix = "give crypto::createCredentials() the name's key and certificate"});
}

Error neverAnswered() {
  return Error({.code = "ERR_TLS_SNI_CALLBACK",
                .message = "SNICallback took an SniAnswer and dropped it without an answer",
                .expected = "a context, nullptr for the server's own, or an Error",
                .fix = "keep a copy of the SniAnswer until it has been called"});
}

}  // namespace

std::optional<engine::ContextChoice> SniLookup::find(
    const std::string& servername, const std::function<tls::SniAnswer()>& answer) const {
  if (!callback_) return choose(servername, {});
  // The callback may end what holds it.
  const tls::SniCallback callback = callback_;
  const auto result = callback(servername, answer);
  if (!result) return std::nullopt;
  return choose(servername, *result);
}

engine::ContextChoice SniLookup::choose(const std::string& servername,
                                        const tls::SniResult& result) const {
  if (!result.context) return contexts_.find(servername).value_or(engine::ContextChoice());
  if (!result.context.get()->hasKey()) throw withoutCertificate(servername);
  return {.context = result.context.get(), .clientCertificate = result.clientCertificate};
}

PendingSni::~PendingSni() {
  answerLater([](PairCore& pair) { pair.refuseName(neverAnswered()); });
}

void PendingSni::answer(const tls::SniResult& result) {
  Pending::answer([result](PairCore& pair) { pair.answerName(result); });
}

void PendingSni::refuse(const Error& error) {
  Pending::answer([error](PairCore& pair) { pair.refuseName(error); });
}

}  // namespace securepair::detail

namespace securepair::tls {

SniAnswer::SniAnswer(std::shared_ptr<detail::PendingSni> pending) noexcept
    : pending_(std::move(pending)) {}

void SniAnswer::operator()(const SniResult& result) const { pending_->answer(result); }
void SniAnswer::operator()(const Error& error) const { pending_->refuse(error); }

}  // namespace securepair::tls
