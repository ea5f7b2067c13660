// What is written while the loop goes through what a poll has found leaves with its listener,
// or, in a crowd, at the end.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <uv.h>

#include "net/connection.h"
#include "net/endpoint.h"
#include "net/fd.h"
#include "support/ports.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

/// A client without a loop.
class Peer {
 public:
  explicit Peer(std::uint16_t port) : fd_(test::connectToLoopback(port)) {}

  void send(const std::string& text) const {
    EXPECT_EQ(::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  std::string readWhatIsThere() const { return read(MSG_DONTWAIT); }
  std::string readToTheEnd() const { return read(0); }

 private:
  std::string read(int flags) const {
    std::string all;
    std::array<char, 4096> piece{};
    for (;;) {
      const ssize_t count = ::recv(fd_.get(), piece.data(), piece.size(), flags);
      if (count <= 0) return all;
      all.append(piece.data(), static_cast<std::size_t>(count));
    }
  }

  net::Fd fd_;
};

class Outbox : public test::ConnectionTest {
 protected:
  // What `here` gets of what `there` writes in a listener, to the end.
  std::string told(const std::function<void()>& write) {
    connectBoth();
    std::string received;
    here->onData([&](std::string_view text) { received += text; });
    there->onData([&] { write(); });
    here->write("now");
    runLoop();
    return received;
  }
};

// Clients that are all answered by one round of the loop at a time.
class OutboxOf : public test::LoopTest {
 protected:
  void connect(int clients) {
    server_ = net::createServer([this](net::Socket& socket) {
      socket.onData([this, &socket](const Data& data) {
        socket.write(data);
        const auto had = [](const auto& peer) { return !peer->readWhatIsThere().empty(); };
        answeredMeanwhile_ += std::count_if(peers_.begin(), peers_.end(), had);
        ++asked_;
      });
    });
    server_->listen(0, "127.0.0.1");
    for (int i = 0; i < clients; ++i) {
      peers_.push_back(std::make_unique<Peer>(server_->address()->port));
    }
    runUntil([&] { return server_->connections() == clients; });
  }
  ~OutboxOf() override {
    peers_.clear();
    server_->close();
    runLoop();
  }

  /// How many of the first `asking` have got their answer before the last was read.
  std::ptrdiff_t answeredMeanwhile(int asking) {
    answeredMeanwhile_ = asked_ = 0;
    for (int i = 0; i < asking; ++i) peers_[static_cast<std::size_t>(i)]->send("?");
    runUntil([&] { return asked_ == asking; });
    return answeredMeanwhile_;
  }
  /// How many get theirs then.
  std::ptrdiff_t answeredAfterwards() {
    return std::count_if(peers_.begin(), peers_.end(),
                         [](const auto& peer) { return peer->readWhatIsThere() == "?"; });
  }

 private:
  std::shared_ptr<net::Server> server_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::ptrdiff_t answeredMeanwhile_ = 0;
  int asked_ = 0;
};

TEST_F(OutboxOf, ManyLeavesWhenAllHaveBeenRead) {
  connect(12);
  EXPECT_EQ(answeredMeanwhile(12), 11) << "the loop does not know yet that they are many";
  EXPECT_EQ(answeredAfterwards(), 1);
  EXPECT_EQ(answeredMeanwhile(12), 0);
  EXPECT_EQ(answeredAfterwards(), 12);
}

TEST_F(OutboxOf, FewLeavesWhenTheListenerReturns) {
  connect(11);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(answeredMeanwhile(11), 10);
    EXPECT_EQ(answeredAfterwards(), 1);
  }
}

TEST_F(OutboxOf, ManyIsForgottenWhenTheyAreFew) {
  connect(12);
  answeredMeanwhile(12);
  answeredAfterwards();
  EXPECT_EQ(answeredMeanwhile(2), 0);
  EXPECT_EQ(answeredAfterwards(), 2);
  EXPECT_EQ(answeredMeanwhile(2), 1);
  EXPECT_EQ(answeredAfterwards(), 1);
}

TEST_F(Outbox, KeepsTheOrderOfSmallAndLarge) {
  const std::string large(300'000, 'L');
  const std::string received = told([&] {
    there->write("a");
    there->write(large);
    there->write("b");
    there->end("c");
  });
  EXPECT_EQ(received.size(), large.size() + 3);
  EXPECT_EQ(received, "a" + large + "bc");
}

TEST_F(Outbox, KeepsTheOrderOfMoreThanItHolds) {
  std::string expected;
  for (int i = 0; i < 3000; ++i) expected += std::to_string(i) + std::string(i % 100, ' ');
  const std::string received = told([&] {
    for (int i = 0; i < 3000; ++i) there->write(std::to_string(i) + std::string(i % 100, ' '));
    there->end();
  });
  EXPECT_EQ(received, expected);
}

TEST_F(Outbox, LosesNothingByDestroy) {
  EXPECT_EQ(told([&] {
              there->write("last words");
              there->destroy();
            }),
            "last words");
}

// A server that has been asked already when the loop begins, and says its last words to that.
class LastWords : public testing::Test {
 protected:
  void serve(const std::function<void()>& then) {
    server_ = net::createServer([this, then](net::Socket& socket) {
      socket.onData([this, then, &socket] {
        socket.write("last words");
        server_->close();
        then();
      });
    });
    server_->listen(net::Descriptor(::dup(listening_.get())));
  }
  static void waitFor(pid_t child) {
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
  }

  const net::Fd listening_ = test::listenOnLoopback();
  Peer peer_{test::portOf(listening_.get())};

 private:
  std::shared_ptr<net::Server> server_;
};

TEST_F(LastWords, AreNotLostByExit) {
  peer_.send("?");
  EXPECT_EXIT(
      {
        uv_loop_t somebodys;
        uv_loop_init(&somebodys);
        const Loop loop(&somebodys);
        serve([] { std::exit(7); });
        uv_run(&somebodys, UV_RUN_DEFAULT);
      },
      testing::ExitedWithCode(7), "");
  EXPECT_EQ(peer_.readToTheEnd(), "last words");
}

// The peer has gone away before they are sent, and the thread's queue of tasks goes before the
// loop.
void answerNobodyAndExit() {
  uv_loop_t somebodys;
  uv_loop_init(&somebodys);
  const Loop loop(&somebodys);
  const auto server = net::createServer([](net::Socket& socket) {
    socket.onData([&socket] {
      socket.write("last words");
      std::exit(7);
    });
  });
  const std::string path = test::socketPath("nobody");
  server->listen(path);
  {
    const net::Fd peer(::socket(AF_UNIX, SOCK_STREAM, 0));
    const auto name = net::UnixName::make(path);
    ::connect(peer.get(), name->get(), name->size());
    ::send(peer.get(), "?", 1, MSG_NOSIGNAL);
  }
  ::unlink(path.c_str());
  uv_run(&somebodys, UV_RUN_DEFAULT);
}

TEST(LastWordsToNobody, DoNotDisturbAnExit) {
  EXPECT_EXIT(answerNobodyAndExit(), testing::ExitedWithCode(7), "^$");
}

TEST_F(LastWords, AreNotLostByTheLoopsEnd) {
  peer_.send("?");
  uv_loop_t somebodys;
  uv_loop_init(&somebodys);
  auto loop = std::make_unique<Loop>(&somebodys);
  serve([&] { loop.reset(); });
  uv_run(&somebodys, UV_RUN_DEFAULT);
  EXPECT_EQ(uv_loop_close(&somebodys), 0);
  EXPECT_EQ(peer_.readToTheEnd(), "last words");
}

// Another loop has taken its place when the program ends.
TEST_F(LastWords, AreNotLostByTheLoopsEndBeforeAnExit) {
  peer_.send("?");
  EXPECT_EXIT(
      {
        uv_loop_t somebodys;
        uv_loop_t anothers;
        uv_loop_init(&somebodys);
        uv_loop_init(&anothers);
        auto loop = std::make_unique<Loop>(&somebodys);
        serve([&] {
          loop.reset();
          loop = std::make_unique<Loop>(&anothers);
          std::exit(7);
        });
        uv_run(&somebodys, UV_RUN_DEFAULT);
      },
      testing::ExitedWithCode(7), "");
  EXPECT_EQ(peer_.readToTheEnd(), "last words");
}

TEST_F(LastWords, AreSaidOnceWhereAChildExits) {
  peer_.send("?");
  EXPECT_EXIT(
      {
        serve([] {
          const pid_t child = ::fork();
          if (child == 0) std::exit(0);
          waitFor(child);
          std::exit(7);
        });
        run();
      },
      testing::ExitedWithCode(7), "");
  EXPECT_EQ(peer_.readToTheEnd(), "last words");
}

}  // namespace
}  // namespace securepair
