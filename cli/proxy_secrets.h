#pragma once
#include <securepair/tls.h>

#include <memory>
#include <string>

#include "cli/io.h"
#include "cli/proxy_flags.h"
#include "cli/sni_flag.h"

namespace securepair::cli {

/// What `proxy` reads from files: keys, certificates, authorities. It is read anew in whole at each
/// reload, and never changes; connections go on with what they began with.
struct ProxySecrets {
  tls::ServerOptions server = {};  ///< without --client
  SniContexts contexts = {};
  tls::ConnectOptions client = {};  ///< with --client
};

/// A server that serves by it, on this thread.
std::shared_ptr<tls::Server> makeProxyServer(const ProxySecrets& secrets);

/// Reads `proxy`'s files. What servers need beside them is made once, and stays.
class ProxySecretsReader {
 public:
  ProxySecretsReader(Io& io, const ProxyFlags& flags);

  /// Throws where anything in it could not be used.
  std::shared_ptr<const ProxySecrets> read(Io& io) const;
  /// The same once more: of files, since a pipe has nothing to say again, and may keep who asks.
  std::shared_ptr<const ProxySecrets> readAnew(Io& io) const;
  /// Of the pair that was made where no certificate is given; empty where one is.
  const std::string& throwAwayFingerprint() const noexcept { return fingerprint_; }

 private:
  template <class Options>
  void applyTls(Io& io, Options& options) const;
  void fillServer(Io& io, ProxySecrets& secrets) const;
  void fillClient(Io& io, ProxySecrets& secrets) const;

  const ProxyFlags& flags_;
  tls::ServerOptions lasting_;
  std::string passphrase_;  ///< from a descriptor, which can be read once
  std::string fingerprint_;
};

}  // namespace securepair::cli
