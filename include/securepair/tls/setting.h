#pragma once
#include <securepair/export.h>

#include <atomic>
#include <chrono>

namespace securepair::tls {

/// A number that holds for the whole process and may be changed at any time, from any thread. What
/// is made afterwards takes it over.
class Setting {
 public:
  explicit Setting(int value) noexcept : value_(value) {}
  Setting(const Setting& other) noexcept : value_(other.value_.load()) {}
  ~Setting() = default;
  Setting& operator=(const Setting& other) noexcept { return *this = static_cast<int>(other); }
  Setting& operator=(int value) noexcept {
    value_ = value;
    return *this;
  }
  Setting& operator=(std::chrono::seconds value) noexcept {
    return *this = static_cast<int>(value.count());
  }
  operator int() const noexcept { return value_; }

 private:
  std::atomic<int> value_;
};

/// "renegotiation limit, default is 3": how many renegotiations a client may begin within the
/// window. The next one is an `error` ERR_TLS_SESSION_ATTACK, and the connection is gone. 0: none
/// is served; whoever asks is told so. Connections take it over when they are made;
/// ServerOptions::clientRenegLimit goes before it.
SECUREPAIR_API extern Setting CLIENT_RENEG_LIMIT;
/// "renegotiation window in seconds, default is 10 minutes."
SECUREPAIR_API extern Setting CLIENT_RENEG_WINDOW;

}  // namespace securepair::tls
