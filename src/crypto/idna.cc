#include "crypto/idna.h"

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <cwctype>
#include <limits>
#include <optional>
#include <string_view>

namespace securepair::crypto {
namespace {

using CodePoints = std::u32string;

bool isAscii(char32_t c) { return c < 0x80; }

// Takes one character off the front; empty where what stands there is none.
std::optional<char32_t> takeCharacter(std::string_view& text) {
  const auto byteAt = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byteAt(0);
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || text.size() < size) return std::nullopt;
  char32_t c = size == 1 ? first : first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byteAt(i) & 0xC0) != 0x80) return std::nullopt;
    c = c << 6 | (byteAt(i) & 0x3FU);
  }
  const bool isSurrogate = c >= 0xD800 && c <= 0xDFFF;
  if (c < least[size] || isSurrogate || c > 0x10FFFF) return std::nullopt;
  text.remove_prefix(size);
  return c;
}

// Of all scripts that have two cases, and whatever the program's own locale is.
char32_t lowered(char32_t c) {
  static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (isAscii(c)) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  if (unicode == locale_t{}) return c;
  return static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), unicode));
}

// The dots of other scripts are dots to those who look the name up.
bool isDot(char32_t c) { return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61; }

// Punycode, RFC 3492: the names are its own.
constexpr std::uint32_t base = 36;
constexpr std::uint32_t tmin = 1;
constexpr std::uint32_t tmax = 26;

char digitOf(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool isFirst) {
  constexpr std::uint32_t damp = 700;
  constexpr std::uint32_t skew = 38;
  delta = isFirst ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (base - tmin) * tmax / 2; k += base) delta /= base - tmin;
  return k + (base - tmin + 1) * delta / (delta + skew);
}

void appendNumber(std::string& out, std::uint32_t number, std::uint32_t bias) {
  for (std::uint32_t k = base;; k += base) {
    const std::uint32_t t = k <= bias ? tmin : std::min(k - bias, tmax);
    if (number < t) break;
    out += digitOf(t + (number - t) % (base - t));
    number = (number - t) / (base - t);
  }
  out += digitOf(number);
}

// Of a label of at most 63 characters, with which no number gets too big.
std::string punycode(const CodePoints& label) {
  std::string out;
  for (const char32_t c : label) {
    if (isAscii(c)) out += static_cast<char>(c);
  }
  auto handled = static_cast<std::uint32_t>(out.size());
  const std::uint32_t basic = handled;
  if (basic > 0) out += '-';
  std::uint32_t n = 0x80;
  std::uint32_t delta = 0;
  std::uint32_t bias = 72;
  while (handled < label.size()) {
    std::uint32_t next = std::numeric_limits<std::uint32_t>::max();
    for (const char32_t c : label) {
      if (c >= n) next = std::min(next, static_cast<std::uint32_t>(c));
    }
    delta += (next - n) * (handled + 1);
    n = next;
    for (const char32_t c : label) {
      if (c < n) ++delta;
      if (c != n) continue;
      appendNumber(out, delta, bias);
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out;
}

constexpr std::size_t longestLabel = 63;

std::optional<std::string> asciiLabel(const CodePoints& label) {
  if (label.size() > longestLabel) return std::nullopt;
  if (std::all_of(label.begin(), label.end(), isAscii))
    return std::string(label.begin(), label.end());
  std::string encoded = "xn--" + punycode(label);
  if (encoded.size() > longestLabel) return std::nullopt;
  return encoded;
}

std::optional<std::string> converted(std::string_view name) {
  std::string result;
  CodePoints label;
  const auto endLabel = [&] {
    const auto ascii = asciiLabel(label);
    label.clear();
    if (ascii) result += *ascii;
    return ascii.has_value();
  };
  while (!name.empty()) {
    const auto c = takeCharacter(name);
    if (!c) return std::nullopt;
    if (!isDot(*c)) {
      label += lowered(*c);
    } else if (endLabel()) {
      result += '.';
    } else {
      return std::nullopt;
    }
  }
  if (!endLabel()) return std::nullopt;
  return result;
}

}  // namespace

std::string asciiName(const std::string& name) {
  const bool isAlready = std::all_of(name.begin(), name.end(), [](char c) { return c >= 0; });
  return isAlready ? name : converted(name).value_or(name);
}

}  // namespace securepair::crypto
