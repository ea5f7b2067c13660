#include "cli/proxy_trust.h"

#include <algorithm>

#include "cli/exit.h"
#include "cli/values.h"

namespace securepair::cli {

bool TrustedProxy::covers(const IpBytes& ip) const {
  if (ip.bytes.size() != network.bytes.size()) return false;
  for (int bit = 0; bit < prefix; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const unsigned mask = 0x80U >> static_cast<unsigned>(bit % 8);
    const unsigned differs = static_cast<unsigned char>(ip.bytes[at] ^ network.bytes[at]);
    if ((differs & mask) != 0) return false;
  }
  return true;
}

void readValue(const std::string& text, TrustedProxy& proxy) {
  if (text == "unix") {
    proxy = {};
    return;
  }
  const std::size_t slash = text.find('/');
  const auto ip = parseIp(text.substr(0, slash));
  if (!ip) {
    throw usageFailure("must be an IP address, a network such as 192.0.2.0/24, or unix, not '" +
                       text + "'");
  }
  const int most = static_cast<int>(ip->bytes.size()) * 8;
  proxy = {.network = *ip, .prefix = most};
  if (slash == std::string::npos) return;
  readValue(text.substr(slash + 1), proxy.prefix);
  if (proxy.prefix < 1 || proxy.prefix > most) {
    throw usageFailure("must name its addresses by a prefix from 1 to " + std::to_string(most) +
                       " bits, not '" + text + "'");
  }
}

bool isTrusted(const std::vector<TrustedProxy>& proxies, const std::optional<net::Address>& peer) {
  if (!peer || proxies.empty()) return false;
  const auto ip = ipOf(*peer);
  if (!ip && peer->family != "Unix") return false;
  const IpBytes bytes = ip ? ip->unmapped() : IpBytes();
  return std::any_of(proxies.begin(), proxies.end(),
                     [&bytes](const TrustedProxy& proxy) { return proxy.covers(bytes); });
}

}  // namespace securepair::cli
