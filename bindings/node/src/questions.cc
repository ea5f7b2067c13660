#include "questions.h"

#include <securepair/crypto.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "binding.h"
#include "certificate_value.h"
#include "server_handle.h"
#include "stream_handle.h"

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
          return errorOf(env, wrong, "ERR_TLS_CERT_ALTNAME_INVALID");
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

// answerStatus(answer, bytes or null)
napi_value answerStatus(napi_env env, const Arguments<2>& arguments) {
  const auto answer = heldBy<tls::OcspAnswer>(env, arguments[0]);
  (*answer)(isGiven(env, arguments[1]) ? Buffer(bytesOf(env, arguments[1])) : Buffer());
  return nullptr;
}

// refuseStatus(answer, error)
napi_value refuseStatus(napi_env env, const Arguments<2>& arguments) {
  const auto answer = heldBy<tls::OcspAnswer>(env, arguments[0]);
  (*answer)(errorOf(env, arguments[1]));
  return nullptr;
}

napi_value fieldOf(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  check(env, napi_get_named_property(env, object, name, &value));
  return value;
}

}  // namespace

std::shared_ptr<tls::SessionStore> askForSessions(std::shared_ptr<Owner> owner) {
  return std::make_shared<ScriptedStore>(std::move(owner));
}

tls::AlpnCallback askForProtocol(std::shared_ptr<Owner> owner) {
  return [owner](const tls::AlpnOffer& offer) {
    return owner->ask(
        Event::alpn,
        [&](napi_env env) {
          return std::array{string(env, offer.servername), array(env, offer.protocols)};
        },
        textOf, std::string());
  };
}

void askForStatus(const Owner& owner, const tls::OcspRequest& request, tls::OcspAnswer answer) {
  owner.tell(Event::ocsp, [&](napi_env env) {
    return std::array{bufferOrNull(env, request.certificate), bufferOrNull(env, request.issuer),
                      handle(env, std::make_shared<tls::OcspAnswer>(std::move(answer)))};
  });
}

// The handler has checked what it answers.
tls::ServerPskCallback askForServersPsk(std::shared_ptr<Owner> owner) {
  return [owner](tls::CleartextStream& stream, const std::string& identity) {
    return owner->ask(
        Event::serverPsk,
        [&](napi_env env) {
          return std::array{handle(env, std::make_shared<StreamHandle>(sharedOf(stream))),
                            number(env, idOf(&stream)), string(env, identity)};
        },
        [](napi_env env, napi_value psk) {
          return isGiven(env, psk) ? Buffer(bytesOf(env, psk)) : Buffer();
        },
        Buffer());
  };
}

tls::ClientPskCallback askForClientsPsk(std::shared_ptr<Owner> owner) {
  using Answer = std::optional<tls::PskIdentity>;
  return [owner](const std::string& hint) {
    return owner->ask(
        Event::clientPsk, [&](napi_env env) { return std::array{string(env, hint)}; },
        [](napi_env env, napi_value answer) -> Answer {
          if (!isGiven(env, answer)) return std::nullopt;
          return tls::PskIdentity{.identity = textOf(env, fieldOf(env, answer, "identity")),
                                  .psk = Buffer(bytesOf(env, fieldOf(env, answer, "psk")))};
        },
        Answer());
  };
}

void addAnswerFunctions(napi_env env, napi_value binding) {
  add<2, answerName>(env, binding, "answerName");
  add<2, refuseName>(env, binding, "refuseName");
  add<2, answerSession>(env, binding, "answerSession");
  add<2, answerStatus>(env, binding, "answerStatus");
  add<2, refuseStatus>(env, binding, "refuseStatus");
}

}  // namespace securepair::node
