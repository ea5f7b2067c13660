#pragma once
#include <optional>
#include <string>

namespace securepair::cli {

/// Where to connect to: "HOST:PORT", "[IPV6]:PORT", or the path of a Unix socket, which has a "/".
struct Target {
  std::string host = {};
  int port = 0;
  std::string path = {};  ///< empty where it is host and port

  /// As it is written.
  std::string text() const;
};

/// Where to listen: as a Target; and "8000" or ":8000" is 127.0.0.1:8000, for who means all
/// interfaces has to name them, "0.0.0.0:8000" or "[::]:8000". Port 0 is any.
struct ListenAddress : Target {
  std::optional<int> handed = {};  ///< a socket that listens already, in place of all else

  bool given() const noexcept { return handed || !host.empty() || !path.empty(); }
};

void readValue(const std::string& text, Target& target);
void readValue(const std::string& text, ListenAddress& address);

/// A Unix socket's path, seen from the folder.
std::string inFolder(const std::string& text, const std::string& folder, const Target* kind);

/// "127.0.0.1:8000", "[::1]:8000"
std::string hostAndPort(const std::string& host, int port);

}  // namespace securepair::cli
