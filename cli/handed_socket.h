#pragma once
#include <securepair/net.h>
#include <securepair/signal.h>

#include "cli/endpoint.h"

namespace securepair::cli {

/// Where to listen: on the socket that the program was started with, by systemd for a unit with a
/// .socket file (LISTEN_FDS in the environment, meant for this process by LISTEN_PID), else where
/// it was asked to. Throws Failure where that is two places, and where the socket is not one, or
/// does not listen, or where something else stands at the path of a Unix socket.
ListenAddress withHandedSocket(const ListenAddress& asked);

/// Of each of several servers: they share a handed socket, or a port by setReusePort().
void listenAt(net::Server& server, const ListenAddress& address, Listener<> listener);

}  // namespace securepair::cli
