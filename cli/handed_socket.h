#pragma once
#include <securepair/net.h>

#include <optional>

namespace securepair::cli {

/// The listening socket that the program was started with, by systemd for a unit with a .socket
/// file: LISTEN_FDS in the environment, meant for this process by LISTEN_PID. Throws Failure where
/// it is not one, or not one that listens.
std::optional<int> handedSocket();

/// Another descriptor of it, for a server, which closes it.
net::Descriptor anotherOf(int descriptor);

}  // namespace securepair::cli
