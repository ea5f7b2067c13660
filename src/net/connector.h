#pragma once
#include <securepair/error.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <uv.h>

#include "base/deadline.h"
#include "net/endpoint.h"
#include "net/fd.h"
#include "net/lookup.h"

namespace securepair::net {

class SocketCore;

/// Finds the addresses of a host, and tries one after the other with the handle of a SocketCore. It
/// is done when it has called connected() or fail() of it.
class Connector {
 public:
  Connector(SocketCore& socket, std::string host, std::uint16_t port);
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  void start();
  /// The socket is being destroyed.
  void giveUp() noexcept { patience_.reset(); }
  /// The handle of an address that failed is closed.
  void handleClosed() { tryNext(); }

 private:
  void tryNext();
  void tried(int status);
  Error failure() const;

  SocketCore& socket_;
  std::string host_;
  std::uint16_t port_;
  std::optional<Lookup> lookup_;
  std::vector<Endpoint> endpoints_;
  std::vector<int> failures_;
  std::optional<detail::Deadline> patience_;
  uv_connect_t request_ = {};
};

/// A connection to a Unix socket; none, and a status of libuv's, where that fails.
Fd connectUnix(const std::string& path, int& status);

/// `where` did not take the connection; `tried` tells what each of its addresses answered.
Error connectError(int status, const std::string& where, const std::string& tried = {});

}  // namespace securepair::net
