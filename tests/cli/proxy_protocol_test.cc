// Who the client is: told to the target, taken from proxies that are trusted and from nobody else.
#include <securepair/crypto/chores.h>

#include <array>
#include <regex>

#include "cli/proxied.h"

namespace securepair::test {

using namespace std::chrono_literals;
using namespace std::string_literals;

class ProxyProtocol : public UserWithProxy {
 protected:
  static constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};

  static std::string twoBytes(std::size_t number) {
    return {static_cast<char>(number >> 8U), static_cast<char>(number)};
  }
  static std::string version2(char command, char family, const std::string& body) {
    return std::string(signature) + command + family + twoBytes(body.size()) + body;
  }

  /// What a proxy that is trusted has told, as the target hears it in version 1; or "refused".
  std::string toldAfter(const Served& proxy, const std::string& header) {
    const std::size_t before = targets().size();
    const auto client = plainClient(proxy);
    client->stream->write(header);
    client->stream->end("hello");
    runUntil([&] {
      return client->closed || (targets().size() > before && target().received.ends_with("hello"));
    });
    if (targets().size() == before) return "refused";
    EXPECT_FALSE(client->closed);
    target().stream->end();
    return target().received;
  }

  struct Tlvs {
    std::string text;  ///< "1=h2 2=localhost", the types in hexadecimal
    std::string ssl;
  };
  static Tlvs tlvsIn(std::string_view body) {
    Tlvs found;
    while (body.size() >= 3) {
      const auto type = static_cast<unsigned char>(body[0]);
      const auto size = static_cast<std::size_t>(static_cast<unsigned char>(body[1]) << 8U |
                                                 static_cast<unsigned char>(body[2]));
      const std::string value(body.substr(3, size));
      std::array<char, 8> name{};
      std::snprintf(name.data(), name.size(), "%x=", type);
      if (type == 0x20) {
        found.ssl = value;
      } else {
        found.text += (found.text.empty() ? "" : " ") + (name.data() + value);
      }
      body.remove_prefix(3 + size);
    }
    EXPECT_TRUE(body.empty());
    return found;
  }
  /// Of the last target's header in version 2.
  Tlvs toldTlvs() {
    const std::string& all = target().received;
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(all[14]) << 8U |
                                                 static_cast<unsigned char>(all[15]));
    EXPECT_EQ(all.substr(16 + length), "hello");
    EXPECT_EQ(all.substr(0, 14), std::string(signature) + "\x21\x11");
    EXPECT_EQ(all.substr(16, 8), "\x7F\0\0\x01\x7F\0\0\x01"s);
    return tlvsIn(std::string_view(all).substr(28, length - 12));
  }
};

