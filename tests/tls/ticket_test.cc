// Tickets are opened by whoever holds the secret, and no one else.
#include <string>

#include <gtest/gtest.h>

#include "tls/session_world.h"

namespace securepair::test {
namespace {

class Ticket : public testing::TestWithParam<const char*> {};

TEST_P(Ticket, IsOpenedByServersWithTheSameSecret) {
  auto options = serverOptions();
  options.maxVersion = GetParam();
  options.ticketSecret = std::string(32, 's');
  auto client = clientOptions();
  client.sessionCache = false;
  const auto first = connectTo(*tls::createServer(options), client);
  EXPECT_TRUE(connectTo(*tls::createServer(options), with(first.session, client)).reused);
  options.ticketSecret = std::string(32, 't');
  const auto other = tls::createServer(options);
  EXPECT_FALSE(connectTo(*other, with(first.session, client)).reused);
  other->setTicketSecret(std::string(32, 's'));
  EXPECT_TRUE(connectTo(*other, with(first.session, client)).reused);
}

INSTANTIATE_TEST_SUITE_P(Versions, Ticket, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return version.param == std::string("TLSv1.2") ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
