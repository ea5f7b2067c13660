#pragma once
#include <securepair/net.h>

#include <functional>
#include <string>
#include <vector>

#include "cli/exit.h"

namespace securepair::cli {

/// The protocols that begin in the clear, of which startTls() knows the words.
std::vector<std::string> starttlsProtocols();

/// Asks the server at the other end of `socket` to begin TLS. `host` is told to an XMPP server.
/// Calls `ready` right after the server's go-ahead, or `failed`, once. What comes in the clear
/// together with the go-ahead is a failure: somebody on the wire may have put it there, to be taken
/// for what the server says under TLS.
void startTls(net::Socket& socket, const std::string& protocol, const std::string& host,
              std::function<void()> ready, std::function<void(const Failure&)> failed);

}  // namespace securepair::cli
