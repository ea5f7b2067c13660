#pragma once
#include <cstdint>

#include "net/fd.h"

namespace securepair::test {

/// A blocking socket that listens on a free port of 127.0.0.1.
net::Fd listenOnLoopback(int backlog = 511);
std::uint16_t portOf(int fd);
/// A blocking connection to a port of 127.0.0.1, whose small writes leave at once; reads and writes
/// give up after ten seconds. Throws std::runtime_error where nobody listens.
net::Fd connectToLoopback(std::uint16_t port);

}  // namespace securepair::test
