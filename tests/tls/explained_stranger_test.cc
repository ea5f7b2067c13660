// Who it is that does not speak TLS, and how far a handshake got that came to no end: what both
// sides tell over real sockets.
#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tls/explained.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using std::string_view_literals::operator""sv;

struct Spoken {
  const char* name;
  std::string_view text;
  std::string code;
  std::vector<std::string> says;
};

void PrintTo(const Spoken& spoken, std::ostream* out) { *out << spoken.name; }

void expectSays(const Error& error, const std::vector<std::string>& says) {
  const std::string text = error.what();
  for (const std::string& words : says) {
    EXPECT_NE(text.find(words), std::string::npos) << "not said: " << words << "\nin: " << text;
  }
}

tls::ConnectOptions client() {
  tls::ConnectOptions options = honest().client;
  options.handshakeTimeout = 5s;
  return options;
}

// What a client of TLS tells that meets a plain server.
std::optional<Error> answeredBy(const std::function<void(net::Socket&)>& server,
                                const tls::ConnectOptions& options = client()) {
  std::optional<Error> told;
  const auto plain = net::createServer([&](net::Socket& socket) {
    socket.onError([](const Error&) {});
    server(socket);
  });
  plain->listen(0, "127.0.0.1");
  const auto stream = tls::connect(plain->address()->port, "127.0.0.1", options);
  stream->onError([&](const Error& error) { told = error; });
  stream->onClose([&] {
    plain->close();
    Loop::current().stop();
  });
  runLoop();
  return told;
}

class AnsweredBy : public testing::TestWithParam<Spoken> {};

TEST_P(AnsweredBy, SomebodyElse) {
  const auto told = answeredBy([](net::Socket& socket) { socket.write(GetParam().text); });
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), GetParam().code);
  expectSays(*told, GetParam().says);
}

const std::string wrongVersion = "ERR_SSL_WRONG_VERSION_NUMBER";

