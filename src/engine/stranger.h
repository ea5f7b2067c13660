#pragma once
#include <securepair/bytes.h>

#include <string>

namespace securepair::engine {

/// Who speaks where TLS should begin.
struct Stranger {
  std::string name = {};  ///< the protocol: "SMTP", "plain HTTP"
  std::string said = {};  ///< what it began with, fit for a message
  std::string fix = {};   ///< what to do about it
};

/// Recognises a peer by its first bytes, of which there is one or more. A client that has spoken
/// first is not recognised by the same things as a server that has answered.
Stranger strangerOf(BytesView first, bool isClient);

}  // namespace securepair::engine
