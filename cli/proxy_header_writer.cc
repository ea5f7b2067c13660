#include "cli/proxy_header.h"
#include "cli/proxy_ip.h"

namespace securepair::cli {
namespace {

// The protocol's numbers.
enum class Tlv : unsigned char {
  alpn = 0x01,
  authority = 0x02,
  ssl = 0x20,
  sslVersion = 0x21,
  sslCommonName = 0x22,
  sslCipher = 0x23,
};
constexpr char clientUsedTls = 0x01;
constexpr char certificateOnConnection = 0x02;
constexpr char certificateInSession = 0x04;

// A name that is longer is nobody's: the first part of it could be somebody else's.
constexpr std::size_t longestText = 255;

struct IpEnds {
  IpBytes source;
  IpBytes destination;
};

// Of one family.
std::optional<IpEnds> ipEndsOf(const ProxiedAddresses& addresses) {
  const auto source = ipOf(addresses.source);
  const auto destination = ipOf(addresses.destination);
  if (!source || !destination) return std::nullopt;
  if (source->isV4() == destination->isV4()) return IpEnds{*source, *destination};
  return IpEnds{source->mapped(), destination->mapped()};
}

std::string twoBytes(std::size_t number) {
  return {static_cast<char>(number >> 8U & 0xFFU), static_cast<char>(number & 0xFFU)};
}

std::string tlv(Tlv type, std::string_view value) {
  return static_cast<char>(type) + twoBytes(value.size()) + std::string(value);
}

std::string textTlv(Tlv type, const std::string& value) {
  return value.empty() || value.size() > longestText ? std::string() : tlv(type, value);
}

std::string sslTlv(const ProxyTlsFacts& tls) {
  char client = clientUsedTls;
  if (tls.authorized) {
    client |= certificateInSession;
    if (!tls.resumed) client |= certificateOnConnection;
  }
  std::string value(1, client);
  value += std::string{0, 0, 0, static_cast<char>(tls.authorized ? 0 : 1)};
  value += textTlv(Tlv::sslVersion, tls.version) + textTlv(Tlv::sslCipher, tls.cipher);
  if (tls.authorized) value += textTlv(Tlv::sslCommonName, tls.commonName);
  return tlv(Tlv::ssl, value);
}

}  // namespace

std::string proxyHeaderV1(const ProxiedAddresses& addresses) {
  const auto ends = ipEndsOf(addresses);
  if (!ends) return "PROXY UNKNOWN\r\n";
  const int from = addresses.source.port;
  const int to = addresses.destination.port;
  return std::string("PROXY ") + (ends->source.isV4() ? "TCP4 " : "TCP6 ") +
         ends->source.address(from).address + " " + ends->destination.address(to).address + " " +
         std::to_string(from) + " " + std::to_string(to) + "\r\n";
}

std::string proxyHeaderV2(const ProxiedAddresses& addresses, const ProxyTlsFacts* tls) {
  std::string body;
  char family = 0;
  if (const auto ends = ipEndsOf(addresses)) {
    family = ends->source.isV4() ? 0x11 : 0x21;
    body = ends->source.bytes + ends->destination.bytes + twoBytes(addresses.source.port) +
           twoBytes(addresses.destination.port);
  }
  if (tls != nullptr) {
    body += textTlv(Tlv::alpn, tls->protocol) + textTlv(Tlv::authority, tls->servername);
    body += sslTlv(*tls);
  }
  std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
  header += '\x21';
  header += family;
  return header + twoBytes(body.size()) + body;
}

}  // namespace securepair::cli
