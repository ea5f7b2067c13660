#include <securepair/tls/verify_peer.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "cli/certificate_text.h"
#include "cli/files.h"
#include "cli/io.h"
#include "cli/verbs.h"
#include "cli/verify_batch.h"

namespace securepair::cli {
namespace {

// Where a time point of nanoseconds ends: in the year 2255.
constexpr std::int64_t mostEpoch = 9'000'000'000;

struct Moment {
  std::chrono::system_clock::time_point point;
};

// Of a day that there is.
std::optional<std::time_t> secondsOf(const std::string& text) {
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"}) {
    std::tm fields{};
    const char* const end = ::strptime(text.c_str(), format, &fields);
    if (end == nullptr || *end != '\0') continue;
    const int day = fields.tm_mday;
    const std::time_t seconds = ::timegm(&fields);
    if (fields.tm_mday == day && std::abs(std::int64_t{seconds}) <= mostEpoch) return seconds;
  }
  return std::nullopt;
}

// A date, a date and a time, or seconds since 1970.
void readValue(const std::string& text, Moment& moment) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error == std::errc() && stop == end && std::abs(seconds) <= mostEpoch) {
    moment.point = std::chrono::system_clock::from_time_t(seconds);
    return;
  }
  const auto date = secondsOf(text);
  if (!date) {
    throw usageFailure("must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z, not '" + text +
                       "'");
  }
  moment.point = std::chrono::system_clock::from_time_t(*date);
}

struct VerifyOptions {
  std::vector<std::string> chain;
  std::vector<std::string> ca;
  std::vector<std::string> caAppend;
  std::vector<std::string> crl;
  std::string name;
  std::string nameKind = "any";
  std::string purpose = "server";
  std::optional<Moment> time;
  std::optional<int> maxDepth;
  std::optional<int> securityLevel;
  bool batch = false;

  bool asksOfOne() const {
    return !chain.empty() || !ca.empty() || !caAppend.empty() || !crl.empty() || !name.empty() ||
           nameKind != "any" || purpose != "server" || time || maxDepth || securityLevel;
  }
};

crypto::CaList contentsOf(const std::vector<std::string>& paths) {
  return paths.empty() ? crypto::CaList() : crypto::CaList(readFiles(paths));
}

tls::VerifyOptions optionsOf(const VerifyOptions& options) {
  tls::VerifyOptions verify{.ca = contentsOf(options.ca),
                            .caAppend = contentsOf(options.caAppend),
                            .crl = contentsOf(options.crl),
                            .servername = options.name,
                            .maxDepth = options.maxDepth,
                            .securityLevel = options.securityLevel};
  if (options.nameKind != "any") {
    verify.nameKind = options.nameKind == "dns" ? tls::NameKind::dns : tls::NameKind::ip;
  }
  if (options.purpose == "client") verify.purpose = tls::Purpose::client;
  if (options.time) verify.time = options.time->point;
  return verify;
}

Exit verifyOne(const VerifyOptions& options, Io& io) {
  if (options.chain.empty()) throw usageFailure("FILE is missing");
  const tls::Verdict verdict = tls::verifyPeer(contentsOf(options.chain), optionsOf(options));
  // Nobody has been judged.
  if (verdict.certificate.empty() && verdict.failure) {
    throw Failure(Exit::badFile, *verdict.failure);
  }
  if (io.json()) {
    Json object;
    object.set("authorized", verdict.authorized);
    if (verdict.failure) {
      object.set("error", errorJson(io.inFlags(*verdict.failure)));
    } else {
      object.setNull("error");
    }
    io.record(object);
    return verdict.authorized ? Exit::ok : Exit::unauthorized;
  }
  if (!verdict.authorized) throw Failure(Exit::unauthorized, verdict.failure.value());
  io.line("authorized: " + subjectText(verdict.certificate.subject) + ", until " +
          verdict.certificate.valid_to);
  return Exit::ok;
}

Exit verify(const VerifyOptions& options, Io& io) {
  if (!options.batch) return verifyOne(options, io);
  if (options.asksOfOne()) {
    throw usageFailure("--batch excludes FILE and the flags for it",
                       "say it in each line of standard input");
  }
  verifyBatch(io);
  return Exit::ok;
}

}  // namespace

Verb verifyVerb() {
  Verb verb("verify", "judges a chain of certificates without a connection");
  verb.describe(
      "By the very code of a handshake: authorities, name, purpose and time. Exits with 5 where "
      "the chain is not authorized, and says why. Without --ca the system's authorities count, for "
      "a server with a --name alone.\n\n"
      "--batch reads an object of JSON a line, {\"id\", \"ca\": [PEM], \"chain\": [PEM of the leaf "
      "and what leads to its root], \"name\", \"nameKind\": \"DNS\" or \"IP\", \"purpose\": "
      "\"server\" or \"client\", \"time\": seconds since 1970, \"maxDepth\", \"crls\": [PEM]}, of "
      "which all but ca and chain may be left out or null, and answers each line with {\"id\", "
      "\"authorized\", \"error\"}. What it cannot judge is not authorized. It exits with 0 when "
      "all lines are answered.");
  auto& options = verb.options<VerifyOptions>();
  verb.argument("FILE", "the certificate, and those that lead to its root", options.chain)
      .hint(Hint::file)
      .optional()
      .means("chain");
  verb.flag("ca", "FILE", "whom to trust, in place of the system's authorities", options.ca)
      .hint(Hint::file);
  verb.flag("ca-append", "FILE", "whom to trust beside them", options.caAppend).hint(Hint::file);
  verb.flag("crl", "FILE", "what has been revoked; each issuer then needs a list", options.crl)
      .hint(Hint::file);
  verb.flag("name", "NAME", "the name or address for which a server's has to be", options.name);
  verb.flag("name-kind", "KIND", "what the name is meant as", options.nameKind)
      .choices({"any", "dns", "ip"})
      .preset("any");
  verb.flag("purpose", "SIDE", "whose certificate it is", options.purpose)
      .choices({"server", "client"})
      .preset("server");
  verb.flag("time", "WHEN", "when it has to be valid: 2026-01-31, or seconds since 1970",
            options.time)
      .preset("now");
  verb.flag("max-depth", "N", "how many certificates there may be in between", options.maxDepth)
      .between(0, 1000)
      .preset("100");
  verb.flag("security-level", "N", "OpenSSL's security level", options.securityLevel)
      .between(0, 5)
      .preset("OpenSSL's own")
      .weakens();
  verb.toggle("batch", "judges what standard input asks, a line each", options.batch);
  verb.reportsJson();
  verb.example("securepair verify --ca ca-cert.pem --name localhost server-cert.pem",
               "whether a client that trusts the authority would go on");
  verb.example("securepair verify --ca ca-cert.pem --purpose client client-cert.pem",
               "whether a server would");
  verb.example("securepair verify --batch < cases.jsonl", "thousands at once");
  verb.run([&options](Io& io) { return verify(options, io); });
  return verb;
}

}  // namespace securepair::cli
