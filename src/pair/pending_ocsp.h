#pragma once
#include <securepair/bytes.h>
#include <securepair/error.h>

#include "pair/pending.h"

namespace securepair::detail {

/// An OCSP response that a connection waits for.
class PendingOcsp : private Pending {
 public:
  using Pending::Pending;
  /// There is none, if nobody has answered.
  ~PendingOcsp();

  void answer(const Buffer& response);
  void refuse(const Error& error);
};

}  // namespace securepair::detail
