// How a server's pair finds the context for the name that its client asks for, and with it answers
// the hello.
#include <memory>
#include <string>
#include <utility>

#include "pair/callback_threw.h"
#include "pair/core.h"

namespace securepair::detail {

// False where the answer comes later, or the callback has ended the connection.
bool PairCore::findContext() {
  if (std::exchange(nameAsked_, true)) return false;
  try {
    const auto choice = options_.sni->find(std::string(engine_.servername()), [this] {
      const auto self = shared_from_this();
      return tls::SniAnswer(std::make_shared<PendingSni>(self));
    });
    if (!choice) {
      return engine_.asks() != engine::Engine::Asks::context && state_ == State::handshaking;
    }
    engine_.resume(*choice);
  } catch (...) {
    engine_.refuse(callbackThrew("ERR_TLS_SNI_CALLBACK", "SNICallback",
                                 "let it return nullptr where it has no context for a name"));
  }
  return state_ == State::handshaking;
}

void PairCore::answerName(const tls::SniResult& result) {
  if (state_ != State::handshaking || !nameAsked_) return;
  try {
    engine_.resume(options_.sni->choose(std::string(engine_.servername()), result));
  } catch (const Error& error) {
    engine_.refuse(error);
  }
  cycle();
}

void PairCore::refuseName(const Error& error) {
  if (state_ != State::handshaking) return;
  engine_.refuse(error);
  cycle();
}

}  // namespace securepair::detail
