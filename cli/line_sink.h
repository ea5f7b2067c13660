#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace securepair::cli {

/// Lines of a program that must not wait for whoever reads them. Those that nobody takes in time
/// are left out, and counted for the next one. Any thread may call it.
class LineSink {
 public:
  /// `missing` is the line that tells how many were left out.
  LineSink(int descriptor, std::function<std::string(std::uint64_t)> missing);

  /// With its end of line. False when it turns out that nobody reads any more: only once.
  bool write(std::string_view line);

 private:
  bool writeRest();

  const int descriptor_;
  const std::function<std::string(std::uint64_t)> missing_;
  std::mutex mutex_;
  std::string rest_;  ///< of the last line
  std::uint64_t missed_ = 0;
  std::uint64_t telling_ = 0;  ///< of those, what the rest tells
  bool isGone_ = false;
};

}  // namespace securepair::cli
