#include "cli/proxy_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "cli/exit.h"
#include "cli/proxy_ip.h"

namespace securepair::cli {
namespace {

constexpr std::string_view dns = "DNS:";
constexpr std::string_view address = "IP Address:";

std::string inLowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// A form in which names that mean the same are the same; all but DNS names and addresses mean what
// they say.
std::string canonical(std::string_view name) {
  if (name.starts_with(dns)) return inLowerCase(std::string(name));
  if (!name.starts_with(address)) return std::string(name);
  const auto ip = parseIp(std::string(name.substr(address.size())));
  return ip ? std::string(address) + ip->address(0).address : std::string(name);
}

// The library escapes what stands between two names wherever it stands within one.
std::vector<std::string_view> namesIn(std::string_view list) {
  constexpr std::string_view between = ", ";
  std::vector<std::string_view> names;
  while (!list.empty()) {
    const std::size_t end = list.find(between);
    names.push_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + between.size());
  }
  return names;
}

}  // namespace

void readValue(const std::string& text, SanRule& rule) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kinds{{
      {"DNS:", dns},
      {"IP:", address},
      {"URI:", "URI:"},
      {"email:", "email:"},
  }};
  if (text.find_first_of(", \"'\\") != std::string::npos || text.empty()) {
    throw usageFailure("must be one name such as worker.example.org, not '" + text + "'");
  }
  for (const auto& [written, meant] : kinds) {
    if (!text.starts_with(written)) continue;
    const std::string value = text.substr(written.size());
    if (value.empty() || (meant == address && !parseIp(value))) {
      throw usageFailure("must have a name after its kind, not '" + text + "'");
    }
    rule.name = canonical(std::string(meant) + value);
    return;
  }
  const auto ip = parseIp(text);
  if (!ip && text.find(':') != std::string::npos) {
    throw usageFailure("must be of the kind DNS:, IP:, URI: or email:, not '" + text + "'");
  }
  rule.name = canonical(std::string(ip ? address : dns) + text);
}

bool ClientRules::allow(const tls::PeerCertificate& certificate) const {
  if (any) return true;
  const std::string commonName = certificate.subject["CN"];
  if (!commonName.empty() &&
      std::find(commonNames.begin(), commonNames.end(), commonName) != commonNames.end()) {
    return true;
  }
  const auto isAllowed = [this](std::string_view found) {
    const std::string meant = canonical(found);
    return std::any_of(names.begin(), names.end(),
                       [&meant](const SanRule& rule) { return rule.name == meant; });
  };
  const auto found = namesIn(certificate.subjectaltname);
  return std::any_of(found.begin(), found.end(), isAllowed);
}

}  // namespace securepair::cli
