#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Answer = std::optional<Error>;

TEST(CheckServerIdentity, OfTheOptionsDecides) {
  for (const std::string meant : {"elsewhere.test", "localhost"}) {
    const auto server = serve(serverOptions(), echo);
    auto options = clientOptions();
    options.servername = meant;
    options.checkServerIdentity = [](std::string_view name, const tls::PeerCertificate& shown) {
      return name == "elsewhere.test" && shown.subject["CN"] == "localhost" ? Answer()
                                                                            : Error("OTHER", "no");
    };
    std::string error = "not secure";
    const auto client =
        tls::connect(server->address()->port, options, [&](tls::CleartextStream& stream) {
          error = stream.authorizationError();
          EXPECT_EQ(stream.authorized(), error.empty());
          stream.end();
        });
    client->onClose([&] { server->close(); });
    runLoop();
    EXPECT_EQ(error, meant == "elsewhere.test" ? "" : "OTHER");
  }
}

TEST(CheckServerIdentity, DecidesAnewWhereASessionIsResumed) {
  for (const char* const version : {"TLSv1.2", "TLSv1.3"}) {
    auto ofVersion = serverOptions();
    ofVersion.maxVersion = version;
    const auto server = serve(ofVersion, echo);
    auto options = clientOptions();
    Buffer session;
    std::vector<std::string> verdicts;
    const auto connect = [&](const tls::IdentityCheck& check) {
      options.checkServerIdentity = check;
      options.session = session;
      const auto client = tls::connect(server->address()->port, options);
      client->onSecureConnect([&] {
        verdicts.push_back(std::string(client->isSessionReused() ? "resumed " : "whole ") +
                           (client->authorized() ? "authorized" : client->authorizationError()));
        client->write("x");
      });
      client->onData([&] { client->end(); });
      client->onSession([&](const Buffer& made) { session = made; });
      client->onClose([&] { Loop::current().stop(); });
      runLoop();
    };
    connect([](std::string_view, const tls::PeerCertificate&) { return Answer(); });
    ASSERT_TRUE(session.given()) << version;
    const Buffer first = session;
    connect([&](std::string_view, const tls::PeerCertificate& shown) {
      EXPECT_EQ(shown.subject["CN"], "localhost");
      return Error("MINE", "not this time");
    });
    session = first;
    connect(nullptr);
    EXPECT_EQ(verdicts,
              (std::vector<std::string>{"whole authorized", "resumed MINE", "whole authorized"}))
        << version << ": nobody has compared names for the first one";
    server->close();
    runLoop();
  }
}

TEST(CheckServerIdentity, MayDestroyTheStream) {
  const auto server = serve(serverOptions(), echo);
  server->onClientError([](const Error&) {});
  tls::CleartextStream* stream = nullptr;
  auto options = clientOptions();
  options.checkServerIdentity = [&](std::string_view, const tls::PeerCertificate&) {
    stream->write("never sent");
    stream->destroy();
    return Answer();
  };
  auto client = tls::connect(server->address()->port, options);
  stream = client.get();
  bool secure = false;
  bool closed = false;
  client->onSecureConnect([&] { secure = true; });
  client->onClose([&] {
    closed = true;
    server->close();
  });
  client.reset();
  runLoop();
  EXPECT_FALSE(secure);
  EXPECT_TRUE(closed);
}

TEST(CheckServerIdentity, MayHoldItsOwnStream) {
  std::weak_ptr<tls::CleartextStream> weak;
  {
    const auto server = serve(serverOptions(), echo);
    const auto held = std::make_shared<std::shared_ptr<tls::CleartextStream>>();
    auto options = clientOptions();
    options.checkServerIdentity = [held](std::string_view, const tls::PeerCertificate&) {
      return Answer();
    };
    *held = tls::connect(server->address()->port, options,
                         [](tls::CleartextStream& stream) { stream.end(); });
    (*held)->onClose([server] { server->close(); });
    weak = *held;
  }
  runLoop();
  EXPECT_TRUE(weak.expired());
}

TEST(CheckServerIdentity, WhatItThrowsComesOutOfRun) {
  const auto server = serve(serverOptions(), echo);
  auto options = clientOptions();
  options.checkServerIdentity = [](std::string_view, const tls::PeerCertificate&) -> Answer {
    throw std::runtime_error("mine");
  };
  std::string error;
  const auto client =
      tls::connect(server->address()->port, options, [&](tls::CleartextStream& stream) {
        error = stream.authorizationError();
        stream.end();
      });
  client->onClose([&] { server->close(); });
  EXPECT_THROW(runLoop(), std::runtime_error);
  runLoop();
  EXPECT_EQ(error, "ERR_TLS_IDENTITY_NOT_CHECKED");
}

}  // namespace
}  // namespace securepair::test
