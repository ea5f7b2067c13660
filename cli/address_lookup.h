#pragma once
#include <securepair/loop.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace securepair::cli {

/// The search for a host's addresses of one family, AF_INET or AF_INET6, while the loop runs. The
/// resolver can take minutes and cannot be broken off: to destroy this is to wait no longer.
class AddressLookup {
 public:
  /// `found` is called on the loop with the addresses, in the resolver's order. Where there are
  /// none, a Failure comes out of the loop's run().
  AddressLookup(Loop& loop, const std::string& host, int family,
                std::function<void(const std::vector<std::string>&)> found);
  AddressLookup(const AddressLookup&) = delete;
  AddressLookup& operator=(const AddressLookup&) = delete;
  ~AddressLookup();

 private:
  struct Shared;

  Loop& loop_;
  Loop::TimerId hold_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace securepair::cli
