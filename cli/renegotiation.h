#pragma once
#include <chrono>
#include <optional>

#include "cli/client.h"
#include "cli/exit.h"

namespace securepair::cli {

/// What a server does when a client asks for a renegotiation.
enum class Renegotiated : unsigned char {
  served,
  refused,  ///< by no_renegotiation, the alert that lets the connection go on
  cut,      ///< the connection is gone
  ignored,  ///< no answer in time
};

struct RenegotiationAnswer {
  Renegotiated what = Renegotiated::ignored;
  std::optional<Failure> why = {};  ///< of one that was refused or cut
};

/// Asks once, on an open connection of TLS 1.2, which only goes on where this is served.
RenegotiationAnswer renegotiate(Client& client, std::chrono::milliseconds patience);

}  // namespace securepair::cli
