#include "base/string_decoder.h"

#include <securepair/error.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace securepair::test {
namespace {

using detail::StringDecoder;

constexpr std::string_view bad = "\xEF\xBF\xBD";

std::string bytes(std::initializer_list<int> values) {
  std::string result;
  for (const int value : values) result += static_cast<char>(value);
  return result;
}

// In pieces of one size, the rest at the end.
std::string decodeInPieces(const std::string& encoding, const std::string& input,
                           std::size_t piece) {
  StringDecoder decoder(encoding);
  std::string text;
  std::string scratch;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    text += decoder.write(Data(input.substr(at, piece)).bytes(), scratch);
  }
  return text + decoder.end();
}

struct Case {
  std::string encoding;
  std::string input;
  std::string text;
};

TEST(StringDecoder, DecodesTheSameInPiecesOfAnySize) {
  const std::string r(bad);
  const std::vector<Case> cases{
      {"utf8", "", ""},
      {"utf8", "plain ascii text, longer than eight bytes",
       "plain ascii text, longer than eight bytes"},
      {"utf8", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z"},
      {"utf8", bytes({0}), bytes({0})},
      // What one U+FFFD stands for: the longest beginning of a character, else one byte.
      {"utf8", "a\xE2\x82", "a" + r},
      {"utf8", "\xE2\x82z", r + "z"},
      {"utf8", "\xF0\x9F\x98\xC3\xA4", r + "\xC3\xA4"},
      {"utf8", "\xFF\xFE", r + r},
      {"utf8", "\x80", r},
      {"utf8", "\xC0\xAF", r + r},
      {"utf8", "\xE0\x80\xAF", r + r + r},
      {"utf8", "\xED\xA0\x80", r + r + r},
      {"utf8", "\xF4\x90\x80\x80", r + r + r + r},
      {"utf8", "\xF5\x80", r + r},
      {"utf8",
       "12345678\x80"
       "12345678",
       "12345678" + r + "12345678"},
      {"utf8",
       "1234567\xC3\xA4"
       "8",
       "1234567\xC3\xA4"
       "8"},
      {"ascii", "a\xE4z", "adz"},
      {"latin1", "a\xE4\xFFz", "a\xE4\xFFz"},
      {"binary", "\x80", "\x80"},
      {"hex", bytes({0x00, 0xAB, 0x7F}), "00ab7f"},
      {"base64", "", ""},
      {"base64", "a", "YQ=="},
      {"base64", "ab", "YWI="},
      {"base64", "abc", "YWJj"},
      {"base64", "abcd", "YWJjZA=="},
      {"base64", bytes({0xFB, 0xFF}), "+/8="},
      {"utf16le", bytes({'a', 0, 0xAC, 0x20}), "a\xE2\x82\xAC"},
      {"utf16le", bytes({0x3D, 0xD8, 0x00, 0xDE}), "\xF0\x9F\x98\x80"},
      {"utf16le", bytes({0x3D, 0xD8, 'a', 0}), r + "a"},
      {"utf16le", bytes({0x3D, 0xD8, 0x3D, 0xD8, 0x00, 0xDE}), r + "\xF0\x9F\x98\x80"},
      {"utf16le", bytes({0x00, 0xDE, 'a', 0}), r + "a"},
      {"utf16le", bytes({0x3D, 0xD8}), r},
      {"utf16le", bytes({'a', 0, 'b'}), "a" + r},
      {"ucs2", bytes({'a', 0}), "a"},
  };
  for (const Case& one : cases) {
    for (std::size_t piece = 1; piece <= one.input.size() + 1; ++piece) {
      EXPECT_EQ(decodeInPieces(one.encoding, one.input, piece), one.text)
          << one.encoding << " " << Data(decodeInPieces("hex", one.input, 1)) << " by " << piece;
    }
  }
}

TEST(StringDecoder, NeverSplitsACharacter) {
  StringDecoder decoder("utf8");
  std::string scratch;
  EXPECT_EQ(decoder.write(Data("a\xE2\x82").bytes(), scratch), "a");
  EXPECT_EQ(decoder.write(Data("\xAC").bytes(), scratch), "\xE2\x82\xAC");
  EXPECT_EQ(decoder.end(), "");
}

TEST(StringDecoder, ValidTextIsNotCopied) {
  std::string scratch;
  const std::string text = "valid \xC3\xA4";
  for (const char* encoding : {"utf8", "latin1"}) {
    StringDecoder decoder(encoding);
    EXPECT_EQ(decoder.write(Data(text).bytes(), scratch).data(), text.data()) << encoding;
  }
}

TEST(StringDecoder, IsAsNewAfterItsEnd) {
  StringDecoder decoder("base64");
  std::string scratch;
  EXPECT_EQ(decoder.write(Data("ab").bytes(), scratch), "");
  EXPECT_EQ(decoder.end(), "YWI=");
  EXPECT_EQ(decoder.end(), "");
  EXPECT_EQ(decoder.write(Data("abc").bytes(), scratch), "YWJj");
}

TEST(StringDecoder, EveryByteAndEveryPairOfBytesIsDecoded) {
  // Whatever comes: the text is valid, and the same whether the bytes come at once or one by one.
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string input = bytes({first, second, 'x', 0x80});
      const std::string text = decodeInPieces("utf8", input, 4);
      ASSERT_EQ(text, decodeInPieces("utf8", input, 1)) << first << " " << second;
      ASSERT_EQ(decodeInPieces("utf8", text, text.size()), text) << first << " " << second;
    }
  }
}

TEST(StringDecoder, NamesAreKnownInAnyCase) {
  for (const char* name : {"utf8", "UTF-8", "Ascii", "latin1", "BINARY", "hex", "Base64", "utf16le",
                           "UTF-16LE", "ucs2", "UCS-2"}) {
    EXPECT_NO_THROW(StringDecoder{name}) << name;
  }
}

TEST(StringDecoder, AnUnknownNameIsRefused) {
  for (const char* name : {"", "utf", "utf8 ", "utf16be", "ebcdic"}) {
    try {
      StringDecoder{name};
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "ERR_UNKNOWN_ENCODING");
      EXPECT_EQ(error.got(), name);
      EXPECT_NE(error.expected().find("utf16le"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace securepair::test
