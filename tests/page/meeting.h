#pragma once
#include <functional>
#include <string>

#include "support/tls_world.h"

namespace securepair::test {

using Look = std::function<void(tls::CleartextStream&)>;

struct Meeting {
  tls::ServerOptions server = serverOptions();
  tls::ConnectOptions client = clientOptions();
  std::string address = "127.0.0.1";
  Look atClient = [](tls::CleartextStream&) {};  ///< in `secureConnect`
  Look atServer = [](tls::CleartextStream&) {};  ///< in `secureConnection`
};

/// A connection that ends when both sides have looked at it; false where it never was secure.
bool meet(const Meeting& meeting);

}  // namespace securepair::test
