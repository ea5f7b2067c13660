#pragma once
#include <securepair/loop.h>
#include <securepair/net.h>
#include <securepair/tls.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cli/endpoint.h"
#include "cli/proxy_header.h"
#include "cli/proxy_log.h"

namespace securepair::cli {

class ProxyWorker;

/// A client, and from the moment it is let through its target too. It lives until both are closed.
/// What is not ended by an end on both sides is ended by a reset on both: nobody takes a part for
/// the whole.
class ProxyConnection : public std::enable_shared_from_this<ProxyConnection> {
 public:
  ProxyConnection(std::shared_ptr<ProxyWorker> worker, std::shared_ptr<net::Socket> client);

  void start();
  /// The client's handshake is done, or has failed.
  void secured();
  void handshakeFailed(const Error& error);
  /// The client's handshake is over, and handshakeFailed() has not been told of it.
  bool hasUnexplainedFailure() const;
  void cut(const std::string& why, const std::optional<Error>& failure = {});

 private:
  void beginFront(const std::optional<ProxiedAddresses>& addresses, const Data& head);
  bool isAllowed();
  void dial(const Target& target);
  void startTls();
  void sendProxyHeader();
  void targetSecured();
  void relay();
  void carry(Stream& from, Stream& to, std::uint64_t& count, const char* whoEnds);
  void clientFailed(const Error& error);
  void targetFailed(const Error& error);
  void note(const std::string& why, const std::optional<Error>& failure);
  void startConnectTimer();
  void stopConnectTimer();
  void hold(Stream& stream);
  void finish();

  const std::shared_ptr<ProxyWorker> worker_;
  const std::shared_ptr<net::Socket> client_;
  std::shared_ptr<net::Socket> target_;
  std::shared_ptr<tls::CleartextStream> tls_;  ///< on top of one of the two
  Stream* front_ = nullptr;                    ///< what the client says, in the clear
  Stream* back_ = nullptr;
  std::optional<ProxiedAddresses> told_;  ///< by a trusted proxy
  std::optional<Loop::TimerId> connectTimer_;
  ProxyRecord record_;
  std::string firstEnd_;
  int open_ = 0;  ///< streams that are not closed
  bool clientEnded_ = false;
  bool targetEnded_ = false;
};

}  // namespace securepair::cli
