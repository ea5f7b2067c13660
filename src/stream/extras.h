#pragma once
#include <securepair/signal.h>

#include <memory>
#include <vector>

#include "base/deadline.h"
#include "base/string_decoder.h"
#include "stream/idle_timer.h"
#include "stream/pipe.h"

namespace securepair::detail {

/// What most streams never have.
struct StreamExtras {
  std::unique_ptr<StringDecoder> decoder = {};
  std::unique_ptr<IdleTimer> idle = {};
  Listener<> timeoutOnce = nullptr;
  std::unique_ptr<Deadline> lingering = {};
  std::vector<std::weak_ptr<Pipe>> waitingPipes = {};  ///< until the stream has drained
};

}  // namespace securepair::detail
