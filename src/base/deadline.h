#pragma once
#include <securepair/signal.h>

#include <chrono>

#include "base/host.h"

namespace securepair::detail {

/// Calls a task once after a time, unless it is destroyed before. Never fires on a thread without a
/// loop.
class Deadline {
 public:
  Deadline(std::chrono::milliseconds after, Listener<> task);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

 private:
  base::Host::TimerId timer_ = 0;
};

}  // namespace securepair::detail
