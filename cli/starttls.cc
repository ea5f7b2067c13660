#include "cli/starttls.h"

#include <memory>
#include <string_view>
#include <utility>

#include "cli/starttls_dialogue.h"
#include "cli/text.h"

namespace securepair::cli {
namespace {

// What a server has to say before TLS is short.
constexpr std::size_t most = std::size_t{64} * 1024;

std::string clipped(std::string_view text) {
  constexpr std::size_t longest = 200;
  const std::string shown = printable(text.substr(0, longest));
  return text.size() > longest ? shown + "..." : shown;
}

Failure failureOf(std::string message, std::string got = {}) {
  return {Exit::handshake,
          ErrorParts{.code = "ERR_STARTTLS", .message = std::move(message), .got = std::move(got)}};
}

class Talk : public std::enable_shared_from_this<Talk> {
 public:
  Talk(std::unique_ptr<StarttlsDialogue> dialogue, std::function<void()> ready,
       std::function<void(const Failure&)> failed)
      : dialogue_(std::move(dialogue)), ready_(std::move(ready)), failed_(std::move(failed)) {}

  void begin(net::Socket& socket) {
    socket.onData([&socket, self = shared_from_this()](const Data& data) {
      self->received_ += data.text();
      self->goOn(socket);
    });
    socket.onEnd([self = shared_from_this()] {
      self->fail(failureOf("the server ended the connection before it began TLS",
                           clipped(self->received_)));
    });
    if (const std::string first = dialogue_->begin(); !first.empty()) socket.write(first);
  }

 private:
  void goOn(net::Socket& socket) {
    try {
      while (!done_) {
        const auto answer = dialogue_->answer(received_);
        if (!answer) break;
        if (!answer->send.empty()) socket.write(answer->send);
        if (answer->goAhead) begun();
      }
      if (!done_ && received_.size() > most) {
        throw failureOf("the server says too much before it begins TLS", clipped(received_));
      }
    } catch (const Failure& failure) {
      fail(failure);
    }
  }

  void begun() {
    if (!received_.empty()) {
      throw failureOf(
          "the server, or somebody on the way to it, sent more in the clear together "
          "with its go-ahead for TLS",
          clipped(received_));
    }
    done_ = true;
    ready_();
  }

  void fail(const Failure& failure) {
    if (std::exchange(done_, true)) return;
    failed_(failure);
  }

  std::unique_ptr<StarttlsDialogue> dialogue_;
  std::function<void()> ready_;
  std::function<void(const Failure&)> failed_;
  std::string received_;
  bool done_ = false;
};

}  // namespace

std::vector<std::string> starttlsProtocols() {
  return {"smtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql", "xmpp"};
}

void startTls(net::Socket& socket, const std::string& protocol, const std::string& host,
              std::function<void()> ready, std::function<void(const Failure&)> failed) {
  auto dialogue = makeLineDialogue(protocol);
  if (dialogue == nullptr) dialogue = makeMessageDialogue(protocol, host);
  std::make_shared<Talk>(std::move(dialogue), std::move(ready), std::move(failed))->begin(socket);
}

void refuseStarttls(const std::string& expected, const std::string& got) {
  throw Failure(Exit::handshake, {.code = "ERR_STARTTLS",
                                  .message = "the server does not begin TLS",
                                  .expected = expected,
                                  .got = clipped(got),
                                  .fix = "look whether the port is that of --starttls's protocol, "
                                         "and the server offers TLS there"});
}

}  // namespace securepair::cli
