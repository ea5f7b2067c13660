#pragma once
#include <securepair/loop.h>
#include <securepair/tls.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/endpoint.h"
#include "cli/tls_flags.h"
#include "cli/verb.h"

namespace securepair::cli {

/// How a client comes to a server, whatever it does there.
struct ClientFlags {
  Target target = {};
  TlsFlags tls = {};
  std::string servername = {};
  std::string starttls = {};
  std::string resolve = {};
  bool ipv4 = false;
  bool ipv6 = false;
  std::chrono::milliseconds connectTimeout = std::chrono::seconds(30);
};

/// All but the target, which is an argument, and --starttls.
void addClientFlags(Verb& verb, ClientFlags& flags, const char* newestVersion = "TLSv1.3");
void addStarttlsFlag(Verb& verb, ClientFlags& flags);
void checkClientFlags(const ClientFlags& flags);
/// Reads the files. Everything else is as the library has it.
tls::ConnectOptions connectOptionsOf(Io& io, const ClientFlags& flags);

/// One connection, of which the calls run the loop until what they are to bring about has come.
class Client : public std::enable_shared_from_this<Client> {
 public:
  explicit Client(const ClientFlags& flags) : flags_(flags) {}

  /// Until the handshake is done; the stream is paused then. Throws Failure.
  void open(tls::ConnectOptions options);
  tls::CleartextStream& stream() noexcept { return *stream_; }
  /// Goes on until `stop` is called, or so much time is over, or the connection is closed. The
  /// stream is paused again then. Throws as runToEnd() does.
  void runFor(std::chrono::milliseconds time);
  void stop() { loop_.stop(); }
  /// Until the connection is closed. Throws Failure where an error closes it, and what listeners
  /// throw.
  void runToEnd();
  /// Lets go of the connection, whatever its state is.
  void drop();

 private:
  void dial(const std::vector<std::string>& hosts, std::size_t at);
  void connected();
  void startHandshake();
  /// It is --connect-timeout.
  Failure late() const;

  const ClientFlags& flags_;
  Loop& loop_ = Loop::current();
  tls::ConnectOptions options_ = {};
  std::shared_ptr<net::Socket> socket_;
  std::shared_ptr<tls::CleartextStream> stream_;
  const char* step_ = "";  ///< what has not been done, for who is told of a time-out
  bool connected_ = false;
  bool secure_ = false;
  bool accepted_ = false;  ///< the server has not refused this side
  bool dropped_ = false;
};

/// Drops a client at the end of a block, however that is left: nothing of it must come into the
/// next one's loop.
class DroppedAtEnd {
 public:
  explicit DroppedAtEnd(Client& client) noexcept : client_(client) {}
  DroppedAtEnd(const DroppedAtEnd&) = delete;
  DroppedAtEnd& operator=(const DroppedAtEnd&) = delete;
  ~DroppedAtEnd() { client_.drop(); }

 private:
  Client& client_;
};

}  // namespace securepair::cli
