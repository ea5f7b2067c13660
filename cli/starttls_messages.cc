#include <cstddef>
#include <string_view>
#include <utility>

#include "cli/starttls_dialogue.h"

namespace securepair::cli {
namespace {

using namespace std::string_literals;

unsigned byteAt(const std::string& text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// An extended request of LDAP's, and the response to it (RFC 4511).
class Ldap final : public StarttlsDialogue {
 public:
  std::string begin() override {
    return "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
           "1.3.6.1.4.1.1466.20037"s;
  }

  std::optional<Answer> answer(std::string& received) override {
    const auto body = element(received, 0, 0x30);
    if (!body || received.size() < body->end) return std::nullopt;
    // LDAPMessage: the number of the message, and an extended response that begins with its result.
    const auto number = element(received, body->begin, 0x02);
    const auto response = number ? element(received, number->end, 0x78) : std::nullopt;
    const auto result = response ? element(received, response->begin, 0x0A) : std::nullopt;
    if (!result || result->end - result->begin != 1 || result->end > body->end) {
      refuseStarttls("an extended response", "another message");
    }
    const unsigned code = byteAt(received, result->begin);
    if (code != 0) refuseStarttls("the result success (0)", "the result " + std::to_string(code));
    received.erase(0, body->end);
    return Answer{.goAhead = true};
  }

 private:
  struct Extent {
    std::size_t begin;
    std::size_t end;
  };
  // An element of BER; empty where its head is not whole. Servers send short and long lengths.
  static std::optional<Extent> element(const std::string& text, std::size_t at, unsigned tag) {
    if (at + 2 > text.size()) return std::nullopt;
    if (byteAt(text, at) != tag) refuseStarttls("an answer of LDAP", text);
    std::size_t length = byteAt(text, at + 1);
    std::size_t begin = at + 2;
    if (length >= 0x80) {
      const std::size_t count = length & 0x7FU;
      if (count == 0 || count > 4) refuseStarttls("an answer of LDAP", text);
      if (begin + count > text.size()) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8 | byteAt(text, begin + i);
      begin += count;
    }
    return Extent{begin, begin + length};
  }
};

class Postgres final : public StarttlsDialogue {
 public:
  // SSLRequest
  std::string begin() override { return "\x00\x00\x00\x08\x04\xd2\x16\x2f"s; }

  std::optional<Answer> answer(std::string& received) override {
    if (received.empty()) return std::nullopt;
    if (received.front() != 'S') refuseStarttls("S", received);
    received.erase(0, 1);
    return Answer{.goAhead = true};
  }
};

/// The server's greeting says whether it knows TLS; the client's SSLRequest gets no answer.
class Mysql final : public StarttlsDialogue {
 public:
  std::optional<Answer> answer(std::string& received) override {
    constexpr std::size_t head = 4;
    if (received.size() < head + 1) return std::nullopt;
    const std::size_t length =
        byteAt(received, 0) | byteAt(received, 1) << 8 | byteAt(received, 2) << 16;
    if (byteAt(received, head) != 10) refuseStarttls("a greeting of MySQL's", received);
    if (received.size() < head + length) return std::nullopt;
    // After the text of the version: number of the thread, eight bytes of salt, a zero.
    const std::size_t capabilities = received.find('\0', head + 1) + 1 + 4 + 8 + 1;
    if (capabilities + 2 > head + length) refuseStarttls("a greeting of MySQL's", received);
    if ((byteAt(received, capabilities + 1) & 0x08U) == 0) {
      refuseStarttls("a server that has TLS", "one that says it has none");
    }
    received.erase(0, head + length);
    // CLIENT_PROTOCOL_41, CLIENT_SSL and CLIENT_SECURE_CONNECTION; packets of 16 MB; utf8.
    return Answer{
        .send = "\x20\x00\x00\x01\x00\x8a\x00\x00\x00\x00\x00\x01\x21"s + std::string(23, '\0'),
        .goAhead = true};
  }
};

class Xmpp final : public StarttlsDialogue {
 public:
  explicit Xmpp(std::string host) : host_(std::move(host)) {}

  std::string begin() override {
    return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
           "xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='" +
           host_ + "'>";
  }

  std::optional<Answer> answer(std::string& received) override {
    return asked_ ? proceed(received) : features(received);
  }

 private:
  std::optional<Answer> features(std::string& received) {
    constexpr std::string_view last = "</stream:features>";
    const std::size_t end = received.find(last);
    if (end == std::string::npos) {
      if (received.find("<stream:error") != std::string::npos) {
        refuseStarttls("the features of a stream", received);
      }
      return std::nullopt;
    }
    if (received.find("urn:ietf:params:xml:ns:xmpp-tls") > end) {
      refuseStarttls("the feature starttls", received);
    }
    received.erase(0, end + last.size());
    asked_ = true;
    return Answer{.send = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"};
  }

  static std::optional<Answer> proceed(std::string& received) {
    const std::size_t end = received.find('>');
    if (end == std::string::npos) return std::nullopt;
    const std::size_t start = received.find_first_not_of(" \t\r\n");
    if (received.compare(start, 8, "<proceed") != 0) refuseStarttls("<proceed/>", received);
    std::size_t whole = end + 1;
    constexpr std::string_view closing = "</proceed>";
    if (received[end - 1] != '/') {
      if (received.size() < whole + closing.size()) return std::nullopt;
      if (received.compare(whole, closing.size(), closing) != 0) {
        refuseStarttls("<proceed/>", received);
      }
      whole += closing.size();
    }
    received.erase(0, whole);
    return Answer{.goAhead = true};
  }

  std::string host_;
  bool asked_ = false;
};

}  // namespace

std::unique_ptr<StarttlsDialogue> makeMessageDialogue(const std::string& protocol,
                                                      const std::string& host) {
  if (protocol == "ldap") return std::make_unique<Ldap>();
  if (protocol == "postgres") return std::make_unique<Postgres>();
  if (protocol == "mysql") return std::make_unique<Mysql>();
  if (protocol == "xmpp") return std::make_unique<Xmpp>(host);
  return nullptr;
}

}  // namespace securepair::cli
