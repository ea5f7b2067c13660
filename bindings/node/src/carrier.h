#pragma once
#include <securepair/stream.h>

#include <node_api.h>

#include "owner.h"

namespace securepair::node {

/// A Duplex of JavaScript's that carries a connection. The script's Carrier does what it is told
/// here, and reports what the Duplex does.
class Carrier final : public Stream {
 public:
  Carrier(napi_env env, napi_value owner);

  /// It carries a connection from now on: the script's Carrier is kept until close().
  void hold() noexcept { owner_.hold(); }
  void close();
  using Stream::deliver;
  using Stream::deliverEnd;
  using Stream::drained;
  using Stream::fail;
  using Stream::finished;

  /// The script's Carrier; null where it is gone.
  napi_value owner() const noexcept { return owner_.object(); }

 private:
  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void pausedChanged() override;

  Owner owner_;
};

}  // namespace securepair::node
