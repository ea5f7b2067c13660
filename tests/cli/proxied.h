#pragma once
#include <securepair/loop.h>
#include <securepair/net.h>
#include <securepair/tls.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "cli/served.h"

namespace securepair::test {

/// One end of a connection, which is destroyed with it, and what it has been told. What it gets is
/// not answered by itself.
struct ProxiedEnd {
  explicit ProxiedEnd(std::shared_ptr<Stream> open);
  ProxiedEnd(const ProxiedEnd&) = delete;
  ProxiedEnd& operator=(const ProxiedEnd&) = delete;
  ~ProxiedEnd();

  std::shared_ptr<Stream> stream;
  /// The socket below it, where it is TLS.
  std::shared_ptr<net::Socket> socket;
  std::string received = {};
  std::string events = {};  ///< "end ", and the codes of errors, in their order
  bool closed = false;

 private:
  std::shared_ptr<bool> isThere_ = std::make_shared<bool>(true);
};

/// Somebody with a proxy, who has both ends of what goes through it.
class UserWithProxy : public UserWithKeys {
 protected:
  Loop& loop() noexcept { return loop_; }
  /// Runs the loop until this holds, some seconds at most.
  void runUntil(const std::function<bool()>& holds);
  void runFor(std::chrono::milliseconds time);

  /// A plain server, and one of TLS that has server.pem; what is connected to them is in targets().
  /// Answers the port.
  std::string plainTarget();
  std::string tlsTarget();
  std::deque<ProxiedEnd>& targets() noexcept { return targets_; }
  ProxiedEnd& target() { return targets_.back(); }

  /// `securepair proxy` that listens on any port of loopback; with its certificate unless
  /// --client is among the flags.
  Served proxy(const std::string& flags);
  /// A client of it: of TLS, which trusts ca.pem and means localhost; and a plain one.
  std::unique_ptr<ProxiedEnd> tlsClient(const Served& proxy, tls::ConnectOptions options = {});
  std::unique_ptr<ProxiedEnd> plainClient(const Served& proxy);
  /// The same with a target that has got this client's first words.
  std::unique_ptr<ProxiedEnd> throughTls(const Served& proxy, tls::ConnectOptions options = {});
  std::unique_ptr<ProxiedEnd> throughPlain(const Served& proxy);
  Buffer file(const std::string& name) const;

 private:
  void greet(ProxiedEnd& client);

  Loop loop_;
  std::deque<ProxiedEnd> targets_;
};

}  // namespace securepair::test
