#pragma once
#include <securepair/tls/client_certificate.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "crypto/context.h"

namespace securepair::engine {

/// A context that takes over a server's handshake.
struct ContextChoice {
  std::shared_ptr<const crypto::Context> context = {};
  std::optional<tls::ClientCertificate> clientCertificate = {};  ///< empty: as the server has it
};

/// A server's contexts by name. A look-up costs the same however many there are.
class SniContexts {
 public:
  /// `hostname` is a name, or a wildcard whose "*" is the whole left-most label. Replaces what is
  /// there for the same name. Throws Error where it is no name that a client could ask for.
  void add(const std::string& hostname, ContextChoice choice);
  /// False where there is none.
  bool remove(const std::string& hostname);
  /// The exact name goes before the wildcard; case and one trailing dot do not matter.
  std::optional<ContextChoice> find(std::string_view servername) const;
  bool empty() const noexcept { return contexts_.empty(); }

 private:
  std::unordered_map<std::string, ContextChoice> contexts_;  ///< wildcards with their "*."
};

}  // namespace securepair::engine
