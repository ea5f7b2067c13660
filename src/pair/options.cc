#include "pair/options.h"

#include <securepair/tls/setting.h>

#include <string>

#include "crypto/protocol_list.h"

namespace securepair::detail {
namespace {

Error negative(const std::string& option, const std::string& expected, const std::string& got,
               const std::string& fix) {
  return Error({.code = "ERR_OUT_OF_RANGE",
                .message = "`" + option + "` is negative",
                .expected = expected,
                .got = got,
                .fix = fix});
}

int notNegative(const char* option, int count) {
  if (count >= 0) return count;
  throw negative(option, "a number, or 0 for none", std::to_string(count),
                 "leave it out for the default");
}

}  // namespace

std::chrono::milliseconds notNegative(const char* option, std::chrono::milliseconds time) {
  if (time.count() >= 0) return time;
  throw negative(option, "a time, or 0 for none", std::to_string(time.count()) + " ms",
                 "leave it out for the default of two minutes");
}

std::shared_ptr<const engine::Protocols> protocolsOf(const tls::ProtocolList& alpn,
                                                     const tls::ProtocolList& npn) {
  if (!alpn.given() && !npn.given()) return nullptr;
  engine::Protocols protocols{.alpn = crypto::wireOf(alpn, "ALPNProtocols"),
                              .npn = crypto::wireOf(npn, "NPNProtocols"),
                              .alpnRequired = alpn.given()};
  if (!alpn.given()) protocols.alpn = protocols.npn;
  return std::make_shared<const engine::Protocols>(std::move(protocols));
}

std::shared_ptr<const engine::Session> sessionOf(const Buffer& bytes) {
  if (!bytes.given()) return nullptr;
  auto session = engine::Session::fromBytes(Data(bytes).bytes());
  return session ? std::make_shared<const engine::Session>(std::move(*session)) : nullptr;
}

void refuseTwoChoices(const tls::AlpnCallback& callback, const tls::ProtocolList& list) {
  if (!callback || !list.given()) return;
  throw Error({.code = "ERR_OPTION_CONFLICT",
               .message = "`ALPNCallback` and `ALPNProtocols` are mutually exclusive",
               .fix = "give the callback, which may choose by a list of its own; or the list"});
}

void checkHint(const tls::ServerPskCallback& callback, const std::string& hint) {
  if (!hint.empty() && !callback) {
    throw Error({.code = "ERR_MISSING_OPTION",
                 .message = "`pskIdentityHint` is given without `pskCallback`",
                 .fix = "give the callback that finds a client's key, or leave the hint out"});
  }
  if (hint.size() > PSK_MAX_IDENTITY_LEN || hint.find('\0') != std::string::npos) {
    throw Error({.code = "ERR_OUT_OF_RANGE",
                 .message = "`pskIdentityHint` cannot be sent",
                 .expected = "a text of at most 256 bytes, none of them 0",
                 .got = std::to_string(hint.size()) + " bytes",
                 .fix = "shorten it"});
  }
}

engine::Limits limitsOf(const std::optional<int>& renegotiations,
                        const std::optional<std::chrono::seconds>& window, int keyUpdates) {
  const int seconds = tls::CLIENT_RENEG_WINDOW;
  return {.renegotiations =
              notNegative("clientRenegLimit", renegotiations.value_or(tls::CLIENT_RENEG_LIMIT)),
          .keyUpdates = notNegative("keyUpdateLimit", keyUpdates),
          .window = std::chrono::duration_cast<std::chrono::seconds>(
              notNegative("clientRenegWindow", window.value_or(std::chrono::seconds(seconds))))};
}

}  // namespace securepair::detail
