#pragma once
#include <securepair/tls.h>

#include <cstddef>
#include <string>
#include <vector>

namespace securepair::cli {

/// What `serve` does with a connection that is secure.
struct Service {
  std::string mode = "page";
  std::string file = {};  ///< of the mode cat
};

std::vector<std::string> serviceModes();

/// Throws Failure where the service cannot be given: a file that is missing, or is not wanted.
void checkService(const Service& service);

/// Serves one connection from its beginning.
void serveConnection(tls::CleartextStream& stream, const Service& service);

}  // namespace securepair::cli