TEST_F(ProxyProtocol, Version1IsALine) {
  Served served = proxy("--proxy-protocol v1 --to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served);
  EXPECT_EQ(target().received, "PROXY TCP4 127.0.0.1 127.0.0.1 " +
                                   std::to_string(client->socket->address()->port) + " " +
                                   served.port() + "\r\nhello");
}

TEST_F(ProxyProtocol, Version2TellsOfTls) {
  Served served = proxy("--proxy-protocol v2 --alpn h2 --to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served, {.ALPNProtocols = {"h2"}, .maxVersion = "TLSv1.2"});
  const Tlvs told = toldTlvs();
  EXPECT_EQ(told.text, "1=h2 2=localhost");
  EXPECT_EQ(told.ssl.substr(0, 5), "\x01\0\0\0\x01"s);
  const std::string facts = tlvsIn(std::string_view(told.ssl).substr(5)).text;
  EXPECT_TRUE(facts.starts_with("21=TLSv1.2 23=ECDHE-ECDSA-")) << facts;
}

TEST_F(ProxyProtocol, Version2TellsWhoIsAuthorized) {
  Served served =
      proxy("--proxy-protocol v2 --ca ca.pem --allow-cn somebody --to 127.0.0.1:" + plainTarget());
  tls::ConnectOptions options{.key = file("client-key.pem"), .cert = file("client.pem")};
  Buffer session;
  {
    const auto client = throughTls(served, options);
    const Tlvs told = toldTlvs();
    EXPECT_EQ(told.ssl.substr(0, 5), "\x07\0\0\0\0"s);
    EXPECT_NE(tlvsIn(std::string_view(told.ssl).substr(5)).text.find("22=somebody"),
              std::string::npos);
    session = static_cast<tls::CleartextStream&>(*client->stream).getSession();
    EXPECT_TRUE(session.given());
  }
  // A resumed session has brought the certificate, this connection has not.
  options.session = session;
  const auto client = throughTls(served, options);
  EXPECT_EQ(toldTlvs().ssl.substr(0, 5), "\x05\0\0\0\0"s);
}

TEST_F(ProxyProtocol, GoesAheadOfTls) {
  const std::string port = plainTarget();
  Served served = proxy("--client --insecure --proxy-protocol v2 --to 127.0.0.1:" + port);
  const auto client = plainClient(served);
  runUntil([&] { return !targets().empty() && target().received.size() > 200; });
  EXPECT_EQ(target().received.substr(0, 16), std::string(signature) + "\x21\x11\0\x0C"s);
  EXPECT_EQ(target().received.substr(28, 2), "\x16\x03");  // a ClientHello
}

TEST_F(ProxyProtocol, IsTakenFromWhoIsTrusted) {
  Served served = proxy(
      "--client --insecure --proxy-protocol v1 --trusted-proxies 192.0.2.1 "
      "--trusted-proxies 127.0.0.0/8 --to 127.0.0.1:" +
      plainTarget());
  // The target is told before TLS begins, and never hears "hello" in the clear.
  const auto told = [&](const std::string& header) {
    const std::size_t before = targets().size();
    const auto client = plainClient(served);
    client->stream->write(header);
    runUntil([&] {
      return client->closed ||
             (targets().size() > before && target().received.find("\r\n") != std::string::npos);
    });
    client->socket->resetAndDestroy();
    if (targets().size() == before) return "refused"s;
    return target().received.substr(0, target().received.find("\r\n"));
  };
  EXPECT_EQ(told("PROXY TCP4 192.0.2.9 198.51.100.1 51234 443\r\n"),
            "PROXY TCP4 192.0.2.9 198.51.100.1 51234 443");
  EXPECT_EQ(told("PROXY TCP6 2001:DB8::9 2001:db8:0::1 1 65535\r\nGET /"),
            "PROXY TCP6 2001:db8::9 2001:db8::1 1 65535");
  EXPECT_EQ(told(version2('\x21', '\x11', "\xC0\0\x02\x09\xC6\x33\x64\x01\xC8\x22\x01\xBB"s)),
            "PROXY TCP4 192.0.2.9 198.51.100.1 51234 443");
  EXPECT_EQ(told(version2('\x21', '\x21', std::string(31, '\0') + "\x01\0\x01\0\x02 TLVs"s)),
            "PROXY TCP6 :: ::1 1 2");
  EXPECT_EQ(told(version2('\x21', '\x31', "/from" + std::string(211, '\0'))), "PROXY UNKNOWN");
  const std::regex itself("PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + served.port());
  for (const std::string& header :
       {"PROXY UNKNOWN\r\n"s, "PROXY UNKNOWN ffff::1 anything\r\n"s, version2('\x20', '\0', ""),
        version2('\x20', '\x11', "local"), version2('\x21', '\0', "unspec"),
        version2('\x20', '\0', std::string(4080, 'x'))}) {
    EXPECT_TRUE(std::regex_match(told(header), itself)) << told(header);
  }
  EXPECT_TRUE(served.waitFor("securepair: 192.0.2.9:51234 via 127.0.0.1:"));
}

TEST_F(ProxyProtocol, IsRequiredOfWhoIsTrusted) {
  Served served = proxy("--handshake-timeout 100ms --trusted-proxies 127.0.0.1 --to 127.0.0.1:" +
                        plainTarget());
  const auto isRefused = [&](const std::string& bytes, bool ends = false) {
    const auto client = plainClient(served);
    client->stream->write(bytes);
    if (ends) client->stream->end();
    runUntil([&] { return client->closed; });
    return client->events.ends_with("ECONNRESET ") || client->events == "end ";
  };
  for (const std::string& bytes : {"GET / HTTP/1.1\r\n\r\n"s,
                                   "\x16\x03\x01\x02\0"s,
                                   "PROXY "s + std::string(200, 'x'),
                                   "PROXY TCP4\r\n"s,
                                   "PROXY tcp4 192.0.2.1 192.0.2.1 1 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.1 1 65536\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.1 -1 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.1 01 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1  192.0.2.1 1 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.1 1 1 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1 ::1 1 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1\0 192.0.2.1 1 1\r\n"s,
                                   "PROXY TCP6 192.0.2.1 192.0.2.1 1 1\r\n"s,
                                   "PROXY TCP4 localhost 192.0.2.1 1 1\r\n"s,
                                   "PROXY UNIX /a /b 1 1\r\n"s,
                                   version2('\x11', '\x11', std::string(12, '\0')),
                                   version2('\x22', '\x11', std::string(12, '\0')),
                                   version2('\x21', '\x12', std::string(12, '\0')),
                                   version2('\x21', '\x41', std::string(12, '\0')),
                                   version2('\x21', '\x11', std::string(11, '\0')),
                                   version2('\x21', '\x21', std::string(35, '\0')),
                                   version2('\x21', '\x31', std::string(215, '\0')),
                                   version2('\x21', '\x11', std::string(4081, '\0'))}) {
    EXPECT_TRUE(isRefused(bytes)) << testing::PrintToString(bytes);
  }
  EXPECT_TRUE(served.waitFor("no PROXY header: a trusted proxy has not begun with a PROXY header"));
  EXPECT_TRUE(isRefused(""));
  EXPECT_TRUE(isRefused(std::string(signature)));
  EXPECT_TRUE(served.waitFor("it has not come in time"));
  EXPECT_TRUE(isRefused("PROXY TCP4", true));
  EXPECT_TRUE(served.waitFor("the connection has ended"));
  EXPECT_TRUE(targets().empty());
}

TEST_F(ProxyProtocol, ComesInPiecesAndWithTls) {
  Served served =
      proxy("--proxy-protocol v1 --trusted-proxies 127.0.0.1 --to 127.0.0.1:" + plainTarget());
  const std::string header = "PROXY TCP4 192.0.2.9 198.51.100.1 51234 443\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, header.size()}) {
    const auto socket = net::connect(std::stoi(served.port()), "127.0.0.1");
    for (std::size_t at = 0; at < header.size(); at += step) {
      socket->write(header.substr(at, step));
      if (step < header.size()) runFor(1ms);
    }
    ProxiedEnd client(tls::connect({.ca = file("ca.pem"),
                                    .servername = "localhost",
                                    .socket = socket,
                                    .rejectUnauthorized = true}));
    client.stream->write("hello");
    const std::size_t before = targets().size();
    runUntil([&] { return targets().size() > before && target().received.ends_with("hello"); });
    EXPECT_EQ(target().received, header + "hello");
  }
}

TEST_F(ProxyProtocol, IsNotBelievedFromOthers) {
  Served served = proxy(
      "--proxy-protocol v1 --trusted-proxies 127.0.0.2 --trusted-proxies unix "
      "--to 127.0.0.1:" +
      plainTarget());
  EXPECT_EQ(toldAfter(served, "PROXY TCP4 192.0.2.9 198.51.100.1 51234 443\r\n"), "refused");
  EXPECT_TRUE(served.waitFor("handshake failed: ")) << served.said();
  EXPECT_TRUE(served.waitFor("PROXY")) << served.said();
  const auto client = throughTls(served);
  EXPECT_TRUE(target().received.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 "));
}

}  // namespace securepair::test
