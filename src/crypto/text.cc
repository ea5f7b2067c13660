#include "crypto/text.h"

namespace securepair::crypto {
namespace {

constexpr std::size_t mostInAMessage = 400;

}  // namespace

std::string escaped(std::string_view text, std::string_view separators) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && separators.find(c) == std::string_view::npos;
    if (!plain) {
      out += '\\';
      out += digits[byte >> 4];
      out += digits[byte & 0xF];
    } else {
      if (c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string clipped(std::string text) {
  if (text.size() <= mostInAMessage) return text;
  const std::size_t whole = text.size();
  text.resize(mostInAMessage);
  return text + "... (" + std::to_string(whole) + " characters)";
}

std::string timeText(const ASN1_TIME* time) {
  const BioPtr text(BIO_new(BIO_s_mem()));
  if (time == nullptr || text == nullptr || ASN1_TIME_print(text.get(), time) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string dotted(const ASN1_OBJECT* object) {
  const int size = OBJ_obj2txt(nullptr, 0, object, 1);
  if (size <= 0) return {};
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  OBJ_obj2txt(text.data(), size + 1, object, 1);
  text.pop_back();
  return text;
}

}  // namespace securepair::crypto
