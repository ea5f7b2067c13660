#pragma once
#include <securepair/bytes.h>

#include <cstddef>
#include <cstdint>

#include "base/buffer_pool.h"
#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// What a BIO reads from and writes to.
struct Wire {
  BytesView input;            ///< what lies ready
  base::Chunk output;         ///< borrowed when something is written
  std::uint32_t written = 0;  ///< of the output
  bool outOfMemory = false;   ///< nothing could be borrowed
};

/// One BIO serves all connections of a thread, for both directions: it has no memory of its own,
/// and works on the wire that is plugged in for the length of an OpenSSL call. It never reports the
/// end of a file: OpenSSL would queue an alert, spoil the session and refuse writes.
crypto::BioPtr threadBio();

/// Plugs a wire into the thread's BIO. Plugs nest: whoever is asked for a key in the middle of a
/// handshake may use another engine.
class Plug {
 public:
  explicit Plug(Wire& wire) noexcept;
  Plug(const Plug&) = delete;
  Plug& operator=(const Plug&) = delete;
  ~Plug();

 private:
  Wire* before_;
};

}  // namespace securepair::engine
