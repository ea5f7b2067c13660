#pragma once
#include <securepair/bytes.h>

#include <memory>
#include <utility>

namespace securepair::detail {

class PairCore;

/// A session that a connection waits for.
class PendingSession {
 public:
  explicit PendingSession(std::weak_ptr<PairCore> pair) noexcept : pair_(std::move(pair)) {}
  PendingSession(const PendingSession&) = delete;
  PendingSession& operator=(const PendingSession&) = delete;
  /// There is none, if nobody has answered.
  ~PendingSession();

  void answer(const Buffer& session);

 private:
  std::weak_ptr<PairCore> pair_;
};

}  // namespace securepair::detail
