// What threads share: the post of a loop, contexts, the keys of tickets, a store of sessions, the
// system's roots, the settings of the process, and the terminal. ThreadSanitizer looks on in a part
// of its own.
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/host.h"
#include "net/fd.h"
#include "support/ports.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

constexpr int threads = 4;

void inThreads(const std::function<void(int)>& body) {
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back(body, i);
  for (std::thread& thread : running) thread.join();
}

// Opens so many connections one after the other, and has a line echoed on each.
class Visits {
 public:
  Visits(int port, tls::ConnectOptions options, int count)
      : port_(port), options_(std::move(options)), left_(count) {
    next();
  }
  int echoed() const { return echoed_; }
  int resumed() const { return resumed_; }

 private:
  void next() {
    if (left_-- == 0) return;
    const auto client = tls::connect(port_, "localhost", options_, [](tls::CleartextStream& s) {
      EXPECT_TRUE(s.authorized()) << s.authorizationError();
      s.end("line");
    });
    client->onData([this, raw = client.get()](std::string_view text) {
      echoed_ += text == "line" ? 1 : 0;
      resumed_ += raw->isSessionReused() ? 1 : 0;
    });
    client->onClose([this] { next(); });
  }

  int port_;
  tls::ConnectOptions options_;
  int left_;
  int echoed_ = 0;
  int resumed_ = 0;
};

TEST(Threads, PostToALoopThatRuns) {
  constexpr int tasks = 500;
  int ran = 0;
  Loop& loop = Loop::current();
  const auto alive = loop.setTimeout(1h, [] {});
  std::thread posting([&] {
    inThreads([&](int) {
      for (int i = 0; i < tasks; ++i) {
        loop.post([&] {
          if (++ran == threads * tasks) loop.clearTimer(alive);
        });
      }
    });
  });
  runLoop(20s);
  posting.join();
  EXPECT_EQ(ran, threads * tasks);
}

TEST(Threads, ShareAContext) {
  const crypto::Credentials ofClients =
      crypto::createCredentials({.ca = World::get().authority.own.cert});
  const crypto::Credentials ofServers =
      crypto::createCredentials({.key = World::get().server.key, .cert = World::get().server.cert});
  inThreads([&](int) {
    const auto server = tls::createServer({}, echo);
    server->addContext("localhost", ofServers);
    server->listen(0, "127.0.0.1");
    tls::ConnectOptions options;
    options.secureContext = ofClients.context;
    const Visits visits(server->address()->port, options, 10);
    const auto timer = Loop::current().setInterval(5ms, [&] {
      if (visits.echoed() == 10) Loop::current().stop();
    });
    runLoop(20s);
    Loop::current().clearTimer(timer);
    EXPECT_EQ(visits.echoed(), 10);
  });
}

// One port, a server for each thread, and sessions that each of them resumes.
void serveOnePort(const tls::ServerOptions& options) {
  const net::Fd listening = listenOnLoopback();
  std::atomic<int> accepted{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> serving;
  for (int i = 0; i < threads; ++i) {
    serving.emplace_back([&, own = ::dup(listening.get())] {
      const auto server = tls::createServer(options, [&](tls::CleartextStream& stream) {
        ++accepted;
        echo(stream);
      });
      server->listen(net::Descriptor(own));
      Loop::current().setInterval(5ms, [&] {
        if (done) Loop::current().stop();
      });
      Loop::current().run();
    });
  }
  constexpr int count = 40;
  const Visits visits(portOf(listening.get()), clientOptions(), count);
  runLoop(20s);
  done = true;
  for (std::thread& thread : serving) thread.join();
  EXPECT_EQ(visits.echoed(), count);
  EXPECT_EQ(accepted, count);
  EXPECT_EQ(visits.resumed(), count - 1);
}

TEST(Threads, ResumeTheTicketsOfOthers) {
  auto options = serverOptions();
  options.ticketSecret = std::string(32, 's');
  serveOnePort(options);
}

TEST(Threads, ResumeTheSessionsOfAStoreThatTheyShare) {
  auto options = serverOptions();
  options.sessionStore = std::make_shared<tls::MemorySessionStore>(20);
  serveOnePort(options);
}

TEST(Threads, MakeLoopsAndContextsAtTheSameTime) {
  inThreads([](int) {
    for (int i = 0; i < 5; ++i) {
      Loop loop;
      crypto::createCredentials();  // the system's roots
      crypto::createCredentials({.key = World::get().server.key, .cert = World::get().server.cert});
      loop.setTimeout(1ms, [] {});
      loop.run();
    }
  });
}

TEST(Threads, ReadSettingsThatOthersWrite) {
  const int before = tls::CLIENT_RENEG_LIMIT;
  inThreads([](int thread) {
    for (int i = 0; i < 20; ++i) {
      tls::CLIENT_RENEG_LIMIT = thread + 1;
      const auto server = tls::createServer(serverOptions());
      EXPECT_GE(static_cast<int>(tls::CLIENT_RENEG_LIMIT), 1);
    }
  });
  tls::CLIENT_RENEG_LIMIT = before;
}

TEST(Threads, ReportOnTheTerminalAtTheSameTime) {
  testing::internal::CaptureStderr();
  inThreads([](int) {
    Loop loop;
    for (int i = 0; i < 20; ++i) {
      base::reportUnhandledError(Error("ECODE", "what went wrong"), base::Origin::other);
    }
  });
  const std::string output = testing::internal::GetCapturedStderr();
  std::istringstream lines(output);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(line.starts_with("securepair: unhandled error: ")) << line;
    EXPECT_EQ(line.find("securepair", 1), std::string::npos) << line;
  }
  EXPECT_EQ(count, 2 * threads) << "the first of each loop, and the others together\n" << output;
}

}  // namespace
}  // namespace securepair::test
