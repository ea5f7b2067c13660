#pragma once
#include <string_view>

namespace securepair::cli {

/// Tells who supervises the program how it is, "READY=1" or "STOPPING=1": systemd, by the socket in
/// NOTIFY_SOCKET. Nothing where nobody wants to know.
void notifySupervisor(std::string_view state) noexcept;

}  // namespace securepair::cli
