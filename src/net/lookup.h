#pragma once
#include <securepair/signal.h>

#include <cstdint>
#include <string>
#include <vector>

#include "net/endpoint.h"

namespace securepair::net {

class LoopCore;

/// The search for the addresses of a name. To destroy it is to cancel it.
class Lookup {
 public:
  /// A negative status of libuv, or 0 and at least one address; in a later turn.
  using Done = Listener<int, std::vector<Endpoint>>;

  Lookup(LoopCore& loop, const std::string& host, std::uint16_t port, Done done);
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup();

 private:
  class Request;
  Request* request_;
};

}  // namespace securepair::net
