#pragma once
#include <securepair/tls/options.h>

#include <memory>

namespace securepair::crypto {
class Context;
}

namespace securepair::tls {

/// `secureContext`, else one that is made of the other options. Throws Error where both are given,
/// or where an option is not usable.
std::shared_ptr<const crypto::Context> contextOf(const ConnectOptions& options);

}  // namespace securepair::tls
