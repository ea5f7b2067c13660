#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/openssl_end.h"

namespace securepair::test {

/// Encrypts records of any kind, of any content, as a connection's OpensslEnd would: what OpenSSL
/// cannot be asked to send. The end must send none of its own after its handshake.
class RecordForge {
 public:
  enum Kind : char { changeCipherSpec = 20, alert = 21, handshake = 22, applicationData = 23 };

  /// Before the handshake: settles on AES-128-GCM, and sees to it that a server sends no ticket.
  explicit RecordForge(OpensslEnd& end);
  RecordForge(const RecordForge&) = delete;
  RecordForge& operator=(const RecordForge&) = delete;

  /// After the handshake.
  std::string record(Kind kind, std::string_view content);

 private:
  bool isTls13() const;
  void takeKeys();
  void takeKeysOfTls12();
  void takeKeysOfTls13();

  OpensslEnd& end_;
  std::string key_;
  std::string iv_;
  std::uint64_t sequence_ = 0;
};

}  // namespace securepair::test
