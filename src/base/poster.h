#pragma once
#include <securepair/signal.h>

namespace securepair::base {

/// Hands tasks to a loop from any thread. Outlives the loop, after which it drops them.
class Poster {
 public:
  virtual ~Poster() = default;
  virtual void post(Listener<> task) = 0;
};

}  // namespace securepair::base
