#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include "cli/client.h"
#include "cli/load/report.h"
#include "cli/load/team.h"
#include "cli/peer_flags.h"
#include "cli/stop_signals.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

using std::chrono::milliseconds;

struct BenchOptions {
  ClientFlags client = {};
  PeerFlags peer = {};
  std::string mode = "echo";
  int connections = 32;
  std::optional<int> number = {};
  std::optional<milliseconds> time = {};
  std::optional<int> size = {};
  int workers = 1;
  milliseconds timeout = std::chrono::seconds(30);
  bool remote = false;
};

constexpr milliseconds usualTime = std::chrono::seconds(10);
constexpr std::uint64_t mostFailures = 1000;

load::Mode modeOf(const std::string& name) {
  using Named = std::pair<const char*, load::Mode>;
  for (const auto& [known, mode] : {Named{"handshake", load::Mode::handshake},
                                    {"resume", load::Mode::resume},
                                    {"download", load::Mode::download},
                                    {"upload", load::Mode::upload}}) {
    if (name == known) return mode;
  }
  return load::Mode::echo;
}

bool isLoopback(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return ntohl(address.s_addr) >> 24 == 127;
  return host == "localhost" || host.ends_with(".localhost") || host == "::1";
}

void checkBench(const BenchOptions& options) {
  const load::Mode mode = modeOf(options.mode);
  const ClientFlags& client = options.client;
  const std::string& host = client.resolve.empty() ? client.target.host : client.resolve;
  if (!options.remote && client.target.path.empty() && !isLoopback(host)) {
    throw usageFailure("'" + host + "' is not this machine",
                       "--remote, where its owner wants it to be put under load");
  }
  if (options.number && (mode == load::Mode::download || mode == load::Mode::upload)) {
    throw usageFailure("-n counts handshakes and echoes, and --mode " + options.mode + " has none",
                       "bound it by -z");
  }
  if (options.size && mode != load::Mode::echo) {
    throw usageFailure("--size is for --mode echo");
  }
  if (options.time && options.time->count() == 0) throw usageFailure("-z must be more than 0");
}

struct FirstLook {
  std::string address = {};  ///< names are not to be looked up a thousand times a second
  Buffer session = {};       ///< of --mode resume
};

// Tells what is wrong with the server before it is put under load.
FirstLook lookAtServer(Io& io, const BenchOptions& options, const tls::ConnectOptions& connect) {
  const auto client = std::make_shared<Client>(options.client);
  const DroppedAtEnd dropped(*client);
  client->open(connect);
  judgePeer(io, options.peer, client->stream());
  FirstLook look{.address = client->stream().remoteAddress()};
  if (modeOf(options.mode) != load::Mode::resume) return look;
  look.session = client->stream().getSession();
  if (look.session.empty()) {
    client->stream().onSession([&look, client](const Buffer& session) {
      look.session = session;
      client->stop();
    });
    client->stream().write("x");  // some servers give it with their first data
    client->runFor(std::chrono::seconds(2));
    if (look.session.empty()) {
      throw Failure(Exit::failure,
                    {.code = "ERR_NO_SESSION",
                     .message = "the server gives no session that could be resumed",
                     .fix = "have it give tickets; and --ca, where it is not authorized"});
    }
  }
  return look;
}

load::Order orderOf(const BenchOptions& options, const tls::ConnectOptions& connect,
                    const FirstLook& look) {
  load::Order order{.host = look.address,
                    .port = options.client.target.port,
                    .path = options.client.target.path,
                    .mode = modeOf(options.mode),
                    .connections = options.connections,
                    .mostFailures = mostFailures,
                    .connect = connect,
                    .session = look.session};
  order.message = static_cast<std::size_t>(options.size.value_or(64));
  order.time = options.time.value_or(options.number ? milliseconds(0) : usualTime);
  if (options.number) {
    order.most = static_cast<std::uint64_t>(*options.number);
    order.warmUp = milliseconds(0);
    order.connections = std::min(order.connections, *options.number);
  }
  order.connect.sessionCache = false;
  order.connect.handshakeTimeout = options.client.connectTimeout;
  return order;
}

