#pragma once
#include <securepair/bytes.h>

namespace securepair::cli {

/// For servers of which any may be shown what another one's client was given.
Buffer newTicketSecret();

}  // namespace securepair::cli