INSTANTIATE_TEST_SUITE_P(
    Strangers, AnsweredBy,
    testing::ValuesIn(std::vector<Spoken>{
        {"Http",
         "HTTP/1.1 400 Bad Request\r\n\r\n",
         wrongVersion,
         {"what answers is plain HTTP, not TLS", "got: \"HTTP/1.1 400 Bad Request\"", "HTTPS"}},
        {"Ssh", "SSH-2.0-OpenSSH_9.2\r\n", wrongVersion, {"answers is SSH", "SSH-2.0-OpenSSH_9.2"}},
        {"Smtp", "220 mail.test ESMTP\r\n", wrongVersion, {"answers is SMTP", "STARTTLS", "465"}},
        {"Ftp", "220 test FTP ready\r\n", wrongVersion, {"answers is FTP", "AUTH TLS", "990"}},
        {"Pop3", "+OK ready\r\n", wrongVersion, {"answers is POP3", "STLS", "995"}},
        {"Imap", "* OK ready\r\n", wrongVersion, {"answers is IMAP", "STARTTLS", "993"}},
        {"MySql",
         "\x4A\0\0\0\x0A"
         "8.0.36\0\1\2\3\4"sv,
         wrongVersion,
         {"answers is MySQL"}},
        {"PostgreSql", "E\0\0\0\x6CSFATAL\0"sv, wrongVersion, {"PostgreSQL", "SSLRequest"}},
        {"Redis", "-ERR unknown command\r\n", wrongVersion, {"answers is Redis", "tls-port"}},
        {"Vnc", "RFB 003.008\n", wrongVersion, {"answers is VNC"}},
        {"Text",
         "Hello, who is there?\n",
         wrongVersion,
         {"plain text, not TLS", "\"Hello, who is there?\"", "TLS from its first byte"}},
        {"Bytes", "\1\2\3\4\5\6"sv, wrongVersion, {"the bytes 01 02 03 04 05 06"}},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Answered, SomebodyElseWhoHangsUpIsCalledByNameToo) {
  const auto told = answeredBy([](net::Socket& socket) { socket.end("N"); });
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ECONNRESET");
  expectSays(*told, {"socket hang up", "PostgreSQL without TLS", "ssl = on"});
}

TEST(Answered, SomebodyElseWhoWaitsIsCalledByNameToo) {
  auto options = client();
  options.handshakeTimeout = 100ms;
  const auto told = answeredBy([](net::Socket& socket) { socket.write("+OK"); }, options);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ERR_TLS_HANDSHAKE_TIMEOUT");
  expectSays(*told, {"what answers is POP3", "STLS"});
}

// "Speak SMTP on a net::Socket up to the answer to STARTTLS, and then give it to connect()."
TEST(Answered, BySmtpIsMendedAsTheFixSays) {
  const auto secure = tls::createServer(
      serverOptions(), [](tls::CleartextStream& stream) { stream.end("welcome"); });
  const auto plain = net::createServer([&](net::Socket& socket) {
    socket.write("220 mail.test ESMTP\r\n");
    socket.onData([&](std::string_view) {
      socket.write("220 go ahead\r\n");
      secure->secure(socket);
    });
  });
  plain->listen(0, "127.0.0.1");
  const auto port = plain->address()->port;

  std::optional<Error> told;
  const auto straight = tls::connect(port, "127.0.0.1", client());
  straight->onError([&](const Error& error) { told = error; });
  std::string received;
  std::shared_ptr<tls::CleartextStream> stream;
  const auto socket = net::connect(port, "127.0.0.1");
  socket->onData([&](std::string_view line) {
    if (line.starts_with("220 mail")) return static_cast<void>(socket->write("STARTTLS\r\n"));
    auto options = client();
    options.socket = socket;
    stream = tls::connect(options);
    stream->onData([&](std::string_view text) { received += text; });
    stream->onClose([&] { plain->close(); });
  });
  runLoop();
  ASSERT_TRUE(told);
  expectSays(*told, {"up to the answer to STARTTLS", "give it to connect() as `socket`"});
  EXPECT_EQ(received, "welcome");
}

// What a server of TLS tells of a client that says this, and ends where `hangsUp`.
std::optional<Error> saidBy(std::string_view text, bool hangsUp = false) {
  std::optional<Error> told;
  const auto server = serve(serverOptions());
  const auto plain = net::connect(server->address()->port, "127.0.0.1");
  server->onClientError([&](const Error& error) {
    told = error;
    server->close();
  });
  plain->onError([](const Error&) {});
  if (hangsUp) {
    plain->end(text);
  } else {
    plain->write(text);
  }
  runLoop();
  return told;
}

class SaidBy : public testing::TestWithParam<Spoken> {};

TEST_P(SaidBy, SomebodyElse) {
  const auto told = saidBy(GetParam().text);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), GetParam().code);
  expectSays(*told, GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Strangers, SaidBy,
    testing::ValuesIn(std::vector<Spoken>{
        {"HttpGet",
         "GET /?token=secret HTTP/1.1\r\n\r\n",
         "ERR_SSL_HTTP_REQUEST",
         {"the client speaks plain HTTP, not TLS", "got: a request, GET\n", "use https://"}},
        {"HttpDelete", "DELETE /x HTTP/1.1\r\n\r\n", wrongVersion, {"plain HTTP", "DELETE"}},
        {"HttpConnect",
         "CONNECT a:443 HTTP/1.1\r\n\r\n",
         "ERR_SSL_HTTPS_PROXY_REQUEST",
         {"plain HTTP", "CONNECT"}},
        {"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", wrongVersion, {"plain HTTP/2"}},
        {"Ssh", "SSH-2.0-x\r\n", wrongVersion, {"the client speaks SSH"}},
        {"Proxy1",
         "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
         wrongVersion,
         {"the PROXY protocol, version 1", "load balancer", "secure() of this server"}},
        {"Proxy2",
         "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C"sv,
         wrongVersion,
         {"the PROXY protocol, version 2"}},
        {"SslV2",
         "\x80\x13\1\0\2\0\x06\0\0\0\x04\1\0\x80\2\0\x80"
         "abcd"sv,
         "ERR_SSL_UNKNOWN_PROTOCOL",
         {"the client speaks SSLv2, not TLS", "update the client"}},
        {"Text", "let me in\n", wrongVersion, {"plain text", "\"let me in\""}},
    }),
    [](const auto& test) { return std::string(test.param.name); });

// "Accept with net::createServer(), read the header, and give the socket to secure()."
TEST(Said, AHeaderOfTheProxyProtocolIsMendedAsTheFixSays) {
  const std::string header = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n";
  const auto secure = tls::createServer(
      serverOptions(), [](tls::CleartextStream& stream) { stream.end("welcome"); });
  const auto plain = net::createServer([&](net::Socket& socket) {
    socket.onData([&](std::string_view text) {
      if (!text.starts_with(header)) return;
      secure->secure(socket, Data(text.substr(header.size())));
    });
  });
  plain->listen(0, "127.0.0.1");
  const auto socket = net::connect(plain->address()->port, "127.0.0.1");
  socket->write(header);
  auto options = client();
  options.socket = socket;
  const auto stream = tls::connect(options);
  std::string received;
  stream->onData([&](std::string_view text) { received += text; });
  stream->onClose([&] { plain->close(); });
  runLoop();
  EXPECT_EQ(received, "welcome");
}

// A hello of a server that chose TLS 1.0, though it was not offered.
TEST(Answered, ByAnOldServerTellsWhatItChose) {
  const auto told = answeredBy([](net::Socket& socket) {
    socket.onData([&](std::string_view) {
      std::string hello("\x16\x03\x01\x00\x2A\x02\x00\x00\x26\x03\x01"sv);
      hello += std::string(32, 'r');
      hello += "\x00\xC0\x13\x00"sv;
      socket.write(hello);
    });
  });
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ERR_SSL_UNSUPPORTED_PROTOCOL");
  expectSays(*told, {"what this side offers, TLSv1.2 to TLSv1.3", "the server chose TLSv1",
                     "have the server allow TLSv1.2"});
}

TEST(HungUp, AClientTellsThatItsHelloWasNotAnswered) {
  const auto told = answeredBy(
      [](net::Socket& socket) { socket.onData([&](std::string_view) { socket.end(); }); });
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ECONNRESET");
  expectSays(*told, {"socket hang up", "not a byte from the peer", "bytes sent to it",
                     "no answer to the hello", "STARTTLS", "`servername`"});
}

TEST(HungUp, AClientTellsThatItsHelloWasAnswered) {
  // The head of a record that holds a server's hello, and of that.
  const auto told = answeredBy([](net::Socket& socket) {
    socket.onData(
        [&](std::string_view) { socket.end("\x16\x03\x03\x00\x50\x02\x00\x00\x4C\x03\x03"sv); });
  });
  ASSERT_TRUE(told);
  expectSays(*told, {"socket hang up", "11 bytes from the peer", "it has answered the hello",
                     "the server's log"});
}

TEST(HungUp, AResetTellsTheSame) {
  const auto told = answeredBy([](net::Socket& socket) {
    // What has come lies unread, so that the end is a reset.
    socket.pause();
    Loop::current().setTimeout(50ms, [&] { socket.destroy(); });
  });
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ECONNRESET");
  expectSays(*told, {"read ECONNRESET", "in the TLS handshake", "no answer to the hello"});
}

TEST(HungUp, AServerTellsThatNoHelloCame) {
  const auto told = saidBy("", true);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ECONNRESET");
  expectSays(*told, {"socket hang up", "not a byte from the peer", "no hello", "a port scan"});
}

TEST(HungUp, AServerTellsThatAHelloBroke) {
  const auto told = saidBy("\x16\x03\x01\x00\x50\x01\x00\x00\x4C\x03\x03"sv, true);
  ASSERT_TRUE(told);
  expectSays(*told, {"socket hang up", "11 bytes from the peer, not a byte sent to it",
                     "its hello is not whole"});
}

TEST(HungUp, AHelloThatWaitsForAnAnswerHereSaysSo) {
  std::optional<tls::SniAnswer> answer;
  auto options = serverOptions();
  options.handshakeTimeout = 100ms;
  options.SNICallback = [&](const std::string&, tls::SniAnswer given) {
    answer = std::move(given);
  };
  std::optional<Error> told;
  const auto server = serve(options);
  server->onClientError([&](const Error& error) {
    told = error;
    server->close();
  });
  const auto stream = tls::connect(server->address()->port, client());
  stream->onError([](const Error&) {});
  runLoop();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ERR_TLS_HANDSHAKE_TIMEOUT");
  expectSays(*told, {"its hello waits for the answer of `SNICallback`", "is answered"});
}

TEST(HungUp, ARefusedConnectionIsNoHandshake) {
  std::optional<Error> told;
  const auto stream = tls::connect(1, "127.0.0.1", client());
  stream->onError([&](const Error& error) { told = error; });
  runLoop();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), "ECONNREFUSED");
  EXPECT_EQ(std::string(told->what()).find("handshake"), std::string::npos) << told->what();
}

}  // namespace
}  // namespace securepair::test
