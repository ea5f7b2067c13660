// A store in place of tickets: asked now or later, it may have anything or nothing, and may fail.
#include <securepair/tls/session_store.h>

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "tls/session_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// Keeps all, and does with what it is asked what the test says.
class TestStore final : public tls::SessionStore {
 public:
  void put(const Buffer& id, const Buffer& session, std::chrono::seconds lifetime) override {
    sessions[id.toString()] = session;
    lastLifetime = lifetime;
    if (throwsInPut) throw std::runtime_error("the disk is full");
  }
  void find(const Buffer& id, tls::SessionAnswer answer) override {
    ++asked;
    const auto found = sessions.find(id.toString());
    onFind(found == sessions.end() ? Buffer() : found->second, std::move(answer));
  }
  void remove(const Buffer& id) override {
    sessions.erase(id.toString());
    if (onRemove) onRemove();
  }

  std::map<std::string, Buffer> sessions;
  std::function<void(const Buffer&, tls::SessionAnswer)> onFind =
      [](const Buffer& session, const tls::SessionAnswer& answer) { answer(session); };
  std::function<void()> onRemove;
  std::chrono::seconds lastLifetime{0};
  bool throwsInPut = false;
  int asked = 0;
};

class SessionStoreTest : public testing::TestWithParam<const char*> {
 protected:
  SessionStoreTest() {
    options = serverOptions();
    options.maxVersion = GetParam();
    options.sessionStore = store;
    server = tls::createServer(options);
    client.sessionCache = false;
    client.maxVersion = GetParam();  // or it would fill the field for a session's id with padding
    Loop::current().onWarning([this](const Error& warning) { warnings += warning.code() + ";"; });
  }
  static bool isTls13() { return std::string(GetParam()) == "TLSv1.3"; }
  Seen connect(const Buffer& session = {}) { return connectTo(*server, with(session, client)); }

  std::shared_ptr<TestStore> store = std::make_shared<TestStore>();
  tls::ServerOptions options;
  std::shared_ptr<tls::Server> server;
  tls::ConnectOptions client = clientOptions();
  std::string warnings;
};

TEST_P(SessionStoreTest, IsAskedForWhatAClientNamesAlone) {
  const auto first = connect();
  EXPECT_EQ(store->asked, 0) << "a new client names no session";
  EXPECT_EQ(store->lastLifetime, 2h);
  ASSERT_EQ(store->sessions.size(), 1U);
  EXPECT_EQ(store->sessions.begin()->first.size(), 32U);
  const auto second = connect(first.session);
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(second.authorized);
  EXPECT_EQ(store->asked, 1);
}

TEST_P(SessionStoreTest, LosesASessionOfTls13WithItsUse) {
  const auto first = connect();
  const std::string id = store->sessions.begin()->first;
  ASSERT_TRUE(connect(first.session).reused);
  EXPECT_EQ(store->sessions.count(id), isTls13() ? 0U : 1U);
  EXPECT_EQ(store->sessions.size(), 1U) << "a new one in place of it";
  EXPECT_EQ(connect(first.session).reused, !isTls13());
}

TEST_P(SessionStoreTest, MayTakeThePlaceOfTicketsLater) {
  options.sessionStore = nullptr;
  server = tls::createServer(options);
  const auto byTicket = connect();
  server->setSessionStore(store);
  const auto stored = connect();
  EXPECT_EQ(store->sessions.size(), 1U);
  EXPECT_EQ(store->lastLifetime, 2h);
  EXPECT_TRUE(connect(stored.session).reused);
  EXPECT_FALSE(connect(byTicket.session).reused) << "its keys are gone";
}

TEST_P(SessionStoreTest, MayBeReplaced) {
  const auto first = connect();
  server->setSessionStore(std::make_shared<TestStore>());
  EXPECT_FALSE(connect(first.session).reused);
}

TEST_P(SessionStoreTest, IsRefusedWhereThereIsNoneOrNothingIsKept) {
  EXPECT_EQ(errorOf([&] { server->setSessionStore(nullptr); }).code(), "ERR_MISSING_OPTION");
  options.sessionStore = nullptr;
  options.sessionTimeout = 0s;
  server = tls::createServer(options);
  EXPECT_EQ(errorOf([&] { server->setSessionStore(store); }).code(), "ERR_OPTION_CONFLICT");
}

TEST_P(SessionStoreTest, RemovedMeansNotResumed) {
  const auto first = connect();
  store->sessions.clear();
  const auto second = connect(first.session);
  EXPECT_FALSE(second.reused);
  EXPECT_TRUE(second.authorized);
}

TEST_P(SessionStoreTest, MayAnswerLater) {
  const auto first = connect();
  store->onFind = [](const Buffer& session, const tls::SessionAnswer& answer) {
    Loop::current().setTimeout(5ms, [session, answer] { answer(session); });
  };
  const auto second = connect(first.session);
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(second.authorized);
}

TEST_P(SessionStoreTest, MayDropTheAnswer) {
  const auto first = connect();
  store->onFind = [](const Buffer&, const tls::SessionAnswer&) {};
  const auto second = connect(first.session);
  EXPECT_FALSE(second.reused);
  EXPECT_TRUE(second.authorized);
}

