// Who is recognised by the first bytes that are not TLS.
#include "engine/stranger.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/opening.h"

namespace securepair::test {
namespace {

using engine::Opening;
using engine::Stranger;
using engine::strangerOf;
using std::string_view_literals::operator""sv;

BytesView bytesOf(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

struct Spoken {
  std::string_view first;
  const char* name;
  const char* inFix;
};

TEST(Strangers, ThatAnswerAreCalledByTheirProtocols) {
  const std::vector<Spoken> answers{
      {"HTTP/1.1 400 Bad Request\r\nServer: x\r\n", "plain HTTP", "HTTPS"},
      {"<!DOCTYPE HTML PUBLIC>", "plain HTTP", "HTTPS"},
      {"<html><head>", "plain HTTP", "HTTPS"},
      {"\0\0\x12\4\0\0\0\0\0\0\3"sv, "plain HTTP/2", "HTTPS"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "SSH", "encryption of its own"},
      {"220 mail.example ESMTP ready\r\n", "SMTP", "STARTTLS"},
      {"220-mail.example smtp\r\n", "SMTP", "465"},
      {"220 mail.example LMTP\r\n", "LMTP", "STARTTLS"},
      {"554 no thanks\r\n", "SMTP", "STARTTLS"},
      {"220 (vsFTPd 3.0.3)\r\n", "FTP", "AUTH TLS"},
      {"220 hello\r\n", "SMTP or FTP", "STARTTLS"},
      {"220 m", "SMTP or FTP", "AUTH TLS"},
      {"+OK POP3 ready\r\n", "POP3", "STLS"},
      {"* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP", "993"},
      {"* BYE too many\r\n", "IMAP", "STARTTLS"},
      {"* PREAUTH\r\n", "IMAP", "STARTTLS"},
      {"\x4A\0\0\0\x0A"
       "8.0.36\0"sv,
       "MySQL", "greeting"},
      {"\x17\0\0\1\xFF\x10\x04Too many connections"sv, "MySQL", "greeting"},
      {"E\0\0\0\x6CSFATAL\0"sv, "PostgreSQL", "SSLRequest"},
      {"N", "PostgreSQL without TLS", "ssl = on"},
      {"S\x16\x03\x03\0\x4A"sv, "PostgreSQL", "read the S"},
      {"-ERR unknown command\r\n", "Redis", "tls-port"},
      {"-NOAUTH Authentication required.\r\n", "Redis", "tls-port"},
      {"-DENIED Redis is running in protected mode\r\n", "Redis", "tls-port"},
      {"+PONG\r\n", "Redis", "tls-port"},
      {"RFB 003.008\n", "VNC", "VNC"},
      {"200 news.example NNTP ready\r\n", "NNTP", "563"},
      {"AMQP\0\0\x09\x01"sv, "AMQP", "5671"},
      {"<?xml version='1.0'?><stream:stream", "XMPP", "starttls"},
      {"@RSYNCD: 31.0\n", "rsync", "encryption of its own"},
      {"ERROR\r\n", "memcached", "--enable-ssl"},
      {"Welcome to the machine\r\n", "plain text", "TLS from its first byte"},
      {"\1\2\3\4\5"sv, "no protocol known here", "TLS from its first byte"},
  };
  for (const auto& [first, name, inFix] : answers) {
    const Stranger stranger = strangerOf(bytesOf(first), false);
    EXPECT_EQ(stranger.name, name) << first;
    EXPECT_NE(stranger.fix.find(inFix), std::string::npos) << first << ": " << stranger.fix;
    EXPECT_NE(stranger.said, "") << first;
  }
}

TEST(Strangers, ThatAskAreCalledByTheirProtocols) {
  const std::vector<Spoken> requests{
      {"GET /secret?token=1 HTTP/1.1\r\n", "plain HTTP", "https://"},
      {"OPTIONS * HTTP/1.1\r\n", "plain HTTP", "https://"},
      {"CONNECT a:443 HTTP/1.1\r\n", "plain HTTP", "https://"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "plain HTTP/2", "https://"},
      {"SSH-2.0-x\r\n", "SSH", "22"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "the PROXY protocol, version 1", "load balancer"},
      {"\r\n\r\n\0\r\nQUIT\n\x21\x11"sv, "the PROXY protocol, version 2", "load balancer"},
      {"\x80\x2E\1\0\2\0\x15"sv, "SSLv2", "update the client"},
      {"EHLO me\r\n", "SMTP", "STARTTLS"},
      {"\0\0\0\x08\x04\xD2\x16\x2F"sv, "PostgreSQL", "sslnegotiation=direct"},
      {"\x10\x10\0\4MQTT\4\2\0\x3C"sv, "MQTT", "mqtts://"},
      {"hello\n", "plain text", "TLS on this port"},
      {"\xFF\xFF\xFF\xFF\xFF"sv, "no protocol known here", "TLS on this port"},
  };
  for (const auto& [first, name, inFix] : requests) {
    const Stranger stranger = strangerOf(bytesOf(first), true);
    EXPECT_EQ(stranger.name, name) << first;
    EXPECT_NE(stranger.fix.find(inFix), std::string::npos) << first << ": " << stranger.fix;
  }
}

TEST(Strangers, AreQuotedWithoutDoingHarm) {
  EXPECT_EQ(strangerOf(bytesOf("hi \x1B[2J\" there\r\nmore"), false).said,
            "the bytes 68 69 20 1b 5b 32 4a 22 20 74 68 65 72 65 0d 0a ...");
  EXPECT_EQ(strangerOf(bytesOf("say \"x\"\r\nmore"), false).said, "\"say \\22x\\22\"");
  EXPECT_EQ(strangerOf(bytesOf("220 \x1B[2J SMTP\r\n"), false).said, "\"220 \\1B[2J SMTP\"");
  const std::string many(100, 'a');
  EXPECT_EQ(strangerOf(bytesOf(many), false).said, "\"" + std::string(60, 'a') + "\"...");
  EXPECT_EQ(strangerOf(bytesOf("\r\nx"), false).said, "the bytes 0d 0a 78");
}

TEST(Strangers, WhatARequestIsForIsNotRepeated) {
  EXPECT_EQ(strangerOf(bytesOf("GET /?password=x HTTP/1.1\r\n"), true).said, "a request, GET");
}

TEST(Openings, KeepABoundedPartOfWhatIsNotTls) {
  Opening opening;
  for (int i = 0; i < 100; ++i) opening.received(bytesOf("220 mail.example ESMTP\r\n"));
  EXPECT_EQ(opening.notTls().size(), 128U);
  EXPECT_EQ(opening.bytesReceived(), 2400U);
  opening.forget();
  EXPECT_TRUE(opening.notTls().empty());
}

TEST(Openings, OfTlsTellTheHellosVersionHoweverItIsCut) {
  const auto hello = "\x16\x03\x01\x00\x50\x01\x00\x00\x4C\x03\x03 and so on, at length"sv;
  for (std::size_t size = 1; size <= hello.size(); ++size) {
    Opening opening;
    for (auto rest = hello; !rest.empty(); rest.remove_prefix(std::min(size, rest.size()))) {
      opening.received(bytesOf(rest.substr(0, size)));
      EXPECT_TRUE(opening.notTls().empty()) << size;
    }
    EXPECT_EQ(opening.helloVersion(), 0x0303) << size;
  }
}

TEST(Openings, AnAlertIsTlsAndNoHello) {
  Opening opening;
  opening.received(bytesOf("\x15\x03\x03\x00\x02\x02\x28"sv));
  EXPECT_TRUE(opening.notTls().empty());
  EXPECT_EQ(opening.helloVersion(), 0);
}

TEST(Openings, AnOldHelloForTlsIsOne) {
  Opening opening;
  opening.received(bytesOf("\x80\x2E\1\3\1\0\x15"sv));
  EXPECT_TRUE(opening.notTls().empty());
  EXPECT_EQ(opening.helloVersion(), 0x0301);
}

}  // namespace
}  // namespace securepair::test
