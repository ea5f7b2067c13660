#pragma once
#include <securepair/address.h>

#include <future>
#include <mutex>
#include <optional>
#include <string>

#include "cli/io.h"

namespace securepair::cli {

/// Says where a server listens, once all its workers do; its supervisor too. `fingerprint`: of the
/// pair that was made for it, empty where it has its own.
void tellListening(Io& io, const net::Address& address, const std::string& fingerprint);

/// "127.0.0.1:51234", or the path of a Unix socket.
std::string addressText(const net::Address& address);
/// The same of a client, who may have no address, or none any more.
std::string peerText(const std::optional<net::Address>& peer);

/// The port that the first worker has bound, which may have been any: the others follow.
class CommonPort {
 public:
  /// The first call counts. 0: it could not be bound.
  void set(int port) {
    std::call_once(once_, [&] { promise_.set_value(port); });
  }
  /// Waits for it.
  int get() const { return future_.get(); }

 private:
  std::promise<int> promise_;
  std::shared_future<int> future_ = promise_.get_future().share();
  std::once_flag once_;
};

}  // namespace securepair::cli
