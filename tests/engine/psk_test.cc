// Keys in place of certificates: what the user does while a key is looked for.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/memory_wire.h"

namespace securepair::test {
namespace {

constexpr std::size_t all = 1 << 20;

tls::PskIdentity mine() { return {.identity = "me", .psk = Buffer("0123456789abcdef")}; }

TEST(Psk, WhatComesWhileTheUserLooksForAKeyFollows) {
  const auto credentials = crypto::createCredentials({.maxVersion = "TLSv1.2"});
  EngineEnd client(credentials, {.usesPsk = true});
  EngineEnd server(credentials, {.isServer = true, .usesPsk = true});
  std::string rest;
  client.engine.usePsk([](const std::string&) { return mine(); });
  server.engine.usePsk([&](const std::string&) {
    server.engine.feed(Data(rest).bytes());
    server.engine.keepInput();
    return mine();
  });
  client.work();
  server.feed(client.take(all));
  client.feed(server.take(all));
  // The message with the identity, and what a client sends right behind it.
  const std::string flight = client.take(all);
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(flight[i]); };
  const std::size_t first = 5 + at(3) * 256U + at(4);
  rest = flight.substr(first);
  ASSERT_FALSE(rest.empty());
  server.feed(flight.substr(0, first));
  EXPECT_EQ(server.failure(), "");
  EXPECT_TRUE(server.engine.secure());
  EXPECT_EQ(server.engine.unread(), 0U);
  client.feed(server.take(all));
  EXPECT_TRUE(client.engine.authorized());
}

std::string number(std::size_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    text += static_cast<char>(value >> shift & 0xFF);
  }
  return text;
}

// With its length before it.
std::string field(const std::string& content, int bytes = 2) {
  return number(content.size(), bytes) + content;
}

std::string extension(std::size_t type, const std::string& content) {
  return number(type, 2) + field(content);
}

// A hello of TLS 1.3 that names so many keys, none of which it has.
std::string helloWithKeys(int count) {
  std::string identities;
  std::string binders;
  for (int i = 0; i < count; ++i) {
    identities += field("key " + std::to_string(i)) + number(0, 4);
    binders += field(std::string(32, 'b'), 1);
  }
  const std::string share = number(29, 2) + field(std::string(32, '\x09'));    // X25519
  const std::string extensions = extension(43, field(number(0x0304, 2), 1)) +  // versions
                                 extension(10, field(number(29, 2))) +         // groups
                                 extension(13, field(number(0x0403, 2))) +     // signatures
                                 extension(51, field(share)) +                 // key share
                                 extension(45, field(number(1, 1), 1)) +       // PSK with (EC)DHE
                                 extension(41, field(identities) + field(binders));
  const std::string body = number(0x0303, 2) + std::string(32, 'r') + field("", 1) +
                           field(number(0x1301, 2)) + field(number(0, 1), 1) + field(extensions);
  return number(0x160301, 3) + field(number(1, 1) + field(body, 3));
}

TEST(Psk, AHelloMayNameAFewKeysAlone) {
  EngineEnd server(crypto::createCredentials(), {.isServer = true, .usesPsk = true});
  std::string asked;
  server.engine.usePsk([&](const std::string& name) -> std::optional<tls::PskIdentity> {
    asked += name + ";";
    return std::nullopt;
  });
  server.feed(helloWithKeys(200));
  EXPECT_EQ(asked, "key 0;key 1;key 2;key 3;key 4;key 5;key 6;key 7;");
  EXPECT_NE(server.failure(), "");
}

}  // namespace
}  // namespace securepair::test
