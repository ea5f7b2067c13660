#pragma once
#include <memory>

namespace securepair {

class Stream;

namespace detail {

/// Lies in its source, and keeps neither stream alive.
struct Pipe {
  Stream& from;
  std::weak_ptr<Stream> to;
  bool waiting = false;  ///< the source is held until the target has drained
};

}  // namespace detail
}  // namespace securepair
