#include <securepair/workers.h>

#include <atomic>
#include <memory>

#include "cli/common_place.h"
#include "cli/handed_socket.h"
#include "cli/listening.h"
#include "cli/proxy_flags.h"
#include "cli/proxy_secrets.h"
#include "cli/proxy_worker.h"
#include "cli/stop_signals.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

constexpr const char* proxyDescription =
    "Ends TLS in front of a plain server; with --client it is the other way round, and the "
    "target's certificate has to be for its name.\n\n"
    "With --ca, clients need a certificate that it has signed and that a rule allows. The target "
    "is connected to when the client is let through. A side that ends by a failure, by a "
    "connection cut off for one, is a reset at the other side and never an end; a Unix socket "
    "knows "
    "no reset.\n\n"
    "SIGHUP reads keys, certificates and authorities anew, all or none; connections that have "
    "begun go on. "
    "SIGTERM or SIGINT takes no more connections and waits for those that are open; a second "
    "signal cuts them at once. Exits with 0 where all of them ended by themselves.";

void warnOfWhatIsUnsafe(Io& io, const ProxyFlags& flags) {
  if (flags.insecure) {
    io.warn("--insecure: whoever answers at " + flags.to->text() +
            " gets what clients send; its certificate is not judged");
  }
  if (flags.client && flags.listen.path.empty() && !isLocal(flags.listen)) {
    io.warn("--listen takes plain text from other machines");
  }
}

// All or nothing: what is in use stays where anything new cannot be used.
void reloadSecrets(Io& io, const ProxySecretsReader& reader, Workers& workers) {
  try {
    const auto secrets = reader.readAnew(io);
    workers.post([secrets] {
      if (const auto worker = ProxyWorker::ofThisThread()) worker->reload(secrets);
    });
    if (io.json()) {
      Json object;
      io.record(object.set("event", "reloaded"));
    } else {
      io.note("certificates were read anew");
    }
  } catch (const Error& error) {
    if (io.json()) {
      Json object;
      io.record(object.set("event", "reloadFailed").set("error", errorJson(io.inFlags(error))));
    } else {
      io.warn(std::string("the certificates in use stay: ") + io.inFlags(error).what());
    }
  }
}

Exit tellInOrder(Io& io) {
  if (io.json()) {
    Json object;
    io.record(object.set("event", "inOrder"));
  }
  io.note("everything is in order");
  return Exit::ok;
}

void stopWorkers(Workers& workers, int count) {
  workers.post([count] {
    const auto worker = ProxyWorker::ofThisThread();
    if (worker == nullptr) return;
    worker->drain();
    if (count > 1) worker->cutAll("cut by a second signal");
  });
}

Exit serveAsProxy(Io& io, const ProxyFlags& flags) {
  checkProxyFlags(flags);
  const ListenAddress place = withHandedSocket(flags.listen);
  if (!place.given()) throw usageFailure("--listen is missing");
  const ProxySecretsReader reader(io, flags);
  const auto secrets = reader.read(io);
  warnOfWhatIsUnsafe(io, flags);
  if (flags.checkConfig) return tellInOrder(io);
  holdStopSignals();
  holdHangUpSignal();
  io.neverWait();
  std::atomic<int> cut = 0;
  const auto allListen = [&](const net::Address& bound) {
    tellListening(io, bound, reader.throwAwayFingerprint());
  };
  const auto start = [&](const ListenAddress& address, const CommonPlace::Listening& listening,
                         const CommonPlace::Failed& failed) {
    std::make_shared<ProxyWorker>(flags, secrets, io, cut)->listen(address, listening, failed);
  };
  CommonPlace common(place, flags.workers, allListen, start);
  Workers workers(flags.workers, [&](int number) { common.start(number); });
  const auto stop = [&](int count) {
    common.giveUp();
    stopWorkers(workers, count);
  };
  const StopSignals signals(stop, [&] { reloadSecrets(io, reader, workers); });
  workers.join();
  return drained(cut, "give them more time with --drain");
}

}  // namespace

Verb proxyVerb() {
  Verb verb("proxy", "TLS in front of a plain server, or of a plain client");
  verb.describe(proxyDescription);
  auto& o = verb.options<ProxyFlags>();
  addProxyFlags(verb, o);
  verb.configurable();
  verb.reportsJson();
  verb.example("securepair proxy --listen 8443 --to 127.0.0.1:8080",
               "ends TLS in front of a web server, with a throw-away certificate");
  verb.example("securepair proxy --listen 8443 --to ./socket --ca ca.pem --allow-cn worker",
               "lets clients through whose certificate says that they are worker");
  verb.example("securepair proxy --client --listen 8080 --to example.org:443",
               "a program that knows no TLS talks to a server that wants it");
  verb.run([&o](Io& io) { return serveAsProxy(io, o); });
  return verb;
}

}  // namespace securepair::cli
