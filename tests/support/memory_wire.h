#pragma once
#include <securepair/crypto.h>
#include <securepair/tls.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "support/memory_stream.h"

namespace securepair::test {

class OpensslEnd;

/// An engine with its application: writes what it is told, collects what comes.
class EngineEnd {
 public:
  using Want = engine::Engine::Want;

  EngineEnd(const crypto::Credentials& credentials, engine::Settings settings,
            const tls::IdentityCheck& check = nullptr)
      : engine(credentials.context.get(),
               std::make_shared<const engine::Settings>(std::move(settings)), check) {}

  /// Arrives in memory that is gone afterwards.
  void feed(std::string_view ciphertext);
  void feedEnd();
  /// Goes on as far as it can without more input.
  void work();
  void write(std::string_view plaintext) { plaintext_ += plaintext; }
  void closeWhenWritten() { closeAsked_ = true; }
  /// What is for the peer, at most so much of it.
  std::string take(std::size_t most);
  std::size_t waiting() const noexcept { return ciphertext_.size(); }
  std::string failure() const { return engine.failure() ? engine.failure()->code() : ""; }

  engine::Engine engine;
  std::string received = {};
  bool peerClosed = false;
  std::size_t largestOutput = 0;

 private:
  bool act(Want want);
  void collect();
  void readAll();
  void writeAll();

  std::string plaintext_;
  std::string ciphertext_;
  bool closeAsked_ = false;
  bool closeSaid_ = false;
};

/// Carries between two ends until nothing is under way.
void exchange(EngineEnd& a, EngineEnd& b, Chunking fromA = {}, Chunking fromB = {});

/// The same where a client is OpenSSL's own, all that there is at a time.
void exchange(OpensslEnd& client, EngineEnd& server);

/// The same for two pairs without a carrier: forwards what `encrypted` gives, in memory of its own,
/// and its end.
void connectBack2Back(tls::SecurePair& a, tls::SecurePair& b);

}  // namespace securepair::test
