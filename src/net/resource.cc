#include "net/resource.h"

#include "net/loop.h"

namespace securepair::net {

Resource::Resource(LoopCore& loop) noexcept : base::Resource(&loop) {}

}  // namespace securepair::net
