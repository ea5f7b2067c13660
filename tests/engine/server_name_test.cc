#include "engine/server_name.h"

#include <string>

#include <gtest/gtest.h>

namespace securepair::engine {
namespace {

std::string lengthOf(std::size_t size) {
  return {static_cast<char>(size >> 8U), static_cast<char>(size & 0xFFU)};
}

std::string entry(char type, std::size_t size, const std::string& name) {
  return std::string(1, type) + lengthOf(size) + name;
}

std::string list(std::size_t size, const std::string& entries) { return lengthOf(size) + entries; }

std::string in(const std::string& extension) { return serverNameIn(Data(extension).bytes()); }

const std::string name = "example.org";

TEST(ServerName, IsReadFromTheExtension) {
  EXPECT_EQ(in(list(14, entry(0, 11, name))), name);
  const std::string longest(255, 'x');
  EXPECT_EQ(in(list(258, entry(0, 255, longest))), longest);
}

TEST(ServerName, OfWhatIsMalformedIsNone) {
  const std::string good = list(14, entry(0, 11, name));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(in(good.substr(0, size)), "") << size;
  }
  EXPECT_EQ(in(good + "!"), "");
  EXPECT_EQ(in(list(15, entry(0, 11, name + "!"))), "");
  EXPECT_EQ(in(list(14, entry(0, 12, name))), "");
  EXPECT_EQ(in(list(14, entry(1, 11, name))), "") << "no host name";
  EXPECT_EQ(in(list(14, entry(0, 11, std::string("exam\0le.org", 11)))), "");
  EXPECT_EQ(in(list(259, entry(0, 256, std::string(256, 'x')))), "");
  EXPECT_EQ(in(list(3, entry(0, 0, ""))), "");
}

}  // namespace
}  // namespace securepair::engine