std::string subjectOf(const BenchOptions& options, const load::Order& order) {
  std::string text = options.mode + " on " + options.client.target.text() + ", " +
                     std::to_string(order.connections) +
                     (order.connections == 1 ? " connection" : " connections");
  if (order.mode == load::Mode::echo) text += ", " + std::to_string(order.message) + " bytes";
  return printable(text);
}

// Each connection has a descriptor, of which a shell gives few at first.
void allowDescriptors(int connections) {
  constexpr rlim_t others = 64;
  rlimit limit{};
  const rlim_t wanted = static_cast<rlim_t>(connections) + others;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  if (limit.rlim_max < wanted) {
    throw Failure(Exit::failure, {.code = "EMFILE",
                                  .message = "-c is more than this user may have open",
                                  .expected = "at most " + std::to_string(limit.rlim_max - others),
                                  .got = std::to_string(connections),
                                  .fix = "raise the hard limit, ulimit -H -n"});
  }
  limit.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t terminalWidth() {
  winsize size{};
  constexpr std::size_t usual = 80;
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return std::min<std::size_t>(size.ws_col, usual);
}

/// Tells how far the load is: drawn anew on a terminal, and else by a line a second.
class LoadView {
 public:
  LoadView(Io& io, const load::Report& report) : io_(io), report_(report) {}
  LoadView(const LoadView&) = delete;
  LoadView& operator=(const LoadView&) = delete;
  ~LoadView() { draw({}); }

  void show(const load::Outcome& outcome) {
    if (io_.canDraw()) {
      draw(report_.lines(outcome, terminalWidth() - 1));
    } else if (++ticks_ % 4 == 0) {
      io_.note(report_.brief(outcome));
    }
  }

 private:
  // Over what was drawn before.
  void draw(const std::vector<std::string>& lines) {
    if (lines.empty() && drawn_ == 0) return;
    std::string text = drawn_ > 0 ? "\x1b[" + std::to_string(drawn_) + "A" : "";
    text += "\r\x1b[J";
    for (const std::string& line : lines) text += line + "\n";
    io_.draw(text);
    drawn_ = lines.size();
  }

  Io& io_;
  const load::Report& report_;
  std::size_t drawn_ = 0;  ///< lines
  int ticks_ = 0;
};

/// Notices where nothing goes on any more.
class Patience {
 public:
  explicit Patience(milliseconds longest) : longest_(longest) {}

  bool isOver(const load::Outcome& outcome) {
    const std::uint64_t done = outcome.units + outcome.failures + (outcome.began ? 1 : 0);
    const auto now = std::chrono::steady_clock::now();
    if (done != done_) since_ = now;
    done_ = done;
    return longest_.count() > 0 && now - since_ > longest_;
  }

 private:
  milliseconds longest_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

void tellMeasured(Io& io, const BenchOptions& options, const load::Order& order,
                  const load::Report& report, const load::Outcome& outcome) {
  if (io.json()) {
    Json object;
    object.set("server", options.client.target.text()).set("mode", options.mode);
    object.set("connections", order.connections).set("workers", options.workers);
    if (order.mode == load::Mode::echo) object.set("size", static_cast<int>(order.message));
    report.describe(object, outcome);
    io.record(object);
  } else {
    for (const std::string& line : report.lines(outcome, 80)) io.line(line);
  }
}

Exit bench(Io& io, const BenchOptions& options) {
  checkBench(options);
  const tls::ConnectOptions connect = judgingOptionsOf(io, options.peer, options.client);
  holdStopSignals();
  std::optional<StopSignals> signals;
  signals.emplace([](int) { std::_Exit(128 + SIGINT); });  // nothing was measured yet
  const load::Order order = orderOf(options, connect, lookAtServer(io, options, connect));
  allowDescriptors(order.connections);
  const load::Report report(subjectOf(options, order), order.mode);
  load::Team team(order, std::min(options.workers, order.connections),
                  [&](tls::CleartextStream& stream) {
                    if (options.peer.pin) judgePeer(io, options.peer, stream);
                    static_cast<void>(stream.authorized());  // it was judged before the load
                  });
  bool stuck = false;
  load::Outcome outcome;
  {
    signals.reset();
    const StopSignals ending([&team](int) { team.stop(); });
    LoadView view(io, report);
    Patience patience(options.timeout);
    outcome = team.run([&](const load::Outcome& seen) {
      view.show(seen);
      if (!patience.isOver(seen)) return;
      stuck = true;
      team.stop();
    });
  }
  tellMeasured(io, options, order, report, outcome);
  if (stuck) {
    throw Failure(Exit::timeout,
                  {.code = "ETIMEDOUT",
                   .message = "nothing came back within --timeout",
                   .fix = "check that the server does what --mode " + options.mode + " needs"});
  }
  if (outcome.failures == 0 && outcome.units == 0) {
    throw Failure(Exit::failure, {.code = "ERR_NOTHING_MEASURED",
                                  .message = "nothing has come back in the whole time",
                                  .fix = "check that the server does what --mode " + options.mode +
                                         " needs, or give it more time with -z"});
  }
  if (outcome.failures == 0) return Exit::ok;
  throw Failure(Exit::failure,
                {.code = "ERR_LOAD_FAILED",
                 .message = load::grouped(outcome.failures) +
                            " of the connections failed, the first: " + outcome.firstFailure});
}

}  // namespace

Verb benchVerb() {
  Verb verb("bench", "puts load on a server, and tells rates and latencies");
  verb.describe(
      "handshake: new connections, one after the other on each of -c; resume: the same with the "
      "session of the one before; echo: messages that the server sends back, one under way on each "
      "connection; download and upload: all that goes through. Latencies are from the call that "
      "connects, or the write, to the answer.\n\n"
      "Ends after -z, or when -n are done, or by ^C, and tells what was measured. The load is made "
      "by --workers threads, each of which can be busier than the server.");
  auto& o = verb.options<BenchOptions>();
  verb.argument("HOST:PORT", "the server, or the path of a Unix socket", o.client.target);
  verb.flag("mode", "MODE", "what is asked of the server", o.mode)
      .choices({"handshake", "resume", "echo", "download", "upload"})
      .preset("echo");
  verb.flag("connections,c", "N", "at a time", o.connections).between(1, 100000).preset("32");
  verb.flag("number,n", "N", "ends when so many handshakes or echoes are done", o.number)
      .between(1, 1000000000);
  verb.flag("time,z", "TIME", "ends after this time", o.time).preset("10s, without -n");
  verb.flag("size", "BYTES", "of an echo", o.size).between(1, 16 * 1024 * 1024).preset("64");
  verb.flag("workers", "N", "threads that make the load", o.workers).between(1, 256).preset("1");
  verb.flag("timeout", "TIME", "gives up where nothing comes back for so long; 0: never", o.timeout)
      .preset("30s");
  verb.toggle("remote", "the server may be another machine", o.remote);
  addClientFlags(verb, o.client);
  addPeerFlags(verb, o.peer);
  verb.reportsJson();
  verb.example("securepair bench --ca server-cert.pem --mode handshake localhost:8000",
               "handshakes for ten seconds");
  verb.example("securepair bench --ca server-cert.pem -c 100 -z 30s --size 1000 localhost:8000",
               "echoes of 1000 bytes on 100 connections");
  verb.example("securepair bench --ca server-cert.pem -n 1000 --json localhost:8000",
               "for a script");
  verb.run([&o](Io& io) { return bench(io, o); });
  return verb;
}

}  // namespace securepair::cli
