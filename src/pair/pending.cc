#include "pair/pending.h"

#include <utility>

#include "base/host.h"
#include "base/later.h"
#include "pair/core.h"

namespace securepair::detail {

Pending::Pending(std::weak_ptr<PairCore> pair)
    : pair_(std::move(pair)), poster_(base::host() ? base::host()->poster() : nullptr) {}

void Pending::answer(Answer answer) {
  if (!isFirst()) return;
  if (std::this_thread::get_id() != thread_) return post(std::move(answer));
  if (const auto pair = pair_.lock()) answer(*pair);
}

void Pending::answerLater(Answer answer) {
  if (!isFirst()) return;
  if (std::this_thread::get_id() != thread_) return post(std::move(answer));
  base::later([pair = std::move(pair_), answer = std::move(answer)]() mutable {
    if (const auto locked = pair.lock()) answer(*locked);
  });
}

void Pending::post(Answer answer) {
  if (poster_ == nullptr) return;
  poster_->post([pair = std::move(pair_), answer = std::move(answer)]() mutable {
    if (const auto locked = pair.lock()) answer(*locked);
  });
}

}  // namespace securepair::detail
