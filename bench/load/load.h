#pragma once
#include <securepair/securepair.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

using securepair::Buffer;
using securepair::Data;
using securepair::Error;
using securepair::Loop;
namespace tls = securepair::tls;

enum class Mode { handshake, resume, echo, bulk, download, upload, idle };

/// What is to be done to a server on the loopback.
struct Order {
  std::string host = "127.0.0.1";
  int port = 0;
  Mode mode = Mode::echo;
  int connections = 32;
  std::size_t message = 64;  ///< bytes of an echo
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

/// Drives the loop of this thread. `began` and `ended` are called around what counts.
class Load {
 public:
  Load(Order order, std::function<void()> began, std::function<void()> ended);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  Outcome run();

 private:
  struct Slot;

  void openNew();
  void open(Slot& slot);
  void secured(Slot& slot);
  void receive(Slot& slot, std::size_t bytes);
  void send(Slot& slot);
  void pour(Slot& slot);
  void failed(const Error& error);
  void count(std::uint64_t units, std::chrono::steady_clock::time_point since);
  void begin();
  void end();
  bool isHandshakes() const {
    return order_.mode == Mode::handshake || order_.mode == Mode::resume;
  }

  Order order_;
  std::function<void()> began_;
  std::function<void()> ended_;
  tls::ConnectOptions options_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::string message_;
  Outcome outcome_;
  std::chrono::steady_clock::time_point start_;
  bool counting_ = false;
  bool over_ = false;
};

}  // namespace bench
