#include "crypto/protocol_list.h"

#include <list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace securepair::crypto {
namespace {

using namespace std::string_literals;
using tls::ProtocolList;

const std::string wire = "\x05hello\x05world";

std::string of(const ProtocolList& list) { return wireOf(list, "NPNProtocols"); }

TEST(ProtocolList, IsMadeOfTextsOfAnyKind) {
  const std::vector<std::string> strings{"hello", "world"};
  const std::list<const char*> literals{"hello", "world"};
  EXPECT_EQ(of({"hello", "world"}), wire);
  EXPECT_EQ(of(strings), wire);
  EXPECT_EQ(of(literals), wire);
  EXPECT_EQ(of({std::string("hello"), std::string_view("world")}), wire);
  EXPECT_EQ(of("hello"), "\x05hello");
  EXPECT_EQ(of({"hello"}), "\x05hello");
}

TEST(ProtocolList, ABufferIsTheWireFormat) {
  const Buffer buffer(wire);
  EXPECT_EQ(of(buffer), wire);
  EXPECT_EQ(of({buffer}), wire);
  EXPECT_EQ(of(std::vector<unsigned char>(wire.begin(), wire.end())), wire);
}

TEST(ProtocolList, OfNothingIsNotGiven) {
  EXPECT_FALSE(ProtocolList().given());
  const ProtocolList list = {};
  EXPECT_FALSE(list.given());
  EXPECT_EQ(of(list), "");
}

TEST(ProtocolList, WhatCannotBeSentIsRefusedByTheOptionsName) {
  const ProtocolList unusable[] = {
      ProtocolList(std::vector<std::string>()),  // given, and empty
      {"a", ""},
      {std::string(256, 'x')},
      Buffer(""),
      Buffer("\x05hell"),
      Buffer("\x05hello\0"s),
      Buffer("\x05hello\x01"),
      std::vector<std::string>(300, std::string(255, 'x')),
  };
  for (const auto& list : unusable) {
    const auto error = test::errorOf([&] { of(list); });
    EXPECT_EQ(error.code(), "ERR_INVALID_PROTOCOLS");
    EXPECT_NE(std::string(error.what()).find("`NPNProtocols`"), std::string::npos);
  }
}

TEST(ProtocolList, TheLongestNameIsOf255Bytes) {
  EXPECT_EQ(of(std::string(255, 'x')), "\xff" + std::string(255, 'x'));
}

TEST(ProtocolList, ThePreferredOrderDecides) {
  EXPECT_EQ(sharedProtocol("\1a\1b\1c", "\1c\1b\1e"), "b");
  EXPECT_EQ(sharedProtocol("\1a", "\1b"), "");
  EXPECT_EQ(sharedProtocol("", "\1b"), "");
  EXPECT_EQ(sharedProtocol("\1a", ""), "");
  EXPECT_EQ(sharedProtocol("\1a\1b", "\2ab\1b"), "b");
}

TEST(ProtocolList, AMalformedRestIsNotRead) {
  EXPECT_EQ(sharedProtocol("\1a", "\5xx\1a"), "");
  EXPECT_EQ(sharedProtocol("\1a", "\0\1a"s), "");
  EXPECT_EQ(firstProtocol("\x02h"), "");
  EXPECT_EQ(firstProtocol("\x02h2\x09"), "h2");
  EXPECT_FALSE(hasProtocol("\x02h2\x09", "\x09"));
}

}  // namespace
}  // namespace securepair::crypto
