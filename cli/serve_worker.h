#pragma once
#include <securepair/tls.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "cli/endpoint.h"
#include "cli/io.h"
#include "cli/service.h"
#include "cli/sni_flag.h"

namespace securepair::cli {

/// What all workers of `serve` are told.
struct ServePlan {
  ListenAddress address = {};
  tls::ServerOptions server = {};
  SniContexts contexts = {};
  Service service = {};
  int maxConnections = 0;
  bool sharesPort = false;
  bool verbose = false;
};

/// The server of one thread. It lives until its connections have ended.
class ServeWorker : public std::enable_shared_from_this<ServeWorker> {
 public:
  /// The worker of this thread, null where it has ended.
  static std::shared_ptr<ServeWorker> ofThisThread();

  /// Throws Error where an option is not usable.
  ServeWorker(const ServePlan& plan, Io& io);

  /// Calls `listening` with the address that was bound. Throws a Failure out of the loop's run()
  /// where it cannot listen.
  void listen(const ListenAddress& address, std::function<void(const net::Address&)> listening,
              std::function<void()> failed);
  /// Accepts no more and ends each connection once what was written is sent, or two seconds later.
  void finish();

 private:
  void start(tls::CleartextStream& stream);
  void tellConnection(tls::CleartextStream& stream, const std::string& peer);
  void tellFailure(const char* event, const std::string& peer, const Error& error);

  const ServePlan& plan_;
  Io& io_;
  std::shared_ptr<tls::Server> server_;
  std::unordered_map<Stream*, std::shared_ptr<tls::CleartextStream>> open_;
  bool finishing_ = false;
};

}  // namespace securepair::cli
