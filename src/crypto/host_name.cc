#include "crypto/host_name.h"

#include <arpa/inet.h>
#include <array>

namespace securepair::crypto {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view inLabels =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

bool isLabel(std::string_view label) {
  return !label.empty() && label.size() <= 63 && !label.starts_with('-') && !label.ends_with('-') &&
         label.find_first_not_of(inLabels) == std::string_view::npos;
}

bool isNumber(std::string_view label) {
  return label.find_first_not_of(digits) == std::string_view::npos;
}

}  // namespace

std::string addressBytes(const std::string& text) {
  if (text.find('\0') != std::string::npos) return {};
  std::array<char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in_addr)};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.data(), bytes.size()};
  return {};
}

std::string addressText(std::string_view bytes) {
  if (bytes.size() != sizeof(in_addr) && bytes.size() != sizeof(in6_addr)) return {};
  const int family = bytes.size() == sizeof(in_addr) ? AF_INET : AF_INET6;
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, bytes.data(), text.data(), text.size());
  return text.data();
}

bool isDnsName(std::string_view name) {
  if (name.size() > 253) return false;
  constexpr std::string_view wildcard = "*.";
  const bool isWild = name.starts_with(wildcard);
  if (isWild) name.remove_prefix(wildcard.size());
  int labels = 0;
  for (;;) {
    const auto dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (!isLabel(label)) return false;
    ++labels;
    if (dot == std::string_view::npos) return !isNumber(label) && (!isWild || labels > 1);
    name.remove_prefix(dot + 1);
  }
}

}  // namespace securepair::crypto
