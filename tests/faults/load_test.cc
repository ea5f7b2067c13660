// Many clients.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"
#include "support/soak.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

TEST(Churn, LeavesMemoryAndDescriptorsAsTheyWere) {
  for (const char* const flags : {"", "--no-tickets 1"}) {
    SCOPED_TRACE(flags);
    EchoProcess server(flags);
    const int most = soaking() ? 20'000 : 600;
    std::size_t halfway = 0;
    for (int i = 0; i < most; ++i) {
      TlsClient client(server.port(), i % 2 == 0 ? TLS1_2_VERSION : TLS1_3_VERSION);
      ASSERT_TRUE(client.shakeHands() && client.write("x") && client.reads("x"));
      if (i % 3 != 0) SSL_shutdown(client.ssl());
      client.flush();
      if (i == most / 2) halfway = server.residentKib();
    }
    EXPECT_TRUE(server.settles());
    if (memoryIsMeasured()) {
      EXPECT_LE(server.residentKib(), halfway + 512);
    }
    EXPECT_TRUE(server.stop()) << server.output();
  }
}

// Those of this process and of the server together are more than the usual limit.
std::size_t allowDescriptors(std::size_t wanted) {
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

TEST(IdleConnections, AreHeldAndAnswered) {
  const std::size_t wanted = soaking() ? 10'000 : 1'000;
  if (allowDescriptors(wanted + 200) < wanted + 200) {
    GTEST_SKIP() << "not run: the limit of descriptors is too low";
  }
  EchoProcess server;
  const std::size_t before = server.residentKib();
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (std::size_t i = 0; i < wanted; ++i) {
    clients.push_back(std::make_unique<TlsClient>(server.port(), TLS1_3_VERSION));
    ASSERT_TRUE(clients.back()->shakeHands()) << "the client number " << i;
  }
  EXPECT_TRUE(server.serves());
  const std::size_t each = (server.residentKib() - before) * 1024 / wanted;
  RecordProperty("bytes_each", static_cast<int>(each));
  std::printf("%zu idle connections, %zu bytes each\n", wanted, each);
  if (memoryIsMeasured()) {
    EXPECT_LT(each, 24U * 1024);
  }
  for (std::size_t i = 0; i < wanted; i += 37) {
    EXPECT_TRUE(clients[i]->write("still here?") && clients[i]->reads("still here?")) << i;
  }
  clients.clear();
  EXPECT_TRUE(server.settles(15s));
  EXPECT_TRUE(server.stop()) << server.output();
}

}  // namespace
}  // namespace securepair::test
