#include "base/string_decoder.h"

#include <securepair/error.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <utility>

namespace securepair::detail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned char at(BytesView bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

std::string_view textOf(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// How the bytes at the beginning continue: a whole character, the beginning of one, or neither.
struct Utf8Step {
  enum class Kind : unsigned char { whole, incomplete, invalid } kind;
  std::size_t length;  // of invalid: what one U+FFFD stands for
};

Utf8Step utf8Step(BytesView bytes) {
  using Kind = Utf8Step::Kind;
  const unsigned char first = at(bytes, 0);
  if (first < 0x80) return {Kind::whole, 1};
  std::size_t length = 0;
  // The second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF.
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return {Kind::invalid, 1};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i == bytes.size()) return {Kind::incomplete, i};
    if (at(bytes, i) < low || at(bytes, i) > high) return {Kind::invalid, i};
    low = 0x80;
    high = 0xBF;
  }
  return {Kind::whole, length};
}

// Most text is ASCII: eight bytes at a time.
std::size_t asciiPrefix(BytesView bytes) {
  std::size_t done = 0;
  for (; done + 8 <= bytes.size(); done += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + done, 8);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  return done;
}

// The bytes up to the first that is not part of a whole character.
std::size_t validUtf8(BytesView bytes) {
  std::size_t done = asciiPrefix(bytes);
  while (done < bytes.size()) {
    const auto step = utf8Step(bytes.subspan(done));
    if (step.kind != Utf8Step::Kind::whole) break;
    done += step.length;
    if (step.length == 1) done += asciiPrefix(bytes.subspan(done));
  }
  return done;
}

void appendUtf8(std::string& out, std::uint32_t codePoint) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (codePoint < 0x80) {
    put(codePoint);
  } else if (codePoint < 0x800) {
    put(0xC0 | codePoint >> 6);
    put(0x80 | (codePoint & 0x3F));
  } else if (codePoint < 0x10000) {
    put(0xE0 | codePoint >> 12);
    put(0x80 | (codePoint >> 6 & 0x3F));
    put(0x80 | (codePoint & 0x3F));
  } else {
    put(0xF0 | codePoint >> 18);
    put(0x80 | (codePoint >> 12 & 0x3F));
    put(0x80 | (codePoint >> 6 & 0x3F));
    put(0x80 | (codePoint & 0x3F));
  }
}

bool highSurrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool lowSurrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

std::uint32_t utf16Unit(BytesView bytes, std::size_t i) {
  return static_cast<std::uint32_t>(at(bytes, i) | at(bytes, i + 1) << 8);
}

void appendHex(std::string& out, BytesView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += digits[at(bytes, i) >> 4];
    out += digits[at(bytes, i) & 0xF];
  }
}

// One to three bytes as four characters.
void appendBase64(std::string& out, BytesView bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < bytes.size() ? at(bytes, i) : 0U);
  for (std::size_t i = 0; i < 4; ++i) {
    out += i <= bytes.size() ? digits[group >> (18 - 6 * i) & 0x3F] : '=';
  }
}

}  // namespace

StringDecoder::StringDecoder(std::string_view encoding) : encoding_(find(encoding)) {}

std::string_view StringDecoder::write(BytesView bytes, std::string& scratch) {
  if (encoding_ == Encoding::latin1) return textOf(bytes);
  if (encoding_ == Encoding::utf8 && pendingSize_ == 0 && validUtf8(bytes) == bytes.size()) {
    return textOf(bytes);
  }
  scratch.clear();
  switch (encoding_) {
    case Encoding::ascii:
      for (const std::byte byte : bytes) scratch += static_cast<char>(byte & std::byte{0x7F});
      break;
    case Encoding::hex:
      appendHex(scratch, bytes);
      break;
    case Encoding::utf8:
    case Encoding::utf16:
    case Encoding::base64:
      writeInPieces(bytes, scratch);
      break;
    case Encoding::latin1:
      break;
  }
  return scratch;
}