TEST_P(SessionStoreTest, MayAnswerOnAnotherThread) {
  const auto first = connect();
  std::thread thread;
  store->onFind = [&](const Buffer& session, tls::SessionAnswer answer) {
    thread = std::thread([session, answer = std::move(answer)] { answer(session); });
  };
  EXPECT_TRUE(connect(first.session).reused);
  thread.join();
}

TEST_P(SessionStoreTest, MayDropTheAnswerOnAnotherThread) {
  const auto first = connect();
  std::thread thread;
  store->onFind = [&](const Buffer&, tls::SessionAnswer answer) {
    thread = std::thread([answer = std::move(answer)]() mutable { answer = nullptr; });
  };
  const auto second = connect(first.session);
  EXPECT_FALSE(second.reused);
  EXPECT_TRUE(second.authorized);
  thread.join();
}

TEST_P(SessionStoreTest, AnswersOnce) {
  const auto first = connect();
  store->onFind = [](const Buffer& session, const tls::SessionAnswer& answer) {
    answer({});
    answer(session);
  };
  EXPECT_FALSE(connect(first.session).reused);
}

TEST_P(SessionStoreTest, MayThrow) {
  const auto first = connect();
  store->onFind = [](const Buffer&, const tls::SessionAnswer&) {
    throw std::runtime_error("the database is gone");
  };
  store->throwsInPut = true;
  const auto second = connect(first.session);
  EXPECT_FALSE(second.reused);
  EXPECT_TRUE(second.authorized);
  EXPECT_EQ(warnings, "WARN_SESSION_STORE;WARN_SESSION_STORE;");
}

TEST_P(SessionStoreTest, WithAnythingElseInItIsWithoutTheSession) {
  connect();
  const std::string another = store->sessions.begin()->second.toString();
  store->sessions.clear();
  const auto first = connect();
  const std::string good = store->sessions.begin()->second.toString();
  for (const std::string& bytes :
       {std::string("nonsense"), good.substr(0, good.size() - 1), good + "x", another}) {
    store->onFind = [&](const Buffer&, const tls::SessionAnswer& answer) { answer(bytes); };
    const auto second = connect(first.session);
    EXPECT_FALSE(second.reused);
    EXPECT_TRUE(second.authorized) << second.error << second.clientError;
  }
}

TEST_P(SessionStoreTest, KeepsNoSessionOfAStranger) {
  auto asks = serverOptionsThatAsk();
  asks.maxVersion = GetParam();
  asks.sessionStore = store;
  server = tls::createServer(asks);
  client = as(World::get().stranger, client);
  EXPECT_FALSE(connect().clientAuthorized);
  EXPECT_TRUE(store->sessions.empty());
}

TEST_P(SessionStoreTest, IsWaitedForUntilTheHandshakeTimesOut) {
  const auto first = connect();
  options.handshakeTimeout = 50ms;
  server = tls::createServer(options);
  std::vector<tls::SessionAnswer> kept;
  store->onFind = [&](const Buffer&, tls::SessionAnswer answer) {
    kept.push_back(std::move(answer));
  };
  EXPECT_EQ(connect(first.session).clientError, "ERR_TLS_HANDSHAKE_TIMEOUT");
  kept.front()(store->sessions.begin()->second);  // harmless
}

TEST_P(SessionStoreTest, MayEndTheServerWhileItIsAsked) {
  const auto first = connect();
  store->onFind = [&](const Buffer&, const tls::SessionAnswer&) { server->close(); };
  EXPECT_FALSE(connect(first.session).reused);
}

TEST_P(SessionStoreTest, MayEndTheConnectionItself) {
  if (!isTls13()) return;  // nothing is removed
  const auto first = connect();
  const auto plain = net::createServer();
  std::shared_ptr<tls::CleartextStream> stream;
  plain->onConnection([&](net::Socket& socket) { stream = server->secure(socket); });
  store->onRemove = [&] { stream->destroy(); };
  bool told = false;
  server->onSecureConnection([&](tls::CleartextStream&) { told = true; });
  plain->listen(0, "127.0.0.1");
  const auto again = tls::connect(plain->address()->port, with(first.session, client));
  again->onError([](const Error&) {});
  again->onClose([&] { plain->close(); });
  runLoop();
  EXPECT_TRUE(stream != nullptr && stream->destroyed());
  EXPECT_FALSE(told);
}

