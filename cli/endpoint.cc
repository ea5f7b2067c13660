#include "cli/endpoint.h"

#include "cli/exit.h"
#include "cli/values.h"

namespace securepair::cli {
namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw usageFailure("must be HOST:PORT, [IPV6]:PORT or the path of a Unix socket, not '" + text +
                     "'");
}

int portOf(const std::string& text, const std::string& whole) {
  int port = 0;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) refuse(whole);
  readValue(text, port);
  if (port > 65535) throw usageFailure("has a port that is above 65535: '" + whole + "'");
  return port;
}

// What is before the last colon may have others only within brackets.
void split(const std::string& text, Target& target) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) refuse(text);
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string::npos) {
    refuse(text);
  }
  target.host = host;
  target.port = portOf(text.substr(colon + 1), text);
}

// "https://localhost:8000/index.html": would be taken for a path.
void refuseUrl(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return;
  std::string authority = text.substr(scheme + 3, text.find('/', scheme + 3) - scheme - 3);
  authority = authority.substr(authority.find('@') + 1);  // npos + 1 is 0
  if (authority.empty()) authority = "HOST";
  if (authority.find(':', authority.rfind(']') + 1) == std::string::npos) {
    authority += text.starts_with("https:") ? ":443" : ":PORT";
  }
  throw usageFailure("must be HOST:PORT or the path of a Unix socket, and '" + text + "' is a URL",
                     "say " + authority);
}

bool isPath(const std::string& text) { return text.find('/') != std::string::npos; }

}  // namespace

std::string Target::text() const { return path.empty() ? hostAndPort(host, port) : path; }

void readValue(const std::string& text, Target& target) {
  refuseUrl(text);
  if (isPath(text)) {
    target.path = text;
    return;
  }
  split(text, target);
  if (target.host.empty() || target.port == 0) refuse(text);
}

void readValue(const std::string& text, ListenAddress& address) {
  refuseUrl(text);
  if (isPath(text)) {
    address.path = text;
    return;
  }
  const bool portAlone = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  split(portAlone ? ":" + text : text, address);
  if (address.host.empty()) address.host = "127.0.0.1";
}

std::string inFolder(const std::string& text, const std::string& folder, const Target*) {
  return isPath(text) ? pathInFolder(text, folder) : text;
}

std::string hostAndPort(const std::string& host, int port) {
  const bool isIpv6 = host.find(':') != std::string::npos;
  return (isIpv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace securepair::cli
