#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/endpoint.h"

namespace securepair::cli {

/// The target of those who ask for a name: "NAME=TARGET". "*.example.org" is any one label before
/// example.org.
struct Route {
  std::string name = {};
  Target target = {};
};

void readValue(const std::string& text, Route& route);
std::string inFolder(const std::string& text, const std::string& folder, const Route* kind);

/// The most exact route of a name, whatever its case, one dot at its end aside; else `others`. Null
/// where there is none.
const Target* targetOf(const std::vector<Route>& routes, const std::optional<Target>& others,
                       const std::string& servername);

/// Never leaves this machine: a Unix socket, localhost, or one of its addresses.
bool isLocal(const Target& target);

}  // namespace securepair::cli
