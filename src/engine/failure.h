#pragma once
#include <securepair/error.h>

#include "crypto/verify.h"

namespace securepair::engine {

/// Reads OpenSSL's error queue, empties it, and tells why the connection cannot go on.
Error explainFailure(const crypto::Verification& verification, bool secure);

/// The transport ended before the handshake was done.
Error hungUp();

/// The transport ended without the peer's close_notify.
Error truncated();

}  // namespace securepair::engine
