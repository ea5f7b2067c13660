#pragma once
#include <securepair/securepair.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

using securepair::Buffer;
using securepair::Data;
using securepair::Error;
using securepair::Loop;
using securepair::Stream;
namespace net = securepair::net;
namespace tls = securepair::tls;

enum class Mode { handshake, resume, echo, bulk, download, upload, idle };

/// What is to be done to a server on the loopback.
struct Order {
  std::string host = "127.0.0.1";
  int port = 0;
  Mode mode = Mode::echo;
  int connections = 32;
  int active = 0;  ///< so many echoes are under way, in turn on all connections; 0: on each
  std::size_t message = 64;  ///< bytes of an echo
  bool plain = false;        ///< TCP alone: for the floor without TLS
  std::chrono::milliseconds warmUp{300};
  std::chrono::milliseconds time{2000};
  std::string ca = {};       ///< PEM; the certificate is for localhost
  std::string version = {};  ///< "TLSv1.2" or "TLSv1.3"; empty: what is agreed on
};

/// What was seen between the end of the warm-up and the end of the time.
struct Outcome {
  double seconds = 0;
  std::uint64_t units = 0;  ///< handshakes, echoes or bytes
  std::uint64_t failures = 0;
  std::uint64_t resumed = 0;
  std::string protocol = {};
  std::string cipher = {};
  std::string group = {};
  std::string firstFailure = {};
  std::vector<std::uint32_t> microseconds = {};  ///< of each handshake or echo
};

/// Who watches a load. While one of the marks is being called, the load stands still.
struct Watcher {
  std::function<void()> some = [] {};   ///< a fifth of the idle connections are there
  std::function<void()> began = [] {};  ///< all are there and warm: from here on it counts
  std::function<void()> ended = [] {};
  /// Four times a second: the units so far.
  std::function<void(std::uint64_t)> progress = [](std::uint64_t) {};
};

/// Drives the loop of this thread.
class Load {
 public:
  Load(Order order, Watcher watcher);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  Outcome run();

 private:
  struct Slot;

  void openNew();
  void open(Slot& slot);
  void openPlain(Slot& slot);
  void openSecure(Slot& slot);
  void secured(Slot& slot, tls::CleartextStream& stream);
  void ready(Slot& slot);
  void allReady();
  void receive(Slot& slot, std::size_t bytes);
  void sendNext();
  void pour(Slot& slot);
  void failed(const Error& error);
  void count(std::uint64_t units, std::chrono::steady_clock::time_point since);
  void warmUp();
  void begin();
  void end();
  void destroyAll();
  bool isHandshakes() const {
    return order_.mode == Mode::handshake || order_.mode == Mode::resume;
  }

  Order order_;
  Watcher watcher_;
  tls::ConnectOptions options_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t ready_ = 0;
  std::deque<Slot*> resting_;  ///< whose echo is back, the one that rests longest first
  std::string message_;
  Outcome outcome_;
  std::chrono::steady_clock::time_point start_;
  Loop::TimerId progress_ = 0;
  bool counting_ = false;
  bool over_ = false;
};

}  // namespace bench
