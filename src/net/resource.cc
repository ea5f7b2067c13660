#include "net/resource.h"

#include "net/loop.h"

namespace securepair::net {

Resource::Resource(LoopCore& loop) noexcept : base::Resource(&loop) {}

LoopCore* Resource::loop() const noexcept { return static_cast<LoopCore*>(host()); }

}  // namespace securepair::net
