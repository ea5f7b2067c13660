#pragma once
#include <securepair/tls/sni.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/sni_contexts.h"
#include "pair/pending.h"

namespace securepair::detail {

/// How the context for a client's SNI name is found: by the callback, else in the table.
class SniLookup {
 public:
  explicit SniLookup(tls::SniCallback callback) noexcept : callback_(std::move(callback)) {}

  engine::SniContexts& contexts() noexcept { return contexts_; }
  /// There may be a context for some name.
  bool hasAny() const noexcept { return callback_ || !contexts_.empty(); }

  /// Empty where the callback answers later, by way of what `answer` makes. What the callback
  /// throws comes out.
  std::optional<engine::ContextChoice> find(const std::string& servername,
                                            const std::function<tls::SniAnswer()>& answer) const;
  /// What the callback's answer means. Throws Error where its context has no certificate.
  engine::ContextChoice choose(const std::string& servername, const tls::SniResult& result) const;

 private:
  tls::SniCallback callback_;
  engine::SniContexts contexts_;
};

/// An answer that a connection waits for.
class PendingSni : private Pending {
 public:
  using Pending::Pending;
  /// Refuses the handshake if nobody has answered.
  ~PendingSni();

  void answer(const tls::SniResult& result);
  void refuse(const Error& error);
};

}  // namespace securepair::detail
