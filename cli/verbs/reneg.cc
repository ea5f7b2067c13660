#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/client.h"
#include "cli/peer_flags.h"
#include "cli/renegotiation.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

constexpr const char* newestToRenegotiate = "TLSv1.2";

struct RenegOptions {
  ClientFlags client = {};
  PeerFlags peer = {};
  int count = 10;
  std::chrono::milliseconds timeout = std::chrono::seconds(10);
};

/// How the test has ended.
struct RenegOutcome {
  int served = 0;
  RenegotiationAnswer last = {};
  std::string version = {};
};

std::string timesText(int served) {
  return std::to_string(served) + (served == 1 ? " renegotiation" : " renegotiations");
}

void openJudged(Io& io, const RenegOptions& options, const ClientFlags& flags, Client& client) {
  client.open(judgingOptionsOf(io, options.peer, flags));
  judgePeer(io, options.peer, client.stream());
}

// TLS 1.3 has no renegotiation: where both sides speak it, the older one has to be asked for.
ClientFlags olderVersions(ClientFlags flags) {
  for (const auto& [flag, version] : {std::pair("--min-version", &flags.tls.minVersion),
                                      {"--max-version", &flags.tls.maxVersion}}) {
    if (*version != "TLSv1.3") continue;
    throw usageFailure("TLS 1.3 has no renegotiation to test",
                       std::string("leave ") + flag + " out");
  }
  if (flags.tls.maxVersion.empty()) flags.tls.maxVersion = newestToRenegotiate;
  return flags;
}

RenegOutcome tapUntilCut(Client& client, const RenegOptions& options) {
  RenegOutcome outcome{.version = client.stream().getProtocol()};
  while (outcome.served < options.count) {
    outcome.last = renegotiate(client, options.timeout);
    if (outcome.last.what != Renegotiated::served) break;
    ++outcome.served;
  }
  return outcome;
}

std::string wordOf(Renegotiated what) {
  switch (what) {
    case Renegotiated::served:
      return "served";
    case Renegotiated::refused:
      return "refused";
    case Renegotiated::cut:
      return "cut";
    case Renegotiated::ignored:
      break;
  }
  return "ignored";
}

void record(Io& io, const RenegOptions& options, const RenegOutcome& outcome,
            const std::string& word) {
  Json object;
  object.set("server", options.client.target.text()).set("version", outcome.version);
  object.set("served", outcome.served).set("outcome", word);
  if (outcome.last.why) object.set("error", errorJson(io.inFlags(*outcome.last.why)));
  io.record(object);
}

Exit conclude(Io& io, const RenegOptions& options, const RenegOutcome& outcome) {
  const std::string served = "the server has served " + timesText(outcome.served);
  if (io.json()) record(io, options, outcome, wordOf(outcome.last.what));
  switch (outcome.last.what) {
    case Renegotiated::cut:
      if (!io.json()) io.line(served + ", and then cut the connection");
      return Exit::ok;
    case Renegotiated::refused:
      if (!io.json()) {
        io.line(outcome.served == 0 ? "the server refuses to renegotiate"
                                    : served + ", and refuses more");
      }
      return Exit::ok;
    case Renegotiated::ignored:
      throw Failure(Exit::timeout,
                    {.code = "ETIMEDOUT",
                     .message = served + ", and does not answer any more within --timeout"});
    case Renegotiated::served:
      break;
  }
  throw Failure(Exit::checkFailed,
                {.code = "ERR_NEVER_CUT",
                 .message = served + ", and never cut the connection",
                 .expected = "an end within --count",
                 .fix = "limit renegotiations on the server: each costs it a handshake"});
}

// Known for sure only from a server that has shown who it is.
bool speaksTls13Alone(Io& io, const RenegOptions& options, const Failure& failure) {
  if (failure.code() != "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION") return false;
  ClientFlags flags = options.client;
  flags.tls.minVersion = flags.tls.maxVersion = "TLSv1.3";
  const auto client = std::make_shared<Client>(flags);
  const DroppedAtEnd dropped(*client);
  try {
    openJudged(io, options, flags, *client);
    return true;
  } catch (const Failure& other) {
    if (other.exit() != Exit::handshake) throw;
    return false;
  }
}

// Nothing where the server has no version with a renegotiation.
std::optional<RenegOutcome> test(Io& io, const RenegOptions& options) {
  const ClientFlags flags = olderVersions(options.client);
  const auto client = std::make_shared<Client>(flags);
  const DroppedAtEnd dropped(*client);
  try {
    openJudged(io, options, flags, *client);
    return tapUntilCut(*client, options);
  } catch (const Failure& failure) {
    client->drop();
    if (!speaksTls13Alone(io, options, failure)) throw;
  }
  return std::nullopt;
}

Exit reneg(Io& io, const RenegOptions& options) {
  const auto outcome = test(io, options);
  if (outcome) return conclude(io, options, *outcome);
  if (io.json()) {
    const RenegOutcome none{.version = "TLSv1.3"};
    record(io, options, none, "none");
  } else {
    io.line("the server speaks TLS 1.3 alone, which has no renegotiation");
  }
  return Exit::ok;
}

}  // namespace

Verb renegVerb() {
  Verb verb("reneg", "renegotiates until the server cuts the connection");
  verb.describe(
      "The page's test of a server: \"connect to it with openssl s_client and tap R a few times\". "
      "A server that serves any number of renegotiations can be kept busy by one client. Exits "
      "with "
      "0 where the server cuts the connection, refuses, or speaks TLS 1.3 alone, which has no "
      "renegotiation; with 8 where it has served all of --count.");
  auto& o = verb.options<RenegOptions>();
  verb.argument("HOST:PORT", "the server, or the path of a Unix socket", o.client.target);
  verb.flag("count", "N", "asks no more often than this", o.count).between(1, 1000).preset("10");
  verb.flag("timeout", "TIME", "for each to be answered", o.timeout).preset("10s");
  addClientFlags(verb, o.client, newestToRenegotiate);
  addStarttlsFlag(verb, o.client);
  addPeerFlags(verb, o.peer);
  verb.reportsJson();
  verb.example("securepair reneg --ca server-cert.pem localhost:8000", "tests the page's server");
  verb.example("securepair reneg --count 100 --json example.org:443", "for a script");
  verb.run([&o](Io& io) { return reneg(io, o); });
  return verb;
}

}  // namespace securepair::cli
