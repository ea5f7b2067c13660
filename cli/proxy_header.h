#pragma once
#include <securepair/address.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace securepair::cli {

/// Both ends of a connection, as a proxy before this program has seen them.
struct ProxiedAddresses {
  net::Address source = {};
  net::Address destination = {};
};

/// What was found where a header of the PROXY protocol, version 1 or 2, has to be.
struct ProxyHeader {
  enum class State : unsigned char { incomplete, whole, invalid };

  State state = State::incomplete;
  std::size_t size = 0;  ///< of a whole one
  /// None where the proxy speaks for itself (LOCAL), or does not know them (UNKNOWN, UNSPEC).
  std::optional<ProxiedAddresses> addresses = {};
  std::string_view flaw = {};  ///< of an invalid one
};

/// The most that a header may have; the protocol would allow a hundred times as much in TLVs.
inline constexpr std::size_t mostProxyHeader = 4096;

/// Looks at all that has come so far. What follows a whole header is not looked at, and TLVs are
/// passed over. An incomplete one has fewer than mostProxyHeader bytes.
ProxyHeader parseProxyHeader(std::string_view bytes);

/// What the target is told of the TLS of a connection, in version 2.
struct ProxyTlsFacts {
  std::string servername = {};
  std::string protocol = {};
  std::string version = {};
  std::string cipher = {};
  /// The client has shown a certificate that is authorized.
  bool authorized = false;
  bool resumed = false;
  std::string commonName = {};  ///< of that certificate
};

/// Version 1, a line of text. Addresses that have no IP address are not told.
std::string proxyHeaderV1(const ProxiedAddresses& addresses);
/// Version 2, with TLVs where `tls` is given.
std::string proxyHeaderV2(const ProxiedAddresses& addresses, const ProxyTlsFacts* tls);

}  // namespace securepair::cli
