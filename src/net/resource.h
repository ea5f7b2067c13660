#pragma once
#include "base/resource.h"

namespace securepair::net {

class LoopCore;

/// What lives on a loop of this room. The memory is its own affair, since libuv may still call back
/// after it was abandoned.
class Resource : public base::Resource {
 protected:
  explicit Resource(LoopCore& loop) noexcept;

  /// Null once the loop has ended. Defined in net/loop.h.
  inline LoopCore* loop() const noexcept;
};

}  // namespace securepair::net
