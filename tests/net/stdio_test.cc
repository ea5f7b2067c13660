#include <securepair/process.h>

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <pty.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "net/connection.h"
#include "net/fd.h"
#include "support/loop_fixture.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

struct Pipe {
  Pipe() {
    int ends[2] = {};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    from = net::Fd(ends[0]);
    to = net::Fd(ends[1]);
  }
  net::Fd from;
  net::Fd to;
};

void writeAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string readAll(int fd) {
  std::string all;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof(buffer));
    if (count <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(count));
  }
}

net::Fd file(const std::string& content) {
  std::FILE* const made = std::tmpfile();
  net::Fd fd(::dup(::fileno(made)));
  std::fclose(made);
  writeAll(fd.get(), content);
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

/// Records what standard input tells, in a child of which `fd` is standard input.
class Input {
 public:
  explicit Input(int fd) {
    ::dup2(fd, STDIN_FILENO);
    Stream& in = process::stdinStream();
    in.onData([this](std::string_view text) { received += text; });
    in.onEnd([this] { events += "end "; });
    in.onError([this](const Error& error) { events += error.code() + " "; });
    in.onClose([this] { events += "close"; });
  }
  std::string received;
  std::string events;
};

// The exit status of a child that reads all of this input: 0 where it is the expected.
int readsAll(int fd, const std::string& expected, const std::function<void()>& before = {}) {
  return test::inChild([&] {
    if (before) before();
    Input input(fd);
    process::stdinStream().resume();
    if (run() != 0) return 2;
    if (input.events != "end close") return 3;
    return input.received == expected ? 0 : 4;
  });
}

// ---- Standard input ----

TEST(StandardInput, IsAFile) {
  const std::string content = "a file\n" + std::string(300'000, 'x') + "its end";
  EXPECT_EQ(readsAll(file(content).get(), content), 0);
}

TEST(StandardInput, IsAnEmptyFile) { EXPECT_EQ(readsAll(file("").get(), ""), 0); }

TEST(StandardInput, IsDevNull) {
  const net::Fd null(::open("/dev/null", O_RDONLY));
  EXPECT_EQ(readsAll(null.get(), ""), 0);
}

TEST(StandardInput, IsAPipe) {
  Pipe pipe;
  const std::string content(300'000, 'p');
  std::thread writer([&] {
    writeAll(pipe.to.get(), "first ");
    std::this_thread::sleep_for(10ms);
    writeAll(pipe.to.get(), content);
    pipe.to.reset();
  });
  EXPECT_EQ(readsAll(pipe.from.get(), "first " + content, [&] { pipe.to.reset(); }), 0);
  pipe.from.reset();
  writer.join();
}

TEST(StandardInput, IsAPipeThatWasClosedBefore) {
  Pipe pipe;
  writeAll(pipe.to.get(), "left behind");
  pipe.to.reset();
  EXPECT_EQ(readsAll(pipe.from.get(), "left behind"), 0);
}

TEST(StandardInput, IsANamedPipeThatWasClosedBefore) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("securepair-fifo-" + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const net::Fd from(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  net::Fd to(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  ::fcntl(from.get(), F_SETFL, 0);
  writeAll(to.get(), "left behind");
  to.reset();
  EXPECT_EQ(readsAll(from.get(), "left behind"), 0);
  // Whoever else has it finds it as it was.
  EXPECT_EQ(::fcntl(from.get(), F_GETFL) & O_NONBLOCK, 0);
  std::filesystem::remove(path);
}

TEST(StandardInput, IsASocketWhoseOtherDirectionStaysOpen) {
  int ends[2] = {};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  net::Fd here(ends[0]);
  net::Fd there(ends[1]);
  // The socket holds both: a thread beside the fork could leave the child a lock that nobody opens.
  writeAll(there.get(), "question");
  ::shutdown(there.get(), SHUT_WR);
  EXPECT_EQ(test::inChild([&] {
              there.reset();
              ::dup2(here.get(), STDOUT_FILENO);
              Input input(here.get());
              process::stdinStream().resume();
              process::stdinStream().onEnd([] { process::stdoutStream().write("answer"); });
              return run() == 0 && input.received == "question" ? 0 : 1;
            }),
            0);
  here.reset();
  EXPECT_EQ(readAll(there.get()), "answer");
}

TEST(StandardInput, IsATerminal) {
  int master = -1;
  int terminal = -1;
  ASSERT_EQ(::openpty(&master, &terminal, nullptr, nullptr, nullptr), 0);
  const net::Fd keys(master);
  const net::Fd input(terminal);
  writeAll(keys.get(), "typed\n\x04");  // a line, then Ctrl-D
  EXPECT_EQ(readsAll(input.get(), "typed\n"), 0);
  EXPECT_EQ(::fcntl(input.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(StandardInput, IsClosed) {
  EXPECT_EQ(test::inChild([] {
              ::close(STDIN_FILENO);
              std::string events;
              process::stdinStream().onEnd([&] { events += "end"; });
              process::stdinStream().resume();
              return run() == 0 && events == "end" ? 0 : 1;
            }),
            0);
}

TEST(StandardInput, IsAFolder) {
  const net::Fd folder(::open("/", O_RDONLY));
  EXPECT_EQ(test::inChild([&] {
              Input input(folder.get());
              process::stdinStream().resume();
              run();
              return input.events == "EISDIR close" ? 0 : 1;
            }),
            0);
}

TEST(StandardInput, StartsPausedAndThenKeepsNothingRunning) {
  Pipe pipe;
  const net::Fd aFile = file("content");
  for (const int fd : {pipe.from.get(), aFile.get()}) {
    EXPECT_EQ(test::inChild([&] {
                const Input input(fd);
                return run() == 0 && input.events.empty() && input.received.empty() ? 0 : 1;
              }),
              0);
  }
}

TEST(StandardInput, PausedHoldsWhatItHasRead) {
  Pipe pipe;
  const net::Fd aFile = file("content");
  writeAll(pipe.to.get(), "content");
  pipe.to.reset();
  for (const int fd : {pipe.from.get(), aFile.get()}) {
    EXPECT_EQ(test::inChild([&] {
                Input input(fd);
                Stream& in = process::stdinStream();
                in.resume();
                in.pause();
                bool heldBack = false;
                Loop::current().setTimeout(20ms, [&] {
                  heldBack = input.received.empty();
                  in.resume();
                });
                run();
                return heldBack && input.received == "content" && input.events == "end close" ? 0
                                                                                              : 1;
              }),
              0);
  }
}

TEST(StandardInput, MayBeDestroyedInsideData) {
  Pipe pipe;
  const net::Fd aFile = file("content");
  writeAll(pipe.to.get(), "content");
  for (const int fd : {pipe.from.get(), aFile.get()}) {
    EXPECT_EQ(test::inChild([&] {
                Input input(fd);
                Stream& in = process::stdinStream();
                in.onData([&] { in.destroy(); });
                in.resume();
                run();
                return input.events == "close" && input.received == "content" ? 0 : 1;
              }),
              0);
  }
}

TEST(StandardInput, IsNotWritten) {
  const net::Fd aFile = file("content");
  EXPECT_EQ(test::inChild([&] {
              Input input(aFile.get());
              Stream& in = process::stdinStream();
              const bool refused = !in.writable() && !in.write("x");
              in.resume();
              run();
              return refused && input.events == "end close" ? 0 : 1;
            }),
            0);
}

TEST(StandardInput, EndsWithItsLoop) {
  const net::Fd aFile = file("content");
  Pipe pipe;
  for (const int fd : {pipe.from.get(), aFile.get()}) {
    EXPECT_EQ(test::inChild([&] {
                ::dup2(fd, STDIN_FILENO);
                const auto before = test::openDescriptors().size();
                bool called = false;
                std::shared_ptr<Stream> kept;
                {
                  const Loop loop;
                  kept = process::stdinStream().shared();
                  kept->onClose([&, self = kept] { called = true; });
                  kept->resume();
                }
                // Two ends of a pipe are libuv's, for ever.
                return !called && kept->destroyed() && kept.use_count() == 1 &&
                               test::openDescriptors().size() <= before + 2
                           ? 0
                           : 1;
              }),
              0);
  }
}

// ---- Standard output ----

TEST(StandardOutput, WritesInWholeBeforeItReturns) {
  Pipe pipe;
  const std::string much(1 << 20, 'o');
  std::string printed;
  std::thread reader([&] { printed = readAll(pipe.from.get()); });
  EXPECT_EQ(test::inChild([&] {
              ::dup2(pipe.to.get(), STDOUT_FILENO);
              ::fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
              Stream& out = process::stdoutStream();
              const bool goOn = out.write("start ");
              return goOn && out.write(much) && out.write(" end") ? 0 : 1;
            }),
            0);
  pipe.to.reset();
  reader.join();
  EXPECT_EQ(printed, "start " + much + " end");
}

TEST(StandardOutput, OutlivesWhatIsPipedIntoIt) {
  Pipe pipe;
  EXPECT_EQ(test::inChild([&] {
              ::dup2(pipe.to.get(), STDOUT_FILENO);
              const auto server = net::createServer([](net::Socket& socket) { socket.end("x"); });
              server->listen(0, "127.0.0.1");
              const int port = server->address()->port;
              const auto first = net::connect(port, "127.0.0.1");
              first->pipe(process::stdoutStream());
              first->onClose([&] {
                const auto second = net::connect(port, "127.0.0.1");
                second->pipe(process::stdoutStream());
                second->onData([second] { second->destroy(); });
                second->onClose([&] { server->close(); });
              });
              run();
              return process::stdoutStream().writable() ? 0 : 1;
            }),
            0);
  pipe.to.reset();
  EXPECT_EQ(readAll(pipe.from.get()), "xx");
}

TEST(StandardOutput, WithoutAReaderIsAnError) {
  Pipe pipe;
  pipe.from.reset();
  EXPECT_EQ(test::inChild([&] {
              ::dup2(pipe.to.get(), STDOUT_FILENO);
              Loop::current();
              std::string events;
              Stream& out = process::stdoutStream();
              out.onError([&](const Error& error) { events += error.code() + " "; });
              out.onClose([&] { events += "close"; });
              if (out.write("lost") || !events.empty()) return 1;
              run();
              return events == "EPIPE close" && !out.write("closed") ? 0 : 2;
            }),
            0);
}

TEST(StandardOutput, WithoutAReaderOrAListenerMakesRunReturnOne) {
  Pipe pipe;
  pipe.from.reset();
  EXPECT_EQ(test::inChild([&] {
              ::dup2(pipe.to.get(), STDOUT_FILENO);
              Loop::current().onUnhandledError([](const Error&) {});
              process::stdoutStream().write("lost");
              return run();
            }),
            1);
}

TEST(StandardOutput, MayBeEnded) {
  EXPECT_EQ(test::inChild([] {
              bool closed = false;
              Stream& out = process::stdoutStream();
              out.onClose([&] { closed = true; });
              out.end();
              Loop::current();
              run();
              return closed && ::fcntl(STDOUT_FILENO, F_GETFD) >= 0 ? 0 : 1;
            }),
            0);
}

TEST(StandardOutput, IsNotRead) {
  EXPECT_FALSE(process::stdoutStream().readable());
  EXPECT_TRUE(process::stdoutStream().writable());
}

TEST(StandardStreams, ArePipedThroughAConnection) {
  Pipe output;
  const net::Fd input = file("through a connection");
  EXPECT_EQ(test::inChild([&] {
              ::dup2(input.get(), STDIN_FILENO);
              ::dup2(output.to.get(), STDOUT_FILENO);
              const auto server =
                  net::createServer([](net::Socket& socket) { socket.pipe(socket); });
              server->listen(0, "127.0.0.1");
              const auto client =
                  net::connect(server->address()->port, "127.0.0.1", [](net::Socket& socket) {
                    process::stdinStream().pipe(socket);
                    process::stdinStream().resume();
                  });
              client->pipe(process::stdoutStream());
              client->onClose([&] { server->close(); });
              return run();
            }),
            0);
  output.to.reset();
  EXPECT_EQ(readAll(output.from.get()), "through a connection");
}

}  // namespace
}  // namespace securepair
