#include "cli/proxy_routes.h"

#include <algorithm>
#include <cctype>

#include "cli/exit.h"
#include "cli/proxy_ip.h"

namespace securepair::cli {
namespace {

std::string asAsked(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.ends_with('.')) name.pop_back();
  return name;
}

const Target* find(const std::vector<Route>& routes, const std::string& name) {
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [&name](const Route& route) { return route.name == name; });
  return found == routes.end() ? nullptr : &found->target;
}

}  // namespace

void readValue(const std::string& text, Route& route) {
  const std::size_t equals = text.find('=');
  const std::string name = asAsked(text.substr(0, equals));
  const std::size_t star = name.rfind('*');
  const bool isName = !name.empty() && name != "*" && (star == std::string::npos || star == 0) &&
                      (star == std::string::npos || name.starts_with("*."));
  if (equals == std::string::npos || !isName) {
    throw usageFailure("must be NAME=TARGET, not '" + text + "'",
                       "--route example.org=127.0.0.1:8080, or --to for all other names");
  }
  route.name = name;
  readValue(text.substr(equals + 1), route.target);
}

std::string inFolder(const std::string& text, const std::string& folder, const Route*) {
  const std::size_t target = text.find('=') + 1;
  return text.substr(0, target) +
         inFolder(text.substr(target), folder, static_cast<const Target*>(nullptr));
}

const Target* targetOf(const std::vector<Route>& routes, const std::optional<Target>& others,
                       const std::string& servername) {
  if (!servername.empty() && !routes.empty()) {
    const std::string name = asAsked(servername);
    if (const Target* exact = find(routes, name)) return exact;
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos && dot > 0) {
      if (const Target* wild = find(routes, "*" + name.substr(dot))) return wild;
    }
  }
  return others ? &*others : nullptr;
}

bool isLocal(const Target& target) {
  if (!target.path.empty() || target.host == "localhost") return true;
  const auto ip = parseIp(target.host);
  if (!ip) return false;
  const IpBytes bare = ip->unmapped();
  return bare.isV4() ? bare.bytes[0] == 127 : bare == parseIp("::1");
}

}  // namespace securepair::cli
