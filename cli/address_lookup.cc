#include "cli/address_lookup.h"

#include <chrono>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <thread>
#include <utility>

#include "cli/exit.h"

namespace securepair::cli {
namespace {

struct Addresses {
  std::vector<std::string> texts = {};
  std::optional<Failure> failure = {};
};

Addresses lookUp(const std::string& host, int family) {
  addrinfo wanted{};
  wanted.ai_family = family;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (error != 0) {
    return {.failure =
                Failure(Exit::unreachable, {.code = "ENOTFOUND",
                                            .message = "'" + host + "' has no " +
                                                       (family == AF_INET ? "IPv4" : "IPv6") +
                                                       " address: " + ::gai_strerror(error)})};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::string text(NI_MAXHOST, '\0');
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(),
                      static_cast<socklen_t>(text.size()), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.texts.emplace_back(text.c_str());
    }
  }
  return addresses;
}

}  // namespace

/// What the resolver's thread may use as long as it lasts.
struct AddressLookup::Shared {
  std::mutex mutex;
  Loop* loop = nullptr;  ///< null: nobody waits any more
  std::function<void(const std::vector<std::string>&)> found;
};

AddressLookup::AddressLookup(Loop& loop, const std::string& host, int family,
                             std::function<void(const std::vector<std::string>&)> found)
    : loop_(loop),
      // A loop that waits for another thread alone would end.
      hold_(loop.setInterval(std::chrono::hours(1), [] {})),
      shared_(std::make_shared<Shared>()) {
  shared_->loop = &loop;
  shared_->found = std::move(found);
  std::thread([shared = shared_, host, family] {
    Addresses addresses = lookUp(host, family);
    const std::lock_guard lock(shared->mutex);
    if (shared->loop == nullptr) return;
    shared->loop->post([shared, addresses = std::move(addresses)] {
      // On the loop's thread, where alone `loop` changes.
      if (shared->loop == nullptr) return;
      if (addresses.failure) throw Failure(*addresses.failure);
      shared->found(addresses.texts);
    });
  }).detach();
}

AddressLookup::~AddressLookup() {
  loop_.clearTimer(hold_);
  const std::lock_guard lock(shared_->mutex);
  shared_->loop = nullptr;
}

}  // namespace securepair::cli
