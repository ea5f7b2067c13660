#include "engine/ticket_keys.h"

#include <array>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "support/error_of.h"

namespace securepair::engine {
namespace {

using namespace std::chrono_literals;
using Found = TicketKeys::Found;

struct Contexts {
  crypto::OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> cipher{EVP_CIPHER_CTX_new()};
  crypto::OpensslPtr<EVP_MAC, EVP_MAC_free> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  crypto::OpensslPtr<EVP_MAC_CTX, EVP_MAC_CTX_free> mac{EVP_MAC_CTX_new(hmac.get())};
};

struct Ticket {
  std::array<unsigned char, 16> name{};
  std::array<unsigned char, 16> iv{};
  std::string text;
};

class TicketKeysTest : public testing::Test {
 protected:
  TicketKeys keys() {
    return TicketKeys(100s, [this] { return now; });
  }

  static Ticket seal(TicketKeys& keys) {
    Ticket ticket;
    const Contexts contexts;
    EXPECT_TRUE(keys.encryptWith(ticket.name.data(), ticket.iv.data(), contexts.cipher.get(),
                                 contexts.mac.get()));
    std::array<unsigned char, 64> out{};
    int size = 0;
    int rest = 0;
    EVP_EncryptUpdate(contexts.cipher.get(), out.data(), &size,
                      reinterpret_cast<const unsigned char*>("secret"), 6);
    EVP_EncryptFinal(contexts.cipher.get(), out.data() + size, &rest);
    ticket.text.assign(out.begin(), out.begin() + size + rest);
    return ticket;
  }

  static Found open(TicketKeys& keys, const Ticket& ticket) {
    const Contexts contexts;
    const Found found = keys.decryptWith(ticket.name.data(), ticket.iv.data(),
                                         contexts.cipher.get(), contexts.mac.get());
    if (found == Found::no) return found;
    std::array<unsigned char, 64> out{};
    int size = 0;
    int rest = 0;
    EVP_DecryptUpdate(contexts.cipher.get(), out.data(), &size,
                      reinterpret_cast<const unsigned char*>(ticket.text.data()),
                      static_cast<int>(ticket.text.size()));
    EXPECT_EQ(EVP_DecryptFinal(contexts.cipher.get(), out.data() + size, &rest), 1);
    EXPECT_EQ(std::string(out.begin(), out.begin() + size + rest), "secret");
    return found;
  }

  TicketKeys::Clock::time_point now{std::chrono::seconds(1'000'000)};
  const std::string secret = std::string(32, 's');
};

TEST_F(TicketKeysTest, OpenWhatTheySeal) {
  TicketKeys own = keys();
  EXPECT_EQ(open(own, seal(own)), Found::current);
}

TEST_F(TicketKeysTest, OfTwoServersDifferUnlessTheySharedTheSecret) {
  TicketKeys a = keys();
  TicketKeys b = keys();
  EXPECT_EQ(open(b, seal(a)), Found::no);
  a.setSecret(secret);
  b.setSecret(secret);
  EXPECT_EQ(open(b, seal(a)), Found::current);
}

TEST_F(TicketKeysTest, ChangeWithEachPeriodAndReachOnePeriodBack) {
  TicketKeys own = keys();
  const Ticket first = seal(own);
  now += 100s;
  EXPECT_NE(seal(own).name, first.name);
  EXPECT_EQ(open(own, first), Found::old);
  now += 100s;
  EXPECT_EQ(open(own, first), Found::no);
}

TEST_F(TicketKeysTest, KnowTheNextPeriodsForAClockThatIsFast) {
  TicketKeys fast = keys();
  fast.setSecret(secret);
  now += 100s;
  const Ticket ticket = seal(fast);
  now -= 100s;
  TicketKeys slow = keys();
  slow.setSecret(secret);
  EXPECT_EQ(open(slow, ticket), Found::old);
}

TEST_F(TicketKeysTest, OpenWhatWasSealedUnderTheSecretBefore) {
  TicketKeys own = keys();
  const Ticket first = seal(own);
  own.setSecret(secret);
  EXPECT_EQ(open(own, first), Found::old);
  EXPECT_EQ(open(own, seal(own)), Found::current);
  own.setSecret(std::string(32, 't'));
  EXPECT_EQ(open(own, first), Found::no);
}

// Whoever has learnt a secret that was replaced can make no ticket of a later period.
TEST_F(TicketKeysTest, OfASecretThatWasReplacedEndWithItsPeriod) {
  TicketKeys own = keys();
  own.setSecret(secret);
  TicketKeys thief = keys();
  thief.setSecret(secret);
  own.setSecret(std::string(32, 't'));
  EXPECT_EQ(open(own, seal(thief)), Found::old);
  const Ticket last = seal(thief);
  now += 100s;
  EXPECT_EQ(open(own, last), Found::old) << "an honest one, of the period before";
  EXPECT_EQ(open(own, seal(thief)), Found::no);
  now += 100s;
  EXPECT_EQ(open(own, last), Found::no);
  EXPECT_EQ(open(own, seal(thief)), Found::no);
}

TEST_F(TicketKeysTest, OfASecretThatIsForgottenOpenNothing) {
  TicketKeys own = keys();
  const Ticket first = seal(own);
  own.setSecret(secret);
  own.forgetSecretBefore();
  EXPECT_EQ(open(own, first), Found::no);
  EXPECT_EQ(open(own, seal(own)), Found::current);
}

TEST_F(TicketKeysTest, RefuseASecretThatCouldBeGuessed) {
  TicketKeys own = keys();
  const Error error = test::errorOf([&] { own.setSecret(std::string(31, 's')); });
  EXPECT_EQ(error.code(), "ERR_INVALID_TICKET_SECRET");
  EXPECT_NE(std::string(error.what()).find("openssl rand"), std::string::npos);
}

}  // namespace
}  // namespace securepair::engine
