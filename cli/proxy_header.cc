#include "cli/proxy_header.h"

#include <charconv>
#include <vector>

#include "cli/proxy_ip.h"

namespace securepair::cli {
namespace {

using State = ProxyHeader::State;

constexpr std::string_view startOfV1 = "PROXY ";
constexpr std::string_view startOfV2{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t mostOfV1 = 107;  // with its CR LF
constexpr std::size_t fixedOfV2 = 16;

ProxyHeader invalid(std::string_view flaw) { return {.state = State::invalid, .flaw = flaw}; }

// As far as it has come.
bool mayBegin(std::string_view bytes, std::string_view start) {
  return bytes.substr(0, start.size()) == start.substr(0, bytes.size());
}

std::vector<std::string_view> wordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

// Decimal, without a sign or zeros that are not needed; -1 where it is none.
int portIn(std::string_view text) {
  int port = -1;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool isPlain = text.size() == 1 || (!text.empty() && text.front() != '0');
  const bool isPort = error == std::errc() && stop == text.data() + text.size() && port <= 65535;
  return isPlain && isPort ? port : -1;
}

std::optional<net::Address> addressIn(std::string_view host, std::string_view port, bool isV4) {
  const auto ip = parseIp(std::string(host));
  const int number = portIn(port);
  if (!ip || ip->isV4() != isV4 || number < 0) return std::nullopt;
  return ip->address(number);
}

// PROXY TCP4 192.0.2.1 192.0.2.2 51234 443
ProxyHeader parseV1(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, mostOfV1).find("\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() < mostOfV1 ? ProxyHeader{} : invalid("its line is longer than 107 bytes");
  }
  ProxyHeader header{.state = State::whole, .size = end + 2};
  const std::string_view line = bytes.substr(startOfV1.size(), end - startOfV1.size());
  const auto words = wordsOf(line);
  if (words[0] == "UNKNOWN") return header;
  const bool isV4 = words[0] == "TCP4";
  if (!isV4 && words[0] != "TCP6") return invalid("it is neither TCP4, TCP6 nor UNKNOWN");
  if (words.size() != 5) return invalid("it has not two addresses and two ports");
  const auto source = addressIn(words[1], words[3], isV4);
  const auto destination = addressIn(words[2], words[4], isV4);
  if (!source || !destination) return invalid("an address or a port in it is none");
  header.addresses = {*source, *destination};
  return header;
}

unsigned byteAt(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

int numberAt(std::string_view bytes, std::size_t at) {
  return static_cast<int>(byteAt(bytes, at) << 8U | byteAt(bytes, at + 1));
}

// Both addresses, then both ports.
ProxiedAddresses ipAddressesIn(std::string_view body, std::size_t length) {
  const auto ip = [&](std::size_t at) { return IpBytes{std::string(body.substr(at, length))}; };
  return {ip(0).address(numberAt(body, 2 * length)),
          ip(length).address(numberAt(body, 2 * length + 2))};
}

ProxiedAddresses unixAddressesIn(std::string_view body) {
  constexpr std::size_t length = 108;
  const auto path = [](std::string_view field) {
    return net::Address{.address = std::string(field.substr(0, field.find('\0'))),
                        .family = "Unix"};
  };
  return {path(body.substr(0, length)), path(body.substr(length, length))};
}

ProxyHeader parseV2(std::string_view bytes) {
  if (bytes.size() < fixedOfV2) return {};
  const unsigned version = byteAt(bytes, 12) >> 4U;
  const unsigned command = byteAt(bytes, 12) & 0xFU;
  const unsigned family = byteAt(bytes, 13);
  const auto length = static_cast<std::size_t>(numberAt(bytes, 14));
  if (version != 2 || command > 1) return invalid("it is of a version or command that is unknown");
  if (fixedOfV2 + length > mostProxyHeader) return invalid("it is longer than 4096 bytes");
  if (bytes.size() < fixedOfV2 + length) return {};
  const std::string_view body = bytes.substr(fixedOfV2, length);
  ProxyHeader header{.state = State::whole, .size = fixedOfV2 + length};
  const bool isLocal = command == 0;
  if (isLocal || family == 0) return header;
  struct Family {
    unsigned code;
    std::size_t least;
  };
  constexpr Family v4{0x11, 12};
  constexpr Family v6{0x21, 36};
  constexpr Family path{0x31, 216};
  for (const Family& known : {v4, v6, path}) {
    if (family == known.code && length < known.least) return invalid("it ends within an address");
  }
  if (family == v4.code) {
    header.addresses = ipAddressesIn(body, 4);
  } else if (family == v6.code) {
    header.addresses = ipAddressesIn(body, 16);
  } else if (family == path.code) {
    header.addresses = unixAddressesIn(body);
  } else {
    return invalid("its addresses are not those of a stream");
  }
  return header;
}

}  // namespace

ProxyHeader parseProxyHeader(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (mayBegin(bytes, startOfV1)) {
    return bytes.size() < startOfV1.size() ? ProxyHeader{} : parseV1(bytes);
  }
  if (mayBegin(bytes, startOfV2)) return parseV2(bytes);
  return invalid("there is none");
}

}  // namespace securepair::cli
