#include "engine/stranger.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "crypto/text.h"

namespace securepair::engine {
namespace {

using std::string_view;

constexpr std::size_t mostQuoted = 60;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool beginsWith(string_view text, string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool contains(string_view text, string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

bool isText(string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7F); });
}

string_view firstLine(string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

std::string quoted(string_view text) {
  const bool whole = text.size() <= mostQuoted;
  return "\"" + crypto::escaped(text.substr(0, mostQuoted), "\"") + (whole ? "\"" : "\"...");
}

// A protocol that begins with text.
struct Sign {
  string_view prefix;
  string_view word;  ///< somewhere in the first line; empty: it does not matter
  const char* name;
  const char* fix;
};

constexpr const char* toHttps =
    "connect to the port that serves HTTPS, often 443; through a proxy ask it with CONNECT first, "
    "and give connect() the socket as `socket`";
constexpr const char* toSmtps =
    "speak SMTP on a net::Socket up to the answer to STARTTLS, and then give it to connect() as "
    "`socket`; or use the port that begins with TLS, 465";
constexpr const char* toFtps =
    "speak FTP on a net::Socket up to the answer to AUTH TLS, and then give it to connect() as "
    "`socket`; or use the port that begins with TLS, 990";
constexpr const char* toMailOrFiles =
    "for SMTP ask for STARTTLS first or use port 465, for FTP ask for AUTH TLS first or use port "
    "990; after the answer give the socket to connect() as `socket`";
constexpr const char* toPop3s =
    "speak POP3 on a net::Socket up to the answer to STLS, and then give it to connect() as "
    "`socket`; or use the port that begins with TLS, 995";
constexpr const char* toImaps =
    "speak IMAP on a net::Socket up to the answer to STARTTLS, and then give it to connect() as "
    "`socket`; or use the port that begins with TLS, 993";
constexpr const char* toRedisTls =
    "give the server a `tls-port` with a certificate, and connect to that one";
constexpr const char* notForTls =
    "this protocol has an encryption of its own: use a program for it";
constexpr const char* toPostgres =
    "send PostgreSQL's SSLRequest on a net::Socket, read the one byte that answers it, and if it "
    "is "
    "S give the socket to connect() as `socket`; N says that the server has no TLS: set `ssl = on` "
    "there";

constexpr std::array answers{
    Sign{"HTTP/", "", "plain HTTP", toHttps},
    Sign{"<!doctype html", "", "plain HTTP", toHttps},
    Sign{"<html", "", "plain HTTP", toHttps},
    Sign{"SSH-", "", "SSH", notForTls},
    Sign{"220", "FTP", "FTP", toFtps},
    Sign{"220", "SMTP", "SMTP", toSmtps},
    Sign{"220", "LMTP", "LMTP", toSmtps},
    Sign{"220", "", "SMTP or FTP", toMailOrFiles},
    Sign{"421", "", "SMTP or FTP", toMailOrFiles},
    Sign{"554", "", "SMTP", toSmtps},
    Sign{"+OK", "", "POP3", toPop3s},
    Sign{"* OK", "", "IMAP", toImaps},
    Sign{"* PREAUTH", "", "IMAP", toImaps},
    Sign{"* BYE", "", "IMAP", toImaps},
    Sign{"-ERR", "", "Redis", toRedisTls},
    Sign{"-NOAUTH", "", "Redis", toRedisTls},
    Sign{"-DENIED", "", "Redis", toRedisTls},
    Sign{"+PONG", "", "Redis", toRedisTls},
    Sign{"RFB ", "", "VNC", "connect with a VNC program, through a tunnel that has TLS"},
    Sign{"200 ", "NNTP", "NNTP", "use the port that begins with TLS, 563"},
    Sign{"201 ", "NNTP", "NNTP", "use the port that begins with TLS, 563"},
    Sign{"AMQP", "", "AMQP", "use the port that begins with TLS, 5671"},
    Sign{"<?xml", "", "XMPP",
         "ask for <starttls/> first, and then give the socket to connect() as `socket`; or use the "
         "port that begins with TLS, 5223"},
    Sign{"@RSYNCD:", "", "rsync", notForTls},
    Sign{"ERROR\r\n", "", "memcached", "start the server with --enable-ssl"},
};

constexpr const char* clientToTls =
    "have the client speak TLS on this port, or serve it on another";
constexpr const char* clientToHttps =
    "have the client use https:// on this port, or serve plain HTTP on another";
constexpr const char* proxyHeader =
    "switch the PROXY protocol off in the load balancer; or accept with net::createServer(), read "
    "the header, and give the socket to secure() of this server";

constexpr std::array requests{
    Sign{"SSH-", "", "SSH", "have the client use SSH's own port, 22, or TLS on this one"},
    Sign{"PROXY ", "", "the PROXY protocol, version 1", proxyHeader},
    Sign{string_view("\r\n\r\n\0\r\nQUIT\n", 12), "", "the PROXY protocol, version 2", proxyHeader},
    Sign{"EHLO ", "", "SMTP",
         "accept with net::createServer(), and secure() the socket after "
         "STARTTLS; or have the client begin with TLS"},
    Sign{"HELO ", "", "SMTP",
         "accept with net::createServer(), and secure() the socket after "
         "STARTTLS; or have the client begin with TLS"},
    Sign{
        string_view("\0\0\0\x08\x04\xD2\x16\x2F", 8), "", "PostgreSQL",
        "read the client's SSLRequest from a net::Socket, answer it with S, and give the socket to "
        "secure() of this server; or have the client use sslnegotiation=direct"},
};

// A request's target may hold what is nobody's business.
std::optional<Stranger> httpRequest(string_view text) {
  constexpr std::array<string_view, 10> methods{"GET ",    "POST ",    "PUT ",     "HEAD ",
                                                "DELETE ", "OPTIONS ", "CONNECT ", "PATCH ",
                                                "TRACE ",  "PRI "};
  for (const string_view method : methods) {
    if (!text.starts_with(method)) continue;
    const string_view name = method.substr(0, method.size() - 1);
    if (name == "PRI") return Stranger{"plain HTTP/2", "the preface of HTTP/2", clientToHttps};
    return Stranger{"plain HTTP", "a request, " + std::string(name), clientToHttps};
  }
  return std::nullopt;
}

template <std::size_t count>
std::optional<Stranger> named(const std::array<Sign, count>& signs, string_view text) {
  const string_view line = firstLine(text);
  const auto* const found = std::find_if(signs.begin(), signs.end(), [&](const Sign& sign) {
    return beginsWith(text, sign.prefix) && (sign.word.empty() || contains(line, sign.word));
  });
  if (found == signs.end()) return std::nullopt;
  return Stranger{found->name, quoted(line.empty() ? found->prefix : line), found->fix};
}

unsigned int at(string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

// A packet's length in three bytes, its number, and the greeting's version or an error's mark.
bool isMysql(string_view bytes) {
  return bytes.size() >= 5 && at(bytes, 0) > 0 && at(bytes, 2) == 0 && at(bytes, 3) <= 1 &&
         (at(bytes, 4) == 10 || at(bytes, 4) == 9 || at(bytes, 4) == 0xFF);
}

// A message's letter, and its length in four bytes.
bool isPostgresError(string_view bytes) {
  return bytes.size() >= 5 && bytes[0] == 'E' && at(bytes, 1) == 0 && at(bytes, 2) == 0;
}

// A frame SETTINGS of the connection itself.
bool isHttp2(string_view bytes) {
  return bytes.size() >= 9 && at(bytes, 0) == 0 && at(bytes, 3) == 4 && at(bytes, 5) == 0 &&
         at(bytes, 6) == 0 && at(bytes, 7) == 0 && at(bytes, 8) == 0;
}

std::optional<Stranger> binaryAnswer(string_view bytes) {
  if (bytes == "N") {
    return Stranger{"PostgreSQL without TLS", "N, its answer to an SSLRequest", toPostgres};
  }
  if (bytes.size() >= 3 && bytes[0] == 'S' && bytes[1] == 0x16 && bytes[2] == 3) {
    return Stranger{"PostgreSQL", "S, its answer to an SSLRequest, before TLS",
                    "read the S from the socket before you give it to connect() as `socket`"};
  }
  if (isPostgresError(bytes)) return Stranger{"PostgreSQL", "an error of PostgreSQL", toPostgres};
  if (isMysql(bytes)) {
    return Stranger{"MySQL", at(bytes, 4) == 0xFF ? "an error of MySQL" : "MySQL's greeting",
                    "MySQL begins in plain text, and turns to TLS when its client asks for that in "
                    "its answer to the greeting: do so on a net::Socket, and then give it to "
                    "connect() as `socket`"};
  }
  if (isHttp2(bytes)) return Stranger{"plain HTTP/2", "its frame SETTINGS", toHttps};
  return std::nullopt;
}

std::optional<Stranger> binaryRequest(string_view bytes) {
  const bool isOldHello = bytes.size() >= 3 && (at(bytes, 0) & 0x80U) != 0 && at(bytes, 2) == 1;
  if (isOldHello) {
    return Stranger{"SSLv2", "a hello of SSLv2",
                    "update the client: SSLv2 was broken in 1995, and nothing here speaks it"};
  }
  if (bytes.size() >= 8 && at(bytes, 0) == 0x10 && bytes.substr(0, 12).find("MQ") != bytes.npos) {
    return Stranger{"MQTT", "its packet CONNECT",
                    "have the client use mqtts:// on this port, or serve MQTT without TLS on "
                    "another"};
  }
  return std::nullopt;
}

std::string hexOf(string_view bytes) {
  constexpr string_view digits = "0123456789abcdef";
  constexpr std::size_t most = 16;
  std::string text;
  for (const char c : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (!text.empty()) text += ' ';
    text += {digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return bytes.size() > most ? text + " ..." : text;
}

Stranger unknown(string_view bytes, bool isClient) {
  const std::string fix =
      isClient ? clientToTls
               : "check that the port serves TLS from its first byte; a protocol with STARTTLS has "
                 "to be asked for it first";
  const string_view line = firstLine(bytes);
  if (!line.empty() && isText(line)) return {"plain text", quoted(line), fix};
  return {"no protocol known here", "the bytes " + hexOf(bytes), fix};
}

}  // namespace

Stranger strangerOf(BytesView first, bool isClient) {
  const string_view bytes(reinterpret_cast<const char*>(first.data()), first.size());
  std::optional<Stranger> found = isClient ? httpRequest(bytes) : binaryAnswer(bytes);
  if (!found) found = isClient ? named(requests, bytes) : named(answers, bytes);
  if (!found && isClient) found = binaryRequest(bytes);
  return found ? *found : unknown(bytes, isClient);
}

}  // namespace securepair::engine
