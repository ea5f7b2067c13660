#pragma once
#include <securepair/securepair.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/load/histogram.h"

namespace securepair::load {

/// Of connections: a handshake alone, one with an echo, or one that resumes the session before. Of
/// those that stay: what passes.
enum class Mode { handshake, visit, resume, echo, bulk, download, upload, idle };

/// What is to be done to a server.
struct Order {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string path = {};  ///< of a Unix socket, in place of host and port
  Mode mode = Mode::echo;
  int connections = 32;
  int active = 0;  ///< so many echoes are under way, in turn on all connections; 0: on each
  std::size_t message = 64;  ///< bytes of an echo
  bool plain = false;        ///< TCP alone: for the floor without TLS
  std::chrono::milliseconds warmUp{300};
  std::chrono::milliseconds time{2000};  ///< 0: until `most` are done
  std::uint64_t most = 0;                ///< handshakes or echoes; 0: as many as come in the time
  std::uint64_t mostFailures = 0;        ///< the load gives up then; 0: never
  tls::ConnectOptions connect = {};
  /// Of Mode::resume: what each one's first handshake begins with; empty: that one is a full one.
  Buffer session = {};
};

/// What was seen between the end of the warm-up and the end of the time.
struct Outcome {
  bool began = false;
  double seconds = 0;
  std::uint64_t units = 0;  ///< handshakes, echoes or bytes
  std::uint64_t failures = 0;
  std::uint64_t resumed = 0;
  std::string protocol = {};
  std::string cipher = {};
  std::string group = {};
  std::string firstFailure = {};
  Histogram times = {};  ///< of each handshake or echo
};

/// Who watches a load. While one of the marks is being called, the load stands still.
struct Watcher {
  std::function<void()> some = [] {};   ///< a fifth of the idle connections are there
  std::function<void()> began = [] {};  ///< all are there and warm: from here on it counts
  std::function<void()> ended = [] {};
  /// Four times a second: what was seen so far.
  std::function<void(const Outcome&)> progress = [](const Outcome&) {};
  /// A connection is secure: throws where it is not the right one.
  std::function<void(tls::CleartextStream&)> secured = [](tls::CleartextStream&) {};
};

/// Drives the loop of this thread, which has to be gone before the load is, or to have nothing left
/// to wait for.
class Load {
 public:
  Load(Order order, Watcher watcher);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  /// The loop's run() returns when all is over.
  void start();
  /// Ends it before its time.
  void stop();
  Outcome outcome() const;

 private:
  struct Slot;

  void openNew();
  void open(Slot& slot);
  std::shared_ptr<net::Socket> openPlain(Slot& slot);
  std::shared_ptr<tls::CleartextStream> openSecure(Slot& slot);
  void secured(Slot& slot, tls::CleartextStream& stream);
  void ready(Slot& slot);
  void allReady();
  void receive(Slot& slot, std::size_t bytes);
  void sendNext();
  void pour(Slot& slot);
  void failed(const Error& error);
  bool mayBegin();
  void endIfDone();
  void count(std::uint64_t units, std::chrono::steady_clock::time_point since);
  void warmUp();
  void begin();
  void end();
  void destroyAll();
  bool isVisits() const { return order_.mode == Mode::visit; }
  bool isHandshakes() const {
    return order_.mode == Mode::handshake || order_.mode == Mode::resume || isVisits();
  }

  Order order_;
  Watcher watcher_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t ready_ = 0;
  std::uint64_t begun_ = 0;    ///< handshakes or echoes
  std::deque<Slot*> resting_;  ///< whose echo is back, the one that rests longest first
  std::string message_;
  Outcome outcome_;
  std::chrono::steady_clock::time_point start_;
  Loop::TimerId progress_ = 0;
  Loop::TimerId next_ = 0;  ///< the warm-up's end, then the load's
  bool counting_ = false;
  bool over_ = false;
};

}  // namespace securepair::load
