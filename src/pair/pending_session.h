#pragma once
#include <securepair/bytes.h>

#include "pair/pending.h"

namespace securepair::detail {

/// A session that a connection waits for.
class PendingSession : private Pending {
 public:
  using Pending::Pending;
  /// There is none, if nobody has answered.
  ~PendingSession();

  void answer(const Buffer& session);
};

}  // namespace securepair::detail
