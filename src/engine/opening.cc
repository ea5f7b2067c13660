#include "engine/opening.h"

#include <algorithm>

#include <openssl/ssl3.h>

namespace securepair::engine {
namespace {

// Type and major version of a record.
constexpr std::size_t recordBegin = 2;
// A record's head, a message's head, and the version that a hello begins with.
constexpr std::size_t helloBegin = SSL3_RT_HEADER_LENGTH + SSL3_HM_HEADER_LENGTH + 2;
constexpr std::size_t mostKept = 128;

unsigned int byteAt(const std::string& text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The hello of SSLv2, which was used to ask for SSLv3 and TLS as well: OpenSSL understands it then.
bool isOldHelloForTls(const std::string& first) {
  return first.size() >= 4 && (byteAt(first, 0) & 0x80U) != 0 && first[2] == 1 &&
         byteAt(first, 3) == SSL3_VERSION_MAJOR;
}

}  // namespace

void Opening::received(BytesView bytes) {
  received_ += bytes.size();
  const auto keep = [&](std::size_t most) {
    const std::size_t room = most - std::min(most, first_.size());
    const BytesView part = bytes.first(std::min(room, bytes.size()));
    first_.append(reinterpret_cast<const char*>(part.data()), part.size());
    bytes = bytes.subspan(part.size());
  };
  keep(recordBegin);
  keep(beginsAsTls() ? helloBegin : mostKept);
}

BytesView Opening::notTls() const noexcept {
  const bool mayBecomeTls =
      first_.size() < recordBegin && !first_.empty() && byteAt(first_, 0) == SSL3_RT_HANDSHAKE;
  if (mayBecomeTls || beginsAsTls() || isOldHelloForTls(first_)) return {};
  return {reinterpret_cast<const std::byte*>(first_.data()), first_.size()};
}

int Opening::helloVersion() const noexcept {
  if (isOldHelloForTls(first_) && first_.size() >= 5) {
    return static_cast<int>(byteAt(first_, 3) << 8U | byteAt(first_, 4));
  }
  if (first_.size() < helloBegin || byteAt(first_, 0) != SSL3_RT_HANDSHAKE) return 0;
  const unsigned int type = byteAt(first_, SSL3_RT_HEADER_LENGTH);
  if (type != SSL3_MT_CLIENT_HELLO && type != SSL3_MT_SERVER_HELLO) return 0;
  return static_cast<int>(byteAt(first_, helloBegin - 2) << 8U | byteAt(first_, helloBegin - 1));
}

bool Opening::beginsAsTls() const noexcept {
  return first_.size() >= recordBegin && byteAt(first_, 0) >= SSL3_RT_CHANGE_CIPHER_SPEC &&
         byteAt(first_, 0) <= SSL3_RT_APPLICATION_DATA && byteAt(first_, 1) == SSL3_VERSION_MAJOR;
}

}  // namespace securepair::engine
