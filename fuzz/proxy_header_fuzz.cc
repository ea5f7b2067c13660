#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "cli/proxy_header.h"
#include "cli/proxy_ip.h"
#include "fixture.h"

namespace {

using namespace securepair;
using State = cli::ProxyHeader::State;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool isSame(const std::optional<cli::ProxiedAddresses>& a,
            const std::optional<cli::ProxiedAddresses>& b) {
  return a.has_value() == b.has_value() &&
         (!a || (a->source == b->source && a->destination == b->destination));
}

bool isIp(const net::Address& address) { return cli::ipOf(address).has_value(); }

// What is passed on says the same of the addresses.
void passOn(const cli::ProxiedAddresses& addresses, const cli::ProxyTlsFacts& facts) {
  const bool isTold = isIp(addresses.source) && isIp(addresses.destination);
  for (const std::string& header :
       {cli::proxyHeaderV1(addresses), cli::proxyHeaderV2(addresses, nullptr),
        cli::proxyHeaderV2(addresses, &facts)}) {
    const cli::ProxyHeader read = cli::parseProxyHeader(header + "more");
    require(read.state == State::whole && read.size == header.size());
    require(isTold ? isSame(read.addresses, addresses) : !read.addresses.has_value());
  }
}

}  // namespace

// What a trusted proxy sends, in pieces: a header is found within its bounds or refused, the same
// however it is cut, and once it is whole nothing behind it counts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const cli::ProxyHeader whole = cli::parseProxyHeader(bytes);
  require(whole.state != State::incomplete || size < cli::mostProxyHeader);
  require((whole.state == State::invalid) == !whole.flaw.empty());
  if (whole.state == State::whole) {
    require(whole.size > 0 && whole.size <= std::min(size, cli::mostProxyHeader));
    for (std::size_t part = 0; part < whole.size; ++part) {
      require(cli::parseProxyHeader(bytes.substr(0, part)).state == State::incomplete);
    }
    const cli::ProxyHeader alone = cli::parseProxyHeader(bytes.substr(0, whole.size));
    require(alone.state == State::whole && isSame(alone.addresses, whole.addresses));
  }
  if (!whole.addresses) return 0;
  const std::string rest(bytes.substr(whole.size));
  passOn(*whole.addresses,
         {.servername = rest, .protocol = rest, .authorized = true, .commonName = rest});
  return 0;
}
