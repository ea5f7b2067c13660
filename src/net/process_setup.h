#pragma once

namespace securepair::net {

/// What the first loop sets right in the process: SIGPIPE is ignored where it still ends the
/// process, and standard descriptors that are closed are opened on /dev/null, so that no connection
/// ever becomes what somebody prints to.
void setUpProcess() noexcept;

void setIgnoreSigpipe(bool ignore) noexcept;

}  // namespace securepair::net
