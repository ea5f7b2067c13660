#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>

#include "support/child.h"

namespace securepair::test {

/// Whether figures of memory mean anything: a sanitizer keeps what was freed.
constexpr bool memoryIsMeasured() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

/// The echo server as a process of its own, of which the kernel tells what it holds and uses.
class EchoProcess {
 public:
  /// `flags` are those of programs/echo_server.cc; `before` stands before the program, such as an
  /// environment.
  explicit EchoProcess(const std::string& flags = "", const std::string& before = "");

  std::uint16_t port() const noexcept { return port_; }
  pid_t pid() const noexcept { return child_.pid(); }
  bool running() { return child_.running(); }
  std::string output() const { return child_.output(); }

  std::size_t residentKib() const;
  std::size_t descriptors() const;
  std::chrono::milliseconds processorTime() const;
  /// No more descriptors than so many beside those that are open.
  void limitDescriptors(std::size_t more) const;
  void liftLimit() const;

  /// Waits until it holds no more descriptors than before, or so many more.
  bool settles(std::chrono::milliseconds most = std::chrono::seconds(3),
               std::size_t more = 0) const;
  /// Another client is served.
  bool serves() const;
  /// Ends it in order. False where it has crashed, does not end, or where a sanitizer has found
  /// something.
  bool stop();

 private:
  std::string fileOf(const std::string& name) const;

  Child child_;
  std::uint16_t port_ = 0;
  std::size_t descriptorsAtStart_ = 0;
};

}  // namespace securepair::test
