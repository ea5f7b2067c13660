#pragma once
#include <memory>

namespace securepair {

class Stream;

namespace detail {

/// Owned by the listeners of its source, and known to its target. It keeps neither alive.
struct Pipe {
  std::weak_ptr<Stream> from;
  std::weak_ptr<Stream> to;
  bool waiting = false;  ///< the source is held until the target has drained
};

}  // namespace detail
}  // namespace securepair
