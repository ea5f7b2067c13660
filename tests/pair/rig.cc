#include "pair/rig.h"

#include <random>

#include <gtest/gtest.h>

#include "base/later.h"
#include "pair/core.h"
#include "support/tls_world.h"

namespace securepair::test {

using namespace std::chrono_literals;

crypto::Credentials serverCredentials() {
  static const auto all =
      crypto::createCredentials({.key = World::get().server.key, .cert = World::get().server.cert});
  return all;
}

crypto::Credentials clientCredentials() {
  static const auto all = crypto::createCredentials({.ca = World::get().authority.own.cert});
  return all;
}

std::string pattern(std::size_t size, unsigned seed) {
  std::string text(size, '\0');
  std::minstd_rand random(seed);
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::shared_ptr<detail::PairCore> createPair(const crypto::Credentials& credentials,
                                             detail::PairOptions options) {
  return detail::PairCore::create(credentials.context.get(),
                                  std::make_shared<const detail::PairOptions>(std::move(options)));
}

Rig::Rig(const RigOptions& options) : options_(options) {
  if (options.joined != Joined::byHandWithoutALoop) loop.emplace();
  const auto make = [&](bool isServer) {
    const auto credentials = isServer ? serverCredentials() : clientCredentials();
    return createPair(credentials,
                      {.engine = {.isServer = isServer, .identity = isServer ? "" : "localhost"},
                       .handshakeTimeout = options.handshakeTimeout,
                       .closeTimeout = options.closeTimeout});
  };
  const auto core = make(options.subjectIsServer);
  const auto peerCore = make(!options.subjectIsServer);
  if (options.joined == Joined::byCarrier) {
    carriers = MemoryStream::connect(options.carrier);
    core->attachTo(carriers.first, nullptr);
    peerCore->attachTo(carriers.second, nullptr);
  }
  subject = {core, &core->face()};
  peer = {peerCore, &peerCore->face()};
  weakSubject_ = subject;
  weakPeer_ = peer;
  follow();
}

Rig::~Rig() { finish(); }

void Rig::tell(std::string_view event) {
  const std::string word = std::string(event) + ' ';
  if (!events.ends_with(' ' + word) && events != word) events += word;
  onEvent(event);
}

void Rig::follow() {
  auto& stream = subject->cleartext;
  subject->onSecure([this] { tell("secure"); });
  subject->onError([this] { tell("pairError"); });
  stream.onData([this](std::string_view data) {
    receivedBySubject += data;
    tell("data");
  });
  stream.onEnd([this] { tell("end"); });
  stream.onDrain([this] { tell("drain"); });
  stream.onError([this] { tell("error"); });
  stream.onTimeout([this] { tell("timeout"); });
  stream.onClose([this] {
    ++closes;
    tell("close");
  });
  peer->cleartext.onData([this](std::string_view data) { receivedByPeer += data; });
  peer->cleartext.onError([] {});
  peer->onError([] {});
  if (options_.joined != Joined::byCarrier) join();
}

void Rig::join() {
  subject->encrypted.onData([this](std::string_view data) {
    const std::string copy(data);
    if (peer != nullptr) peer->encrypted.write(copy);
    tell("encryptedData");
  });
  subject->encrypted.onEnd([this] {
    if (peer != nullptr) peer->encrypted.end();
    tell("encryptedEnd");
  });
  subject->encrypted.onClose([this] { tell("encryptedClose"); });
  peer->encrypted.onData([this](std::string_view data) {
    const std::string copy(data);
    if (subject != nullptr) subject->encrypted.write(copy);
  });
  peer->encrypted.onEnd([this] {
    if (subject != nullptr) subject->encrypted.end();
  });
}

void Rig::swallow(const std::function<void()>& body) {
  try {
    body();
  } catch (const Thrown&) {
    ++thrown;
  }
}

void Rig::drive(const std::function<void()>& body) {
  swallow(body);
  for (int before = -1; before != thrown;) {
    before = thrown;
    swallow([this] { loop ? loop->run() : base::turn([] {}); });
  }
}

void Rig::advance(std::chrono::milliseconds time) {
  if (!loop) return;
  swallow([&] { loop->advance(time); });
  drive();
}

void Rig::inject(std::string_view ciphertext) {
  if (options_.joined == Joined::byCarrier) {
    drive([&] { carriers.second->write(ciphertext); });
  } else if (subject != nullptr) {
    drive([&] { subject->encrypted.write(ciphertext); });
  }
}

void Rig::write(std::string_view text) {
  if (subject == nullptr || !subject->cleartext.writable()) return;
  sentBySubject += text;
  subject->cleartext.write(text);
}

void Rig::writeFromPeer(std::string_view text) {
  if (peer == nullptr || !peer->cleartext.writable()) return;
  sentByPeer += text;
  peer->cleartext.write(text);
}

void Rig::finish() {
  onEvent = [](std::string_view) {};
  drive([this] {
    if (subject != nullptr) subject->destroy();
  });
  drive([this] {
    if (peer != nullptr) peer->destroy();
  });
  advance(2s);
  for (const auto& carrier : {carriers.first, carriers.second}) {
    if (carrier != nullptr) carrier->destroy();
  }
  drive();
  subject.reset();
  peer.reset();
  EXPECT_TRUE(weakSubject_.expired()) << "the subject has leaked";
  EXPECT_TRUE(weakPeer_.expired()) << "the peer has leaked";
  EXPECT_LE(closes, 1);
  EXPECT_EQ(loop ? loop->timers() : 0, 0U);
}

}  // namespace securepair::test
