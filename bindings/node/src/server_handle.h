#pragma once
#include <securepair/tls/server.h>

#include <memory>
#include <node_api.h>

#include "owner.h"
#include "questions.h"

namespace securepair::node {

std::shared_ptr<tls::CleartextStream> sharedOf(tls::CleartextStream& stream);

/// By which a script knows a stream again.
double idOf(const Stream* stream) noexcept;

/// A tls::Server in JavaScript's hands. Its owner is kept while it listens.
class ServerHandle : public std::enable_shared_from_this<ServerHandle> {
 public:
  ServerHandle(std::shared_ptr<tls::Server> server, std::shared_ptr<Owner> owner);

  tls::Server& server() noexcept { return *server_; }
  /// Calls `listen` on the server, whose events the owner hears.
  template <class F>
  void listen(F&& listen) {
    hear();
    std::forward<F>(listen)(*server_);
    owner_->hold();
  }
  /// The library has dropped a server's listeners at `close`: they are added anew where it goes on.
  void hear();
  /// `connection` is told from now on: it costs something, where few ask for it.
  void tellConnections() noexcept { tellsConnections_ = true; }
  void tellKeys();
  void storeSessions() { server_->setSessionStore(askForSessions(owner_)); }
  /// Whether the owner is asked for OCSP responses; else there are none.
  void askForStatus() noexcept { asksForStatus_ = true; }
  void answerStatus(const tls::OcspRequest& request, tls::OcspAnswer answer) const;

 private:
  enum class Hears : unsigned char { nothing, everything, theClose };

  void hearConnections();
  void closed();
  template <class F>
  auto listener(F told) {
    return [weak = weak_from_this(), told](auto&&... arguments) {
      if (const auto self = weak.lock()) told(*self, arguments...);
    };
  }

  std::shared_ptr<tls::Server> server_;
  std::shared_ptr<Owner> owner_;
  Hears hears_ = Hears::nothing;
  bool tellsConnections_ = false;
  bool tellsKeys_ = false;
  bool asksForStatus_ = false;
};

/// The server of a handle that a script has; throws where it is none.
tls::Server& serverOf(napi_env env, napi_value handle);

}  // namespace securepair::node
