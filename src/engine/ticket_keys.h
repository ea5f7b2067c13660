#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// The keys that a server's tickets are encrypted with: derived from a secret and the clock, so
/// that all who hold the secret have the same ones, and each is used for one period only. Tickets
/// of the period before and of the one after, on another's clock, can be read too. Not for two
/// threads at once.
class TicketKeys {
 public:
  using Clock = std::chrono::system_clock;
  static constexpr std::size_t leastSecret = 32;

  /// How long a ticket may be used; a period is as long.
  explicit TicketKeys(
      std::chrono::seconds lifetime,
      std::function<Clock::time_point()> now = [] { return Clock::now(); });
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;
  ~TicketKeys();

  /// At first it is a random one. What was encrypted under the secret before this one can still be
  /// read, until it has expired. Throws Error where it is too short.
  void setSecret(const std::string& secret);
  /// What was encrypted under the secret before cannot be read any more.
  void forgetSecretBefore() noexcept;
  std::chrono::seconds lifetime() const noexcept { return lifetime_; }

  /// Writes the name of the current key and a new IV, and puts the key into the two contexts.
  bool encryptWith(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                   EVP_MAC_CTX* mac);
  enum class Found : unsigned char { no, current, old };
  /// Puts the key of that name into the two contexts.
  Found decryptWith(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
                    EVP_MAC_CTX* mac);

 private:
  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;
    std::array<unsigned char, 32> mac;
  };
  /// Of one secret: the period before, the current one, the one after.
  using Ring = std::array<Key, 3>;
  struct Secret {
    std::string bytes = {};
    Ring ring = {};
    std::int64_t period = -1;
    std::int64_t lastPeriod = std::numeric_limits<std::int64_t>::max();  ///< its keys end with it
  };

  std::int64_t periodNow() const;
  void refresh(Secret& secret) const;
  static void derive(const std::string& secret, std::int64_t period, Key& key);
  static void wipe(Secret& secret) noexcept;

  std::chrono::seconds lifetime_;
  std::function<Clock::time_point()> now_;
  Secret current_;
  std::optional<Secret> before_;
};

}  // namespace securepair::engine