// TLS 1.2's other way to name a session; a server with tickets does not use it.
TEST_P(SessionStoreTest, ServesClientsThatKnowNoTickets) {
  const auto folder = ownFolder();
  const std::string flag = isTls13() ? " -tls1_3" : " -tls1_2 -no_ticket";
  const auto reconnect = [&](const std::shared_ptr<tls::Server>& to) {
    std::string reused;
    to->onSecureConnection([&](tls::CleartextStream& stream) {
      reused += stream.isSessionReused() ? "1" : "0";
      stream.end("x");
    });
    to->listen(0, "127.0.0.1");
    const std::string call =
        "openssl s_client -connect 127.0.0.1:" + std::to_string(to->address()->port) + flag;
    Child child("cd '" + folder + "' && rm -f open && mkfifo open && exec 3<>open; " + call +
                    " -sess_out s.pem <&3; " + call + " -sess_in s.pem <&3",
                folder + "/log.txt");
    serveUntilEnds(*to, child);
    return reused;
  };
  EXPECT_EQ(reconnect(server), "01");
  options.sessionStore = nullptr;
  EXPECT_EQ(reconnect(tls::createServer(options)), isTls13() ? "01" : "00");
}

// A server with a loop and a thread of its own, until it is told to end.
class ServerOnAThread {
 public:
  explicit ServerOnAThread(const tls::ServerOptions& options)
      : thread_([this, options] {
          const auto server = serve(options, [](tls::CleartextStream& stream) { stream.end("x"); });
          loop_ = &Loop::current();
          end_ = [server] { server->close(); };
          port_.set_value(server->address()->port);
          run();
        }) {}
  ServerOnAThread(const ServerOnAThread&) = delete;
  ServerOnAThread& operator=(const ServerOnAThread&) = delete;
  ~ServerOnAThread() {
    loop_->post([this] { std::exchange(end_, nullptr)(); });
    thread_.join();
  }
  int port() { return port_.get_future().get(); }

 private:
  std::promise<int> port_;
  Loop* loop_ = nullptr;
  std::function<void()> end_;
  std::thread thread_;
};

TEST_P(SessionStoreTest, ServesServersOnSeveralThreads) {
  options.sessionStore = std::make_shared<tls::MemorySessionStore>();
  server = tls::createServer(options);
  const auto first = connect();
  ServerOnAThread other(options);
  const auto stream = tls::connect(other.port(), with(first.session, client));
  bool reused = false;
  stream->onSecureConnect([&] { reused = stream->isSessionReused() && stream->authorized(); });
  runLoop();
  EXPECT_TRUE(reused);
}

INSTANTIATE_TEST_SUITE_P(Versions, SessionStoreTest, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return version.param == std::string("TLSv1.2") ? "Tls12" : "Tls13";
                         });

TEST(SessionStoreOption, ExcludesATicketSecret) {
  auto options = serverOptions();
  options.sessionStore = std::make_shared<tls::MemorySessionStore>();
  EXPECT_THROW(tls::createServer(options)->setTicketSecret(std::string(32, 's')), Error);
  options.ticketSecret = std::string(32, 's');
  EXPECT_EQ(errorOf([&] { tls::createServer(options); }).code(), "ERR_OPTION_CONFLICT");
}

TEST(SessionStoreOption, NeedsATimeToKeepThem) {
  auto options = serverOptions();
  options.sessionStore = std::make_shared<tls::MemorySessionStore>();
  options.sessionTimeout = 0s;
  EXPECT_EQ(errorOf([&] { tls::createServer(options); }).code(), "ERR_OPTION_CONFLICT");
}

// What find() answers.
std::string found(tls::SessionStore& store, const std::string& id) {
  std::string session = "no answer";
  store.find(id, [&](const Buffer& answer) { session = answer.toString(); });
  return session;
}

TEST(MemorySessionStore, HasWhatWasPutThere) {
  tls::MemorySessionStore store;
  store.put("a"s, "one"s, 1h);
  store.put("a"s, "two"s, 1h);
  EXPECT_EQ(found(store, "a"), "two");
  EXPECT_EQ(found(store, "b"), "");
  store.remove("a"s);
  store.remove("b"s);
  EXPECT_EQ(found(store, "a"), "");
  EXPECT_EQ(store.size(), 0U);
}

TEST(MemorySessionStore, ForgetsWhatWasNotUsedForLongest) {
  tls::MemorySessionStore store(2);
  store.put("a"s, "one"s, 1h);
  store.put("b"s, "two"s, 1h);
  EXPECT_EQ(found(store, "a"), "one");
  store.put("c"s, "three"s, 1h);
  EXPECT_EQ(found(store, "a") + found(store, "b") + found(store, "c"), "onethree");
  EXPECT_EQ(store.size(), 2U);
}

TEST(MemorySessionStore, ForgetsWhatHasExpired) {
  tls::MemorySessionStore store;
  store.put("a"s, "one"s, 0s);
  EXPECT_EQ(found(store, "a"), "");
  store.put("b"s, "two"s, 1h);
  EXPECT_EQ(store.size(), 1U) << "the memory is free again";
}

TEST(MemorySessionStore, IsSharedByThreads) {
  tls::MemorySessionStore store(100);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&store, t] {
      for (int i = 0; i < 500; ++i) {
        const std::string id = std::to_string(i % 150);
        store.put(id, id, 1h);
        store.find(id, [&](const Buffer& session) {
          EXPECT_TRUE(session.empty() || session.toString() == id);
        });
        if (i % 7 == t) store.remove(id);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(store.size(), 100U);
}

}  // namespace
}  // namespace securepair::test
