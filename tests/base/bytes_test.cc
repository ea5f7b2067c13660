#include <securepair/bytes.h>
#include <securepair/error.h>
#include <securepair/name.h>

#include <array>
#include <cstdint>
#include <limits>
#include <list>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace securepair::test {
namespace {

TEST(Data, IsMadeOfTextAndOfBytes) {
  const std::string text("a\0b", 3);
  const std::vector<unsigned char> bytes{'a', 0, 'b'};
  EXPECT_EQ(Data(text).size(), 3U);
  EXPECT_EQ(Data(text), Data(bytes));
  EXPECT_EQ(Data("abc").size(), 3U) << "the closing NUL is no content";
  const char* const pointer = "abc";
  EXPECT_EQ(Data(pointer), "abc");
  EXPECT_TRUE(Data().empty());
}

TEST(Data, ConvertsAndPrints) {
  const Data data("abc");
  const std::string text = data;
  const std::string_view view = data;
  const std::span<const unsigned char> octets = data;
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(view.data(), data.text().data()) << "a view is no copy";
  EXPECT_EQ(octets[2], 'c');
  EXPECT_EQ(data.bytes().size(), 3U);
  std::ostringstream out;
  out << data;
  EXPECT_EQ(out.str(), "abc");
}

TEST(Data, Compares) {
  const Data data("abc");
  EXPECT_TRUE(data == "abc");
  EXPECT_TRUE("abc" == data);
  EXPECT_TRUE(data == std::string("abc"));
  EXPECT_FALSE(data == "ab");
  EXPECT_FALSE(data == "abd");
}

TEST(Buffer, OwnsItsBytes) {
  std::string text = "abc";
  const Buffer buffer(text);
  text[0] = 'x';
  EXPECT_EQ(buffer.text(), "abc");
  EXPECT_EQ(buffer.toString(), "abc");
}

TEST(Buffer, IsMadeOfAnyRangeOfBytes) {
  const std::array<std::byte, 2> bytes{std::byte{'a'}, std::byte{0xFF}};
  EXPECT_EQ(Buffer(bytes).size(), 2U);
  EXPECT_EQ(Buffer(std::vector<char>{'a', 'b'}).text(), "ab");
  EXPECT_EQ(Buffer(std::string_view("ab")), Buffer("ab"));
  EXPECT_EQ(Buffer("abc", 2).text(), "ab");
  EXPECT_TRUE(Buffer().empty());
  std::ostringstream out;
  out << Buffer("abc");
  EXPECT_EQ(out.str(), "abc");
}

TEST(Port, TakesAnyIntegerThatIsOne) {
  EXPECT_EQ(Port(0).value(), 0);
  EXPECT_EQ(Port(65535L).value(), 65535);
  EXPECT_EQ(Port(std::uint16_t{443}).value(), 443);
}

TEST(Port, RefusesOthers) {
  EXPECT_THROW(Port(-1), Error);
  EXPECT_THROW(Port(65536), Error);
  EXPECT_THROW(Port(std::numeric_limits<std::uint64_t>::max()), Error);
  try {
    Port(70000);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ERR_SOCKET_BAD_PORT");
    EXPECT_EQ(error.got(), "70000");
  }
}

TEST(Name, IsAnyText) {
  EXPECT_EQ(Name("localhost").str(), "localhost");
  EXPECT_EQ(Name(std::string("a")).str(), "a");
  static_assert(!std::is_default_constructible_v<Name>);
  static_assert(!std::is_convertible_v<int, Name>);
}

}  // namespace
}  // namespace securepair::test
