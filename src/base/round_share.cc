#include "base/round_share.h"

#include "base/later.h"

namespace securepair::base {

void RoundShare::wait(Listener<> task) {
  waiting_.push_back(std::move(task));
  post();
}

// From within serve() it is the next round: what a task posts waits for it.
void RoundShare::post() {
  if (posted_ || waiting_.empty()) return;
  later([this] { serve(); });
  posted_ = true;
}

// What one throws does not end the line.
void RoundShare::serve() {
  posted_ = false;
  serving_ = true;
  try {
    serveWaiting();
  } catch (...) {
    serving_ = false;
    post();
    throw;
  }
  serving_ = false;
  post();
}

void RoundShare::serveWaiting() {
  while (hasTime() && !waiting_.empty()) {
    Listener<> next = std::move(waiting_.front());
    waiting_.pop_front();
    next();
  }
}

}  // namespace securepair::base
