#include <securepair/loop.h>
#include <securepair/workers.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <unistd.h>

#include "cli/common_place.h"
#include "cli/handed_socket.h"
#include "cli/listening.h"
#include "cli/serve_worker.h"
#include "cli/sni_flag.h"
#include "cli/stop_signals.h"
#include "cli/throw_away_pair.h"
#include "cli/ticket_secret.h"
#include "cli/tls_flags.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

using std::chrono::milliseconds;

struct ServeOptions {
  ListenAddress listen = {};
  TlsFlags tls = {};
  Service service = {};
  std::vector<SniFlag> sni = {};
  bool requestCert = false;
  bool rejectUnauthorized = false;
  std::optional<int> renegLimit = {};
  std::optional<milliseconds> renegWindow = {};
  std::optional<milliseconds> handshakeTimeout = {};
  std::size_t maxConnections = 0;
  int workers = 1;
  bool verbose = false;
};

std::chrono::seconds wholeSeconds(milliseconds time, const char* flag) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  if (seconds != time) throw usageFailure(std::string(flag) + " must be whole seconds");
  return seconds;
}

void checkOptions(const ServeOptions& options) {
  checkService(options.service);
  if (options.rejectUnauthorized && !options.requestCert) {
    throw usageFailure("--reject-unauthorized has no effect without --request-cert");
  }
  if (options.workers > 1 && !options.listen.path.empty()) {
    throw usageFailure("--workers " + std::to_string(options.workers) +
                       " cannot share a Unix socket");
  }
}

ServePlan planOf(Io& io, const ServeOptions& options) {
  if (!options.tls.ca.empty() && !options.requestCert) {
    io.warn(
        "--ca judges nobody: clients are not asked for a certificate",
        "add --request-cert, and --reject-unauthorized to refuse those without a good one; what "
        "only leads from --cert to its root stands behind it in that file");
  }
  ServePlan plan{.address = withHandedSocket(options.listen),
                 .service = options.service,
                 .maxConnections = static_cast<int>(options.maxConnections),
                 .sharesPort = options.workers > 1,
                 .verbose = options.verbose};
  if (!plan.address.given()) readValue("127.0.0.1:8000", plan.address);
  tls::ServerOptions& server = plan.server;
  applyTlsFlags(io, options.tls, server);
  server.requestCert = options.requestCert;
  server.rejectUnauthorized = options.rejectUnauthorized;
  server.clientRenegLimit = options.renegLimit;
  if (options.renegWindow) {
    server.clientRenegWindow = wholeSeconds(*options.renegWindow, "--reneg-window");
  }
  if (options.handshakeTimeout) server.handshakeTimeout = *options.handshakeTimeout;
  if (options.workers > 1) server.ticketSecret = newTicketSecret();
  plan.contexts = readSniContexts(io, options.sni, server);
  return plan;
}

Exit serve(Io& io, const ServeOptions& options) {
  checkOptions(options);
  ServePlan plan = planOf(io, options);
  std::string fingerprint;
  if (!plan.server.key.given() && !plan.server.pfx.given()) {
    fingerprint = makeThrowAwayPair(plan.server);
  }
  holdStopSignals();
  const bool endsAtHangUp = holdHangUpUnlessIgnored();
  io.neverWait();
  std::atomic<int> cut = 0;
  const auto allListen = [&](const net::Address& address) {
    tellListening(io, address, fingerprint);
  };
  const auto start = [&](const ListenAddress& address, const CommonPlace::Listening& listening,
                         const CommonPlace::Failed& failed) {
    std::make_shared<ServeWorker>(plan, io, cut)->listen(address, listening, failed);
  };
  CommonPlace place(plan.address, options.workers, allListen, start);
  Workers workers(options.workers, [&](int number) { place.start(number); });
  const auto stop = [&](int count) {
    place.giveUp();
    workers.post([count] {
      const auto worker = ServeWorker::ofThisThread();
      if (worker == nullptr) return;
      worker->finish();
      if (count > 1) worker->cutAll();
    });
  };
  const auto hangUp = [] { static_cast<void>(::kill(::getpid(), SIGTERM)); };
  const StopSignals signals(stop, endsAtHangUp ? hangUp : std::function<void()>());
  workers.join();
  return drained(cut, "have their peers read what is sent, or end before the server does");
}

}  // namespace

Verb serveVerb() {
  Verb verb("serve", "an echo server over TLS, and its relatives");
  verb.describe(
      "Modes: page greets with \"welcome!\" and sends back what comes, echo does so without the "
      "greeting, discard only reads, source sends lines of characters for ever, cat sends FILE.\n\n"
      "Without --key and --cert, or --pfx, it makes a pair that nobody trusts and tells how to. "
      "SIGTERM or SIGINT ends it: what was written is sent, and connections are closed, within two "
      "seconds; a second signal ends it at once. SIGHUP, which comes where its terminal is closed, "
      "does the same, unless nohup has started it; nothing is read anew.\n\n"
      "A listening socket that systemd hands over (LISTEN_FDS) is taken in place of --listen; "
      "systemd is told when it serves (NOTIFY_SOCKET).");
  auto& o = verb.options<ServeOptions>();
  verb.flag("listen", "ADDRESS",
            "HOST:PORT, PORT of 127.0.0.1, or the path of a Unix socket; port 0 is any", o.listen)
      .preset("127.0.0.1:8000");
  verb.flag("mode", "MODE", "what it does with a connection", o.service.mode)
      .choices(serviceModes())
      .preset("page");
  addTlsFlags(verb, o.tls);
  verb.flag("sni", "NAME=CERT,KEY", "another certificate for a name, \"*.example.org\" too", o.sni);
  const auto isOff = [](const std::string& value) { return value == "false"; };
  verb.toggle("request-cert", "asks clients for a certificate", o.requestCert).weakensWhere(isOff);
  verb.toggle("reject-unauthorized", "refuses clients without one that --ca has signed",
              o.rejectUnauthorized)
      .weakensWhere(isOff);
  verb.flag("reneg-limit", "N", "renegotiations of a client within the window; 0 serves none",
            o.renegLimit)
      .between(0, 1'000'000)
      .preset("3")
      .weakensWhere([](const std::string& value) { return value.size() > 1 || value > "3"; });
  verb.flag("reneg-window", "TIME", "the window", o.renegWindow).preset("10m");
  verb.flag("handshake-timeout", "TIME", "how long a handshake may take; 0: for ever",
            o.handshakeTimeout)
      .preset("120s");
  verb.flag("max-connections", "N", "closes further ones of a worker at once; 0: no limit",
            o.maxConnections)
      .between(0, 1'000'000)
      .preset("0");
  verb.flag("workers", "N", "threads that share the port", o.workers).between(1, 1024).preset("1");
  verb.toggle("verbose,v", "tells of each connection", o.verbose);
  verb.argument("FILE", "what the mode cat sends", o.service.file).optional().hint(Hint::file);
  verb.configurable();
  verb.reportsJson();
  verb.example("securepair serve", "the page's echo server, with a throw-away certificate");
  verb.example("securepair serve --key server-key.pem --cert server-cert.pem --listen 8443",
               "the same with a certificate of yours");
  verb.example("securepair serve --mode cat --listen 0.0.0.0:8000 README.md",
               "sends a file to whoever connects, on all interfaces");
  verb.run([&o](Io& io) { return serve(io, o); });
  return verb;
}

}  // namespace securepair::cli
