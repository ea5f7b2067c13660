#pragma once
#include <securepair/error.h>

#include "engine/failure.h"
#include "engine/known_failure.h"

namespace securepair::engine {

/// Puts side by side what this side allows or has offered, and what the other has offered or
/// chosen; and the fix, where that depends on it. `isPeers`: the peer has found it, and sent an
/// alert.
void tellDisagreement(ErrorParts& parts, const KnownFailure& known, const Circumstances& at,
                      bool isPeers);

}  // namespace securepair::engine
