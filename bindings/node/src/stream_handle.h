#pragma once
#include <securepair/stream.h>
#include <securepair/tls/cleartext_stream.h>

#include <memory>
#include <node_api.h>

#include "owner.h"

namespace securepair::node {

/// A stream in JavaScript's hands.
class StreamHandle : public std::enable_shared_from_this<StreamHandle> {
 public:
  explicit StreamHandle(std::shared_ptr<Stream> stream);
  explicit StreamHandle(std::shared_ptr<tls::CleartextStream> stream);

  enum class Keep : unsigned char { untilClose, no };
  /// `owner` hears of everything from now on, and is kept so long.
  void own(napi_env env, napi_value owner, Keep keep);

  Stream& stream() noexcept { return *stream_; }
  const std::shared_ptr<Stream>& shared() const noexcept { return stream_; }
  /// Throws Error where it is another kind of stream.
  tls::CleartextStream& cleartext() const;
  /// Of a client.
  void tellConnection();
  /// The events that cost something where nobody asks for them.
  void tellKeys();

 private:
  void hearStream();
  void tellData(BytesView bytes);
  void hearCleartext();
  void closed();
  /// A listener that does nothing once JavaScript has let go of this.
  template <class F>
  auto listener(F told) {
    return [weak = weak_from_this(), told](auto&&... arguments) {
      if (const auto self = weak.lock()) told(*self, arguments...);
    };
  }

  std::shared_ptr<Stream> stream_;
  tls::CleartextStream* cleartext_ = nullptr;
  std::unique_ptr<Owner> owner_;
  bool discards_ = false;  ///< JavaScript had no use for the last bytes
};

}  // namespace securepair::node
