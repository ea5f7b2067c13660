#pragma once
#include <securepair/crypto.h>
#include <securepair/tls/secure_pair.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pair/core.h"
#include "support/memory_loop.h"
#include "support/memory_stream.h"

namespace securepair::test {

/// One whose options are its own.
std::shared_ptr<detail::PairCore> createPair(const crypto::Credentials& credentials,
                                             detail::PairOptions options);

/// How the two pairs of a test are joined.
enum class Joined : unsigned char { byHand, byHandWithoutALoop, byCarrier };

struct RigOptions {
  Joined joined = Joined::byHand;
  bool subjectIsServer = true;
  MemoryStream::Options carrier = {};
  std::chrono::milliseconds handshakeTimeout{0};
  std::chrono::milliseconds closeTimeout{0};
};

/// Two pairs and what lies between: the subject, whose events are followed, and its peer.
class Rig {
 public:
  /// Thrown by listeners of a test, on purpose.
  struct Thrown {};

  explicit Rig(const RigOptions& options);
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;
  ~Rig();

  /// Calls this, and lets everything that follows from it happen; what listeners throw on purpose
  /// is counted.
  void drive(const std::function<void()>& body = [] {});
  void advance(std::chrono::milliseconds time);
  /// Bytes arrive at the subject as if its peer had sent them.
  void inject(std::string_view ciphertext);
  /// Destroys what is left, and fails the test where anything stays.
  void finish();

  std::optional<MemoryLoop> loop = {};
  std::shared_ptr<tls::SecurePair> subject = {};
  std::shared_ptr<tls::SecurePair> peer = {};
  MemoryStream::Ends carriers = {};  ///< the subject's and its peer's
  /// Called after each event of the subject, with its name.
  std::function<void(std::string_view)> onEvent = [](std::string_view) {};
  std::string events = {};  ///< the subject's, each once in a row
  std::string sentBySubject = {};
  std::string sentByPeer = {};
  std::string receivedBySubject = {};
  std::string receivedByPeer = {};
  int closes = 0;
  int thrown = 0;

  void write(std::string_view text);
  void writeFromPeer(std::string_view text);

 private:
  void tell(std::string_view event);
  void follow();
  void join();
  void swallow(const std::function<void()>& body);

  RigOptions options_;
  std::weak_ptr<tls::SecurePair> weakSubject_;
  std::weak_ptr<tls::SecurePair> weakPeer_;
};

crypto::Credentials serverCredentials();
crypto::Credentials clientCredentials();
std::string pattern(std::size_t size, unsigned seed = 1);

}  // namespace securepair::test
