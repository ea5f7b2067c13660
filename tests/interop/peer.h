#pragma once
#include <securepair/securepair.h>

#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/child.h"

// Other people's programs as the other side of ours. What each of them goes through stands in
// client_cases.cc and server_cases.cc; a file for each tells how it is called.
namespace securepair::test {

/// The name for which our servers, and the programs', have a certificate beside "localhost".
inline constexpr const char* secondName = "second.example.org";

/// What a program is to do. The folder of the running test has ca.pem; and server.pem, second.pem,
/// client.pem and stranger.pem, each a certificate and its key.
struct Order {
  std::string version = {};     ///< "TLSv1.2": it speaks no other; empty: any
  int port = 0;                 ///< to call; of a server: to listen on, 0 where it tells which
  std::string ca = {};          ///< whom it trusts; a server asks for a certificate only with one
  std::string identity = {};    ///< of a client: the file with its certificate and key
  std::string servername = {};  ///< of a client: for SNI, and what the certificate must be for
  std::string alpn = {};        ///< protocols, commas between them; empty: no ALPN
  bool twice = false;           ///< of a client: it calls again, with the session of the first call
  std::string flags = {};       ///< further ones, for openssl
};

/// A client that sends a request, prints what it is answered, and exits with 0 if all went well.
struct ClientProgram {
  const char* name;  ///< the command that has to be there
  /// For a shell in the folder of the test.
  std::string (*command)(const Order& order);
  const char* agreed;         ///< what it prints before a protocol of ALPN
  const char* wrongName;      ///< what it says of a certificate for another name
  const char* wrongIssuer;    ///< what it says of a certificate by nobody whom it trusts
  const char* parting = "";   ///< the error with which it leaves our server
  const char* script = "";    ///< what peer.cjs in the folder holds
  bool listensFirst = false;  ///< it does not speak before it has the session to call again with
};

/// A server that answers a line, has server.pem, and second.pem for its name.
struct ServerProgram {
  const char* name;  ///< likewise
  std::string (*command)(const Order& order);
  const char* listening;    ///< a pattern of what it then prints; the group is the port
  const char* answer;       ///< what it makes of "hello\n"; empty: it prints that
  bool needsPort = false;   ///< it does not tell which port it got for port 0
  bool isSilent = false;    ///< it sends no alert about a certificate that it refuses
  const char* script = "";  ///< what peer.cjs in the folder holds
};

/// What our server has seen of a client program's last call, and the program of it.
struct Served {
  bool secure = false;  ///< there was a `secureConnection`
  bool authorized = false;
  std::string authorizationError;
  std::string protocol;
  std::string servername;
  std::string alpn;
  std::string npn;
  bool resumed = false;
  std::string clientError;
  std::string error;   ///< after `secureConnection`
  std::string output;  ///< the program's
  int status = -1;     ///< the program's

  bool welcomed() const;
};

/// What our client has seen of a server program.
struct Asked {
  bool secure = false;  ///< there was a `secureConnect`
  bool authorized = false;
  std::string authorizationError;
  std::string shown;  ///< the CN of the server's certificate
  std::string protocol;
  std::string alpn;
  std::string npn;
  bool resumed = false;
  std::string answer;
  std::string error;
  std::string output;  ///< the program's
};

/// Lets a client program call a server with these options, that knows `secondName` too and welcomes
/// whom it serves.
Served serveProgram(const ClientProgram& program, Order order, const tls::ServerOptions& options);

/// A server program at work.
class RunningServer {
 public:
  /// Throws where it does not listen in time.
  RunningServer(const ServerProgram& program, Order order);

  /// Connects, and sends a line.
  Asked ask(const tls::ConnectOptions& options, const std::string& line = "hello\n") const;

 private:
  const ServerProgram& program_;
  std::unique_ptr<Child> child_;
  int port_ = 0;
};

/// Whether this is in what a program has printed.
testing::AssertionResult says(const std::string& output, const std::string& text);

/// A shell command's beginning: its standard input has this text and never ends.
std::string withInput(const std::string& text);

/// Skips the test where the program is not there.
void needProgram(const char* name);

template <class Program>
struct Case {
  const Program* program;
  const char* version;
  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.version; }
};

template <class Program>
auto inBothVersions(const Program& program) {
  return testing::Values(Case<Program>{&program, "TLSv1.2"}, Case<Program>{&program, "TLSv1.3"});
}

struct VersionName {
  template <class Program>
  std::string operator()(const testing::TestParamInfo<Case<Program>>& info) const {
    return info.param.version == std::string("TLSv1.2") ? "Tls12" : "Tls13";
  }
};

/// The suite that every client program goes through.
class PeerClient : public testing::TestWithParam<Case<ClientProgram>> {
 protected:
  void SetUp() override { needProgram(GetParam().program->name); }

  /// As one of whom nothing is asked.
  Order order() const {
    return {.version = GetParam().version, .ca = "ca.pem", .servername = "localhost"};
  }
  Served call(const tls::ServerOptions& options, const Order& order) const {
    return serveProgram(*GetParam().program, order, options);
  }
};

/// The same for those that can be made to remember a session.
class ResumingClient : public PeerClient {};

/// The suite that every server program goes through.
class PeerServer : public testing::TestWithParam<Case<ServerProgram>> {
 protected:
  void SetUp() override { needProgram(GetParam().program->name); }

  Order order() const { return {.version = GetParam().version}; }
  Asked ask(const tls::ConnectOptions& options, const Order& order) const {
    return RunningServer(*GetParam().program, order).ask(options);
  }
};

}  // namespace securepair::test
