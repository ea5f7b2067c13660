#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace securepair::net {

class LoopCore;

/// Tells on stderr what nobody listens for: at most one line a second for each topic, with a count
/// of what was left out. Never blocks: a line that stderr cannot take is lost.
class StderrLog {
 public:
  explicit StderrLog(LoopCore& loop) noexcept : loop_(loop) {}
  StderrLog(const StderrLog&) = delete;
  StderrLog& operator=(const StderrLog&) = delete;
  ~StderrLog();

  void tell(const std::string& name, std::string text);

 private:
  struct Topic {
    std::uint64_t quietUntil = 0;  // nanoseconds
    std::size_t waiting = 0;
    std::string last;
  };

  void quiet(const std::string& name);
  void print(Topic& topic);

  LoopCore& loop_;
  std::map<std::string, Topic> topics_;
};

}  // namespace securepair::net
