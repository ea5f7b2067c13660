#pragma once
#include <securepair/crypto.h>

#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// An SSL_CTX with key, certificate, trust and policy. Immutable once it is built, and shared
/// between connections and threads.
class Context {
 public:
  Context(SslCtxPtr ctx, std::string digest, bool hasKey, bool trustsSystemRoots,
          std::time_t revocationKnownUntil, std::string groups,
          std::vector<X509Ptr> appendedRoots) noexcept
      : ctx_(std::move(ctx)),
        digest_(std::move(digest)),
        hasKey_(hasKey),
        trustsSystemRoots_(trustsSystemRoots),
        revocationKnownUntil_(revocationKnownUntil),
        groups_(std::move(groups)),
        appendedRoots_(std::move(appendedRoots)) {}

  /// For SSL_new() and the like, which count references in it; nobody changes it.
  SSL_CTX* native() const noexcept { return ctx_.get(); }
  /// Of all that it was made of. Two contexts with the same one authorize the same peers.
  const std::string& digest() const noexcept { return digest_; }
  /// With a key there is its certificate too.
  bool hasKey() const noexcept { return hasKey_; }
  /// Neither `ca` nor CAs of a pfx were given.
  bool trustsSystemRoots() const noexcept { return trustsSystemRoots_; }
  /// The first of its revocation lists is out of date; never, where it has none.
  std::time_t revocationKnownUntil() const noexcept { return revocationKnownUntil_; }
  /// Empty where none were given.
  const std::string& groups() const noexcept { return groups_; }
  /// `caAppend`: trusted beside the system's roots.
  std::span<const X509Ptr> appendedRoots() const noexcept { return appendedRoots_; }

 private:
  SslCtxPtr ctx_;
  std::string digest_;
  bool hasKey_;
  bool trustsSystemRoots_;
  std::time_t revocationKnownUntil_;
  std::string groups_;
  std::vector<X509Ptr> appendedRoots_;
};

/// Who the options are for: a server's pfx excludes `ca`, as the page says.
enum class Use : unsigned char { server, client, any };

/// Throws Error where an option is not usable. Every SSL made of the context verifies its peer with
/// verifyCallback() and has HandshakeHooks; it makes no sessions unless it is told to.
std::shared_ptr<const Context> buildContext(const CredentialsOptions& options, Use use);

}  // namespace securepair::crypto
