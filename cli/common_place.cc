#include "cli/common_place.h"

#include <utility>

namespace securepair::cli {

CommonPlace::CommonPlace(ListenAddress place, int workers, Listening allListen, Start start)
    : place_(std::move(place)),
      toListen_(workers),
      allListen_(std::move(allListen)),
      start_(std::move(start)) {}

void CommonPlace::start(int number) {
  ListenAddress address = place_;
  if (number > 0 && !address.handed) {
    address.port = port_.get();
    if (address.port == 0) return;
  }
  try {
    startAt(address);
  } catch (...) {
    giveUp();
    throw;
  }
}

void CommonPlace::giveUp() { setPort(0); }

void CommonPlace::startAt(const ListenAddress& address) {
  const auto listening = [this](const net::Address& bound) {
    setPort(bound.port);
    if (--toListen_ == 0) allListen_(bound);
  };
  start_(address, listening, [this] { giveUp(); });
}

void CommonPlace::setPort(int port) {
  std::call_once(once_, [&] { promise_.set_value(port); });
}

}  // namespace securepair::cli
