#include "cli/tool_phrases.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace securepair::cli {
namespace {

struct Phrase {
  std::string_view said;   ///< by the library
  std::string_view shown;  ///< in its place
};

constexpr std::array<Phrase, 8> toolPhrases{{
    {"crypto::createCa()", "securepair cert ca"},
    {" to Purpose::client", " to client"},
    {"{\"CN\", \"localhost\"} and {\"O\", \"Example\"}", "/O=Example/CN=localhost"},
    {"give the file's content: fs::readFileSync(\"...\")", "name the file that it speaks of"},
    {"openssl x509 -req -in csr.pem -signkey key.pem -days 365 -out cert.pem",
     "securepair cert self-sign --csr csr.pem --key key.pem cert.pem"},
    {"(openssl req -new -key key.pem -subj /CN=NAME -addext subjectAltName=DNS:NAME -out csr.pem; "
     "openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca-key.pem -copy_extensions copy -out "
     "cert.pem; IP: in place of DNS: for an address)",
     "(securepair cert new --ca CA --san NAME; or, for a request, securepair cert sign --ca CA "
     "--san NAME)"},
    {"; through a proxy ask it with CONNECT first, and give connect() the socket as `socket`", ""},
    {"give as `cert` its certificate and those", "send its certificate and those"},
}};

// {} is how a verb comes to speak a protocol before TLS.
constexpr std::array<Phrase, 8> starttlsPhrases{{
    {"speak SMTP on a net::Socket up to the answer to STARTTLS, and then give it to connect() as "
     "`socket`",
     "{} smtp"},
    {"speak FTP on a net::Socket up to the answer to AUTH TLS, and then give it to connect() as "
     "`socket`",
     "{} ftp"},
    {"for SMTP ask for STARTTLS first or use port 465, for FTP ask for AUTH TLS first or use port "
     "990; after the answer give the socket to connect() as `socket`",
     "{} smtp, or use port 465; or {} ftp, or use port 990"},
    {"speak POP3 on a net::Socket up to the answer to STLS, and then give it to connect() as "
     "`socket`",
     "{} pop3"},
    {"speak IMAP on a net::Socket up to the answer to STARTTLS, and then give it to connect() as "
     "`socket`",
     "{} imap"},
    {"send PostgreSQL's SSLRequest on a net::Socket, read the one byte that answers it, and if it "
     "is S give the socket to connect() as `socket`; N says that the server has no TLS: set `ssl = "
     "on` there",
     "{} postgres; where the server has no TLS, set `ssl = on` there"},
    {"MySQL begins in plain text, and turns to TLS when its client asks for that in its answer to "
     "the greeting: do so on a net::Socket, and then give it to connect() as `socket`",
     "{} mysql"},
    {"ask for <starttls/> first, and then give the socket to connect() as `socket`", "{} xmpp"},
}};

constexpr std::string_view wholeChain = "give its whole chain as `cert`, the leaf first";

void exchange(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

bool hasFlag(const Verb& verb, std::string_view name) {
  return std::any_of(verb.flags().begin(), verb.flags().end(),
                     [name](const auto& flag) { return flag->name == name; });
}

// The peer's chain stands in a file.
bool takesChain(const Verb& verb) {
  return std::any_of(verb.arguments().begin(), verb.arguments().end(),
                     [](const auto& argument) { return argument->option == "chain"; });
}

}  // namespace

std::string inToolPhrases(std::string text, const Verb& verb) {
  for (const Phrase& phrase : toolPhrases) exchange(text, phrase.said, phrase.shown);
  for (const Phrase& phrase : starttlsPhrases) {
    std::string tool(phrase.shown);
    exchange(tool, "{}",
             hasFlag(verb, "starttls") ? "begin with --starttls"
                                       : "use a verb that has --starttls, such as connect "
                                         "--starttls");
    exchange(text, phrase.said, tool);
  }
  exchange(text, wholeChain,
           takesChain(verb) ? "send its whole chain, and put that into FILE, the leaf first"
                            : "send its whole chain, the leaf first");
  return text;
}

}  // namespace securepair::cli
