#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

#include "net/connection.h"
#include "net/endpoint.h"
#include "net/fd.h"

// Servers on a socket that somebody else has made, as systemd hands them over.
namespace securepair {
namespace {

static_assert(!std::is_convertible_v<int, net::Descriptor>, "a number is a port");

net::Fd boundTcp() {
  net::Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
  const auto any = net::Endpoint::parse("127.0.0.1", 0);
  EXPECT_EQ(::bind(fd.get(), any.get(), any.size()), 0);
  return fd;
}

net::Fd listeningTcp() {
  net::Fd fd = boundTcp();
  EXPECT_EQ(::listen(fd.get(), 8), 0);
  return fd;
}

net::Fd boundUnix(const std::string& path) {
  net::Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  const auto name = net::UnixName::make(path);
  EXPECT_EQ(::bind(fd.get(), name->get(), name->size()), 0);
  return fd;
}

bool isOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

class HandedSockets : public test::LoopTest {
 protected:
  // Serves one client on it and closes.
  net::Address serveOneOn(net::Fd handed) {
    const int fd = handed.release();
    std::string received;
    const auto server = net::createServer();
    server->onConnection([&](net::Socket& socket) {
      socket.onData([&](std::string_view text) { received += text; });
      server->close();
    });
    server->listen(net::Descriptor(fd));
    const auto address = server->address().value_or(net::Address());
    const auto client = address.family == "Unix" ? net::connect(address.address)
                                                 : net::connect(address.port, address.address);
    client->end("served");
    runLoop();
    EXPECT_EQ(received, "served");
    EXPECT_FALSE(isOpen(fd)) << "the server owns it";
    return address;
  }

  // What a server says that it is. It must be left open.
  std::string refusalOf(int fd) {
    const auto server = net::createServer();
    std::string got;
    server->onError([&](const Error& error) {
      EXPECT_EQ(error.code(), "ERR_INVALID_FD_TYPE") << error.what();
      EXPECT_NE(error.message().find("descriptor " + std::to_string(fd)), std::string::npos);
      EXPECT_FALSE(error.fix().empty());
      got = error.got();
    });
    server->listen(net::Descriptor(fd), [] { ADD_FAILURE() << "listening"; });
    EXPECT_FALSE(server->address());
    EXPECT_EQ(got, "") << "told at once";
    runLoop();
    EXPECT_TRUE(isOpen(fd));
    return got;
  }
};

TEST_F(HandedSockets, OfTcpThatListen) {
  const auto address = serveOneOn(listeningTcp());
  EXPECT_EQ(address.family, "IPv4");
  EXPECT_GT(address.port, 0);
}

TEST_F(HandedSockets, OfTcpThatAreBoundOnly) {
  EXPECT_EQ(serveOneOn(boundTcp()).address, "127.0.0.1");
}

TEST_F(HandedSockets, OfUnixKeepTheirFile) {
  for (const bool listens : {false, true}) {
    const std::string path = test::socketPath("handed");
    net::Fd fd = boundUnix(path);
    EXPECT_EQ(listens ? ::listen(fd.get(), 8) : 0, 0);
    EXPECT_EQ(serveOneOn(std::move(fd)), (net::Address{path, 0, "Unix"}));
    EXPECT_TRUE(std::filesystem::remove(path)) << "its maker's";
  }
}

TEST_F(HandedSockets, AreNotInheritedByChildren) {
  net::Fd fd = listeningTcp();
  const int number = fd.release();
  const auto server = net::createServer();
  server->listen(net::Descriptor(number));
  EXPECT_EQ(::fcntl(number, F_GETFD), FD_CLOEXEC);
  server->close();
  runLoop();
}

// What came before the program did: the reason why a socket is handed over.
TEST_F(HandedSockets, ServeThoseWhoCameBefore) {
  net::Fd fd = listeningTcp();
  const auto address = net::localAddress(fd.get());
  std::string received;
  const auto client = net::connect(address->port, address->address);
  client->onData([&](std::string_view text) { received += text; });
  runUntil([&] { return client->remotePort() != 0; });
  const auto server = net::createServer();
  server->onConnection([&](net::Socket& socket) {
    socket.end("late but here");
    server->close();
  });
  server->listen(net::Descriptor(fd.release()));
  runLoop();
  EXPECT_EQ(received, "late but here");
}

TEST_F(HandedSockets, ThatAreNoneSayWhatTheyAre) {
  std::string name = std::filesystem::temp_directory_path() / "securepair-XXXXXX";
  const net::Fd file(::mkstemp(name.data()));
  EXPECT_EQ(refusalOf(file.get()), "a regular file");
  std::filesystem::remove(name);
  EXPECT_EQ(refusalOf(net::Fd(::open("/dev/null", O_RDONLY)).get()), "a character device");
  EXPECT_EQ(refusalOf(net::Fd(::open("/", O_RDONLY | O_DIRECTORY)).get()), "a folder");
  int pipe[2] = {};
  ASSERT_EQ(::pipe(pipe), 0);
  const net::Fd reads(pipe[0]);
  const net::Fd writes(pipe[1]);
  EXPECT_EQ(refusalOf(reads.get()), "a pipe");
}

TEST_F(HandedSockets, OfAnotherKindSayWhich) {
  const net::Fd datagram(::socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_EQ(refusalOf(datagram.get()), "a datagram socket");
  const net::Fd packets(::socket(AF_UNIX, SOCK_SEQPACKET, 0));
  EXPECT_EQ(refusalOf(packets.get()), "a socket of sequenced packets");
  const net::Fd unbound(::socket(AF_UNIX, SOCK_STREAM, 0));
  EXPECT_EQ(refusalOf(unbound.get()), "a Unix socket that is bound to no path");
  int ends[2] = {};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const net::Fd one(ends[0]);
  const net::Fd other(ends[1]);
  EXPECT_EQ(refusalOf(one.get()), "a socket that is connected");
}

TEST_F(HandedSockets, ThatAreConnectedSayToWhom) {
  const net::Fd listening = listeningTcp();
  const auto address = net::localAddress(listening.get());
  const auto end = net::Endpoint::parse("127.0.0.1", address->port);
  const net::Fd connected(::socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(connected.get(), end.get(), end.size()), 0);
  EXPECT_EQ(refusalOf(connected.get()), "a socket that is connected to " + end.text());
}

TEST_F(HandedSockets, ThatAreNotOpenAreAnError) {
  for (const int number : {-1, 9999}) {
    const auto server = net::createServer();
    std::string code;
    server->onError([&](const Error& error) { code = error.code(); });
    server->listen(net::Descriptor(number));
    runLoop();
    EXPECT_EQ(code, "EBADF");
  }
}

// The second server must not take the first one's socket down with it.
TEST_F(HandedSockets, AreServedByOneServerInALoop) {
  net::Fd fd = listeningTcp();
  const int number = fd.release();
  const auto first = net::createServer();
  first->listen(net::Descriptor(number));
  const auto second = net::createServer();
  std::string code;
  second->onError([&](const Error& error) { code = error.code(); });
  second->listen(net::Descriptor(number));
  runUntil([&] { return !code.empty(); });
  EXPECT_EQ(code, "EEXIST");
  EXPECT_TRUE(isOpen(number));
  first->close();
  runLoop();
}

}  // namespace
}  // namespace securepair
