#include "questions.h"

#include <securepair/crypto.h>

#include <chrono>
#include <string>
#include <utility>

#include "binding.h"
#include "certificate_value.h"

namespace securepair::node {

tls::SniCallback askForContext(std::shared_ptr<Owner> owner) {
  return [owner](const std::string& name, tls::SniAnswer answer) {
    owner->tell(Event::sni, [&](napi_env env) {
      return std::array{string(env, name), handle(env, std::make_shared<tls::SniAnswer>(answer))};
    });
  };
}

tls::IdentityCheck askForIdentity(std::shared_ptr<Owner> owner) {
  using Answer = tls::IdentityCheck::Answer;
  return [owner](std::string_view name, const tls::PeerCertificate& certificate) -> Answer {
    return owner->ask(
        Event::identity,
        [&](napi_env env) {
          return std::array{string(env, name), certificateValue(env, certificate)};
        },
        [](napi_env env, napi_value wrong) -> Answer {
          if (!isGiven(env, wrong)) return std::nullopt;
          return errorOf(env, wrong);
        },
        Answer(Error("ERR_TLS_CERT_ALTNAME_INVALID",
                     "`checkServerIdentity` gave no answer: it has thrown")));
  };
}

namespace {

class ScriptedStore final : public tls::SessionStore {
 public:
  explicit ScriptedStore(std::shared_ptr<Owner> owner) noexcept : owner_(std::move(owner)) {}

  void put(const Buffer& id, const Buffer& session, std::chrono::seconds lifetime) override {
    owner_->tell(Event::sessionPut, [&](napi_env env) {
      return std::array{buffer(env, Data(id).bytes()), buffer(env, Data(session).bytes()),
                        number(env, static_cast<double>(lifetime.count()))};
    });
  }
  void find(const Buffer& id, tls::SessionAnswer answer) override {
    owner_->tell(Event::sessionFind, [&](napi_env env) {
      return std::array{buffer(env, Data(id).bytes()),
                        handle(env, std::make_shared<tls::SessionAnswer>(answer))};
    });
  }
  void remove(const Buffer& id) override {
    owner_->tell(Event::sessionRemove,
                 [&](napi_env env) { return std::array{buffer(env, Data(id).bytes())}; });
  }

 private:
  std::shared_ptr<Owner> owner_;
};

// answerName(answer, context or null)
napi_value answerName(napi_env env, const Arguments<2>& arguments) {
  const auto answer = heldBy<tls::SniAnswer>(env, arguments[0]);
  if (isGiven(env, arguments[1])) {
    (*answer)(tls::SniResult(*heldBy<crypto::SecureContext>(env, arguments[1])));
  } else {
    (*answer)(tls::SniResult());
  }
  return nullptr;
}

// refuseName(answer, error)
napi_value refuseName(napi_env env, const Arguments<2>& arguments) {
  const auto answer = heldBy<tls::SniAnswer>(env, arguments[0]);
  (*answer)(errorOf(env, arguments[1]));
  return nullptr;
}

// answerSession(answer, bytes or null)
napi_value answerSession(napi_env env, const Arguments<2>& arguments) {
  const auto answer = heldBy<tls::SessionAnswer>(env, arguments[0]);
  (*answer)(isGiven(env, arguments[1]) ? Buffer(bytesOf(env, arguments[1])) : Buffer());
  return nullptr;
}

}  // namespace

std::shared_ptr<tls::SessionStore> askForSessions(std::shared_ptr<Owner> owner) {
  return std::make_shared<ScriptedStore>(std::move(owner));
}

void addAnswerFunctions(napi_env env, napi_value binding) {
  add<2, answerName>(env, binding, "answerName");
  add<2, refuseName>(env, binding, "refuseName");
  add<2, answerSession>(env, binding, "answerSession");
}

}  // namespace securepair::node