std::string StringDecoder::end() {
  std::string rest;
  if (pendingSize_ > 0) {
    if (encoding_ == Encoding::base64) {
      appendBase64(rest, BytesView(pending_).first(pendingSize_));
    } else {
      rest = replacement;
    }
  }
  pendingSize_ = 0;
  return rest;
}

StringDecoder::Encoding StringDecoder::find(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::pair<std::string_view, Encoding> known[] = {
      {"utf8", Encoding::utf8},     {"utf-8", Encoding::utf8},    {"ascii", Encoding::ascii},
      {"latin1", Encoding::latin1}, {"binary", Encoding::latin1}, {"hex", Encoding::hex},
      {"base64", Encoding::base64}, {"utf16le", Encoding::utf16}, {"utf-16le", Encoding::utf16},
      {"ucs2", Encoding::utf16},    {"ucs-2", Encoding::utf16}};
  for (const auto& [spelling, encoding] : known) {
    if (lower == spelling) return encoding;
  }
  throw Error({.code = "ERR_UNKNOWN_ENCODING",
               .message = "there is no such encoding",
               .expected = "utf8, ascii, latin1, binary, hex, base64, utf16le or ucs2",
               .got = std::string(name),
               .fix = "use one of these names"});
}

// What was pending is completed byte by byte; the rest is then decoded where it lies.
void StringDecoder::writeInPieces(BytesView bytes, std::string& out) {
  while (pendingSize_ > 0 && !bytes.empty()) {
    pending_[pendingSize_++] = bytes.front();
    bytes = bytes.subspan(1);
    const auto piece = pending_;
    const std::size_t size = std::exchange(pendingSize_, 0);
    const std::size_t done = decode(BytesView(piece).first(size), out);
    keep(BytesView(piece).first(size).subspan(done));
  }
  if (!bytes.empty()) keep(bytes.subspan(decode(bytes, out)));
}

// Answers how many bytes are done with; at most three are left over.
std::size_t StringDecoder::decode(BytesView bytes, std::string& out) const {
  switch (encoding_) {
    case Encoding::utf8:
      return decodeUtf8(bytes, out);
    case Encoding::utf16:
      return decodeUtf16(bytes, out);
    default:
      return decodeBase64(bytes, out);
  }
}

std::size_t StringDecoder::decodeUtf8(BytesView bytes, std::string& out) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::size_t valid = validUtf8(bytes.subspan(done));
    out += textOf(bytes.subspan(done, valid));
    done += valid;
    if (done == bytes.size()) break;
    const auto step = utf8Step(bytes.subspan(done));
    if (step.kind == Utf8Step::Kind::incomplete) break;
    out += replacement;
    done += step.length;
  }
  return done;
}

std::size_t StringDecoder::decodeUtf16(BytesView bytes, std::string& out) {
  std::size_t done = 0;
  while (done + 2 <= bytes.size()) {
    const std::uint32_t unit = utf16Unit(bytes, done);
    if (!highSurrogate(unit)) {
      if (lowSurrogate(unit)) {
        out += replacement;
      } else {
        appendUtf8(out, unit);
      }
      done += 2;
      continue;
    }
    if (done + 4 > bytes.size()) break;
    const std::uint32_t next = utf16Unit(bytes, done + 2);
    if (lowSurrogate(next)) {
      appendUtf8(out, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
      done += 4;
    } else {
      out += replacement;
      done += 2;
    }
  }
  return done;
}

std::size_t StringDecoder::decodeBase64(BytesView bytes, std::string& out) {
  std::size_t done = 0;
  for (; done + 3 <= bytes.size(); done += 3) appendBase64(out, bytes.subspan(done, 3));
  return done;
}

void StringDecoder::keep(BytesView bytes) {
  std::copy(bytes.begin(), bytes.end(), pending_.begin());
  pendingSize_ = bytes.size();
}

}  // namespace securepair::detail
