#include "base/deadline.h"

#include <utility>

namespace securepair::detail {

Deadline::Deadline(std::chrono::milliseconds after, Listener<> task) {
  if (base::Host* const loop = base::host()) timer_ = loop->startTimer(after, std::move(task));
}

Deadline::~Deadline() {
  // The loop that started it may be gone: identifiers are unique on a thread.
  if (base::Host* const loop = base::host(); loop != nullptr && timer_ != 0)
    loop->stopTimer(timer_);
}

}  // namespace securepair::detail
