// A TLS echo server of 127.0.0.1 to be mistreated. It prints its port, and serves until SIGINT.
//
// --greeting TEXT          what it says first
// --handshake-timeout MS   120 s by default
// --close-timeout MS       120 s by default
// --in-error WHAT          what the listeners of `error` and `clientError` do; see misbehave()
// --no-tickets 1           no session is resumed
// --loops N                so many loops, each with a server and a thread of its own, on one port
#include <securepair/securepair.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <mutex>
#include <new>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include "net/fd.h"
#include "support/ports.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct Flags {
  std::string greeting = {};
  std::string inError = {};  ///< empty: no listener
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(120);
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(120);
  bool tickets = true;
  int loops = 1;
};

Flags parse(int count, char** arguments) {
  Flags flags;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const char* const value = arguments[i + 1];
    if (name == "--greeting") {
      flags.greeting = value;
    } else if (name == "--in-error") {
      flags.inError = value;
    } else if (name == "--handshake-timeout") {
      flags.handshakeTimeout = std::chrono::milliseconds(std::atoi(value));
    } else if (name == "--close-timeout") {
      flags.closeTimeout = std::chrono::milliseconds(std::atoi(value));
    } else if (name == "--no-tickets") {
      flags.tickets = false;
    } else if (name == "--loops") {
      flags.loops = std::atoi(value);
    } else {
      throw std::invalid_argument("there is no flag " + std::string(name));
    }
  }
  return flags;
}

struct Thrown : std::runtime_error {
  Thrown() : std::runtime_error("thrown by a listener") {}
};

// Whatever it does, the connection that has failed must be gone.
void misbehave(const std::string& what, tls::CleartextStream* stream) {
  if (what == "throw") throw Thrown();
  if (stream == nullptr || what == "nothing") return;
  if (what == "write") {
    stream->write(std::string(100'000, 'x'));
  } else if (what == "end") {
    stream->end("last words");
  } else if (what == "destroy") {
    stream->destroy();
  } else if (what == "destroySoon") {
    stream->destroySoon();
  } else if (what == "pause") {
    stream->pause();
  } else if (what == "secure") {
    auto options = clientOptions();
    options.socket = stream->shared();
    tls::connect(options)->onError([] {});
  } else {
    throw std::invalid_argument("--in-error knows no " + what);
  }
}

void echoTo(tls::CleartextStream& stream, const Flags& flags) {
  if (!flags.inError.empty()) {
    stream.onError([&] { misbehave(flags.inError, &stream); });
  }
  if (!flags.greeting.empty()) stream.write(flags.greeting);
  stream.pipe(stream);
}

std::shared_ptr<tls::Server> makeServer(const Flags& flags) {
  auto options = serverOptions();
  options.handshakeTimeout = flags.handshakeTimeout;
  options.closeTimeout = flags.closeTimeout;
  if (!flags.tickets) options.sessionTimeout = std::chrono::seconds(0);
  const auto server =
      tls::createServer(options, [&flags](tls::CleartextStream& s) { echoTo(s, flags); });
  if (!flags.inError.empty()) {
    server->onClientError([&flags](const Error&) { misbehave(flags.inError, nullptr); });
  }
  return server;
}

// Of the loops that are to stop.
class Loops {
 public:
  void add(Loop& loop) {
    const std::lock_guard guard(mutex_);
    loops_.push_back(&loop);
  }
  void stop() {
    const std::lock_guard guard(mutex_);
    stopped_ = true;
    for (Loop* const loop : loops_) stop(*loop);
  }
  bool stopped() {
    const std::lock_guard guard(mutex_);
    return stopped_;
  }

 private:
  // Where there is no memory for it now there may be in a moment.
  static void stop(Loop& loop) {
    try {
      loop.post([&loop] { loop.stop(); });
    } catch (const std::bad_alloc&) {
      stop(loop);
    }
  }

  std::mutex mutex_;
  std::vector<Loop*> loops_;
  bool stopped_ = false;
};

// What a listener throws, and what there was no memory for, comes out of run(), which is called
// again.
void serve(const Flags& flags, net::Fd listening, Loops& loops, std::latch& ready) {
  Loop& loop = Loop::current();
  loops.add(loop);
  const auto server = makeServer(flags);
  server->listen(net::Descriptor(listening.release()));
  ready.count_down();
  while (!loops.stopped()) {
    try {
      loop.run();
    } catch (const Thrown&) {
    } catch (const std::bad_alloc&) {
      std::fputs("run() threw std::bad_alloc\n", stderr);
    }
  }
}

int serveAll(const Flags& flags) {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);  // in all threads

  const net::Fd listening = listenOnLoopback();
  Loops loops;
  std::latch ready(flags.loops);
  std::vector<std::thread> threads;
  for (int i = 0; i < flags.loops; ++i) {
    threads.emplace_back([&, own = net::Fd(::dup(listening.get()))]() mutable {
      serve(flags, std::move(own), loops, ready);
    });
  }
  ready.wait();
  std::printf("listening on %d\n", portOf(listening.get()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&interrupt, &signal);
  loops.stop();
  for (auto& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace securepair::test

int main(int count, char** arguments) {
  try {
    return securepair::test::serveAll(securepair::test::parse(count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
