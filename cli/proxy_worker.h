#pragma once
#include <securepair/loop.h>
#include <securepair/net.h>
#include <securepair/tls.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cli/io.h"
#include "cli/proxy_flags.h"
#include "cli/proxy_secrets.h"

namespace securepair::cli {

class ProxyConnection;

/// The proxy of one thread. It lives until its connections have ended.
class ProxyWorker : public std::enable_shared_from_this<ProxyWorker> {
 public:
  /// The worker of this thread, null where it has ended.
  static std::shared_ptr<ProxyWorker> ofThisThread();

  /// Counts in `cut` the connections that it did not let end.
  ProxyWorker(const ProxyFlags& flags, std::shared_ptr<const ProxySecrets> secrets, Io& io,
              std::atomic<int>& cut);
  ~ProxyWorker();

  /// Calls `listening` with the address that was bound. Throws a Failure out of the loop's run()
  /// where it cannot listen.
  void listen(const ListenAddress& address, std::function<void(const net::Address&)> listening,
              std::function<void()> failed);
  /// For connections from now on.
  void reload(std::shared_ptr<const ProxySecrets> secrets);
  /// Accepts no more, and cuts what is still open when the time for that is over.
  void drain();
  void cutAll(const char* why);

  // What connections want.
  const ProxyFlags& flags() const noexcept { return flags_; }
  const ProxySecrets& secrets() const noexcept { return *secrets_; }
  Io& io() const noexcept { return io_; }
  std::shared_ptr<tls::CleartextStream> secure(ProxyConnection& connection,
                                               const std::shared_ptr<net::Socket>& client,
                                               const Data& head);
  /// Of an earlier connection to the target; empty where there is none that was not used yet.
  Buffer takeSession();
  void keepSession(const Buffer& session);
  void ended(ProxyConnection& connection);

 private:
  using Connections = std::unordered_map<const void*, std::weak_ptr<ProxyConnection>>;

  void accept(net::Socket& client);
  void secured(const tls::CleartextStream& stream);
  void handshakeFailed(const Error& error);

  const ProxyFlags& flags_;
  std::shared_ptr<const ProxySecrets> secrets_;
  Io& io_;
  std::atomic<int>& cut_;
  std::shared_ptr<net::Server> listener_;
  std::shared_ptr<tls::Server> tls_;  ///< null with --client
  Connections open_;
  Connections handshaking_;  ///< by their streams
  std::vector<Buffer> sessions_;
  std::optional<Loop::TimerId> drainTimer_;
};

}  // namespace securepair::cli
