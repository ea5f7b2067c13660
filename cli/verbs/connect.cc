#include <securepair/process.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <sys/stat.h>

#include "cli/client.h"
#include "cli/fingerprint.h"
#include "cli/peer_flags.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

struct ConnectOptions {
  ClientFlags client = {};
  PeerFlags peer = {};
  std::string session = {};
  std::string keylog = {};
  bool crlf = false;
  bool noShutdown = false;
  std::chrono::milliseconds timeout = {};
  bool verbose = false;
};

// What was kept there; empty where there is nothing yet. The next session replaces the file, which
// therefore must not be anything else of the user's.
Buffer sessionIn(Io& io, const std::string& path) {
  refuseExisting(path, Replace::yes);
  requireWritableFolder(path);
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return {};
  Buffer session = readSecretFile(io, path);
  if (!session.empty() && !session.text().starts_with("securepair session 1\n")) {
    throw Failure(Exit::badFile,
                  {.code = "ERR_SESSION_FILE",
                   .message = "'" + path + "' is no file of --session, which would replace it",
                   .expected = "a file that --session has made, an empty one, or none yet",
                   .fix = "choose another name"});
  }
  return session;
}

tls::ConnectOptions optionsOf(Io& io, const ConnectOptions& options) {
  tls::ConnectOptions connect = judgingOptionsOf(io, options.peer, options.client);
  const bool judgedHere = options.peer.insecure || isJudgedByPin(options.peer, options.client);
  if (!options.session.empty() && judgedHere) {
    throw usageFailure("--session is for servers that an authority has signed",
                       "give --ca in place of --insecure, or beside --pin");
  }
  connect.keylogFile = options.keylog;
  if (!options.session.empty()) connect.session = sessionIn(io, options.session);
  return connect;
}

void tellConnection(Io& io, const tls::CleartextStream& stream) {
  const tls::PeerCertificate certificate = stream.getPeerCertificate();
  const std::string fingerprint = fingerprintOf(certificate).hex;
  if (io.json()) {
    Json object;
    object.set("event", "connected").set("version", stream.getProtocol());
    object.set("cipher", stream.getCipher().name).set("group", stream.getNegotiatedGroup());
    object.set("protocol", stream.npnProtocol()).set("resumed", stream.isSessionReused());
    object.set("authorized", stream.authorized());
    if (!stream.authorized()) object.set("authorizationError", stream.authorizationError());
    io.record(object.set("sha256", fingerprint));
    return;
  }
  std::string text = stream.getProtocol() + ", " + stream.getCipher().name;
  const auto add = [&text](const char* label, const std::string& value) {
    // The server has chosen it, a line's end in it too.
    if (!value.empty()) text += std::string("\n  ") + label + ": " + printable(value);
  };
  add("group", stream.getNegotiatedGroup());
  add("protocol", stream.npnProtocol());
  if (stream.isSessionReused()) add("session", "resumed");
  add("certificate", certificate.subject["CN"]);
  add("names", certificate.subjectaltname);
  add("issuer", certificate.issuer["CN"]);
  add("valid to", certificate.valid_to);
  add("SHA-256", fingerprint);
  add("authorized", stream.authorized() ? "yes" : "no: " + stream.authorizationError());
  io.note(text);
}

/// Text with lines ending in LF, for protocols that want CR LF.
class LineEnds {
 public:
  std::string converted(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '\n' && last_ != '\r') out += '\r';
      out += c;
      last_ = c;
    }
    return out;
  }

 private:
  char last_ = 0;
};

void sendInput(const ConnectOptions& options, const std::shared_ptr<Client>& client) {
  Stream& input = process::stdinStream();
  input.onData([client, &input, crlf = options.crlf, ends = LineEnds()](const Data& data) mutable {
    const bool goOn =
        crlf ? client->stream().write(ends.converted(data.text())) : client->stream().write(data);
    if (!goOn) input.pause();
  });
  client->stream().onDrain([&input] { input.resume(); });
  input.onEnd([client, noShutdown = options.noShutdown] {
    if (!noShutdown) client->stream().end();
  });
  input.onError([](const Error& error) { throw Failure(Exit::failure, error); });
  input.resume();
}

// TLS 1.2 has given its session in the handshake, those of TLS 1.3 are to come.
void keepSession(const ConnectOptions& options, tls::CleartextStream& stream) {
  if (options.session.empty()) return;
  const auto keep = [path = options.session](const Buffer& session) {
    writeSecretFile(path, session, Replace::yes);
  };
  if (const Buffer given = stream.getSession(); !given.empty()) keep(given);
  stream.onSession(keep);
}

Exit connect(Io& io, const ConnectOptions& options) {
  const auto client = std::make_shared<Client>(options.client);
  client->open(optionsOf(io, options));
  tls::CleartextStream& stream = client->stream();
  judgePeer(io, options.peer, stream);
  if (options.verbose || io.json()) tellConnection(io, stream);
  keepSession(options, stream);
  if (options.timeout.count() > 0) {
    stream.setTimeout(options.timeout, [&options] {
      throw Failure(Exit::timeout,
                    {.code = "ETIMEDOUT",
                     .message = "nothing came from or went to " + options.client.target.text() +
                                " within --timeout",
                     .fix = "raise --timeout, or find out why the server is silent"});
    });
  }
  stream.onData([&io](const Data& data) { io.raw(data); });
  sendInput(options, client);
  client->runToEnd();
  return Exit::ok;
}

}  // namespace

Verb connectVerb() {
  Verb verb("connect", "standard input and output over TLS");
  verb.describe(
      "The server's certificate must lead to a trusted authority and be for the host. The end of "
      "standard input is told to the server, whose answer is awaited to its end; where the server "
      "ends first, so does the program. Exits with 0 only where the server was authorized, or "
      "--insecure was given, and the connection has ended as TLS ends it.");
  auto& o = verb.options<ConnectOptions>();
  verb.argument("HOST:PORT", "the server, or the path of a Unix socket", o.client.target);
  addClientFlags(verb, o.client);
  addStarttlsFlag(verb, o.client);
  addPeerFlags(verb, o.peer);
  verb.flag("session", "FILE", "resumes the session in this file, and keeps the next one there",
            o.session)
      .hint(Hint::file)
      .made();
  verb.flag("keylog", "FILE", "appends the connection's secrets, for reading a recording of it",
            o.keylog)
      .hint(Hint::file)
      .made();
  verb.toggle("crlf", "ends lines with CR LF", o.crlf);
  verb.toggle("no-shutdown", "says nothing at the end of standard input: the server has to end",
              o.noShutdown);
  verb.flag("timeout", "TIME", "gives up when nothing comes or goes for so long; 0: never",
            o.timeout)
      .preset("0");
  verb.toggle("verbose,v", "tells what was agreed on", o.verbose);
  verb.reportsJsonAside();
  verb.example("securepair connect --ca server-cert.pem localhost:8000",
               "talks to the page's server");
  verb.example("printf 'HEAD / HTTP/1.0\\n\\n' | securepair connect --crlf example.org:443",
               "asks a web server");
  verb.example("securepair connect --starttls smtp -v mail.example.org:25",
               "begins TLS on a mail server's port");
  verb.run([&o](Io& io) { return connect(io, o); });
  return verb;
}

}  // namespace securepair::cli
