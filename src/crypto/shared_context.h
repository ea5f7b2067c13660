#pragma once
#include <securepair/crypto.h>

#include <memory>

#include "crypto/context.h"

namespace securepair::crypto {

/// `secureContext`, else one that is made of the other options. Throws Error where both are given,
/// or where an option is not usable.
std::shared_ptr<const Context> contextOf(const SecureContext& secureContext,
                                         const CredentialsOptions& options, Use use);

}  // namespace securepair::crypto
