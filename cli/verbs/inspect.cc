#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "cli/certificate_file.h"
#include "cli/certificate_report.h"
#include "cli/client.h"
#include "cli/renegotiation.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

/// A file of certificates, or a server.
struct Subject {
  std::string file = {};  ///< empty: a server
  Target server = {};
};

// Where there is nothing of that name.
bool isFileName(const std::string& text) {
  if (text.find("://") != std::string::npos) return false;
  if (text.find('/') != std::string::npos) return true;
  constexpr std::array<const char*, 6> ends{".pem", ".crt", ".cer", ".der", ".pfx", ".p12"};
  return std::any_of(ends.begin(), ends.end(),
                     [&text](const char* end) { return text.ends_with(end); });
}

void readValue(const std::string& text, Subject& subject) {
  struct stat info {};
  const bool exists = ::stat(text.c_str(), &info) == 0;
  if (exists ? !S_ISSOCK(info.st_mode) : isFileName(text)) {
    subject.file = text;
  } else if (text.find(':') == std::string::npos && !exists) {
    throw usageFailure(
        "must be HOST:PORT, the path of a Unix socket or a file of certificates, "
        "not '" +
        text + "', and there is no such file");
  } else {
    readValue(text, subject.server);
  }
}

struct InspectOptions {
  ClientFlags client = {};
  Subject subject = {};
  std::optional<std::chrono::milliseconds> expiresIn = {};
};

/// What one connection has shown.
struct Facts {
  std::string version = {};
  std::string cipher = {};
  std::string group = {};
  std::string alpn = {};
  std::string npn = {};
  bool resumed = false;
  Buffer session = {};
  tls::PeerCertificate certificate = {};
  std::optional<Error> failure = {};  ///< why the server is not authorized
  std::optional<Renegotiated> renegotiated = {};
  /// Why the server has ended the connection after all: TLS 1.3 looks at the client's certificate
  /// when the handshake seems to be done.
  std::optional<Failure> refusal = {};
};

/// What else a connection is for.
enum class Also : unsigned char { nothing, session, renegotiation };

struct Report {
  Facts facts = {};
  std::vector<std::string> versions = {};
  std::vector<std::string> unknown = {};  ///< versions of which it was not found out
  std::string npn = {};
  std::optional<Buffer> sessionOfTls12 = {};      ///< once TLS 1.2 alone was tried; empty: none
  std::optional<bool> resumes = {};               ///< empty: see resumption
  std::string resumption = "not found out";       ///< as it is told
  std::optional<Renegotiated> renegotiated = {};  ///< empty: no version with a renegotiation
};

Facts factsOf(const tls::CleartextStream& stream) {
  const std::string alpn = stream.alpnProtocol();
  return {.version = stream.getProtocol(),
          .cipher = stream.getCipher().name,
          .group = stream.getNegotiatedGroup(),
          .alpn = alpn,
          .npn = alpn.empty() ? stream.npnProtocol() : std::string(),
          .resumed = stream.isSessionReused(),
          .certificate = stream.getPeerCertificate(true),
          .failure = stream.authorizationFailure()};
}

// A session of TLS 1.3 comes after the handshake, if at all, and of some servers with their first
// data.
Facts probe(const ClientFlags& flags, tls::ConnectOptions options, Also also = Also::nothing) {
  const auto client = std::make_shared<Client>(flags);
  const DroppedAtEnd dropped(*client);
  client->open(std::move(options));
  Facts facts = factsOf(client->stream());
  facts.session = client->stream().getSession();
  if (also == Also::renegotiation) {
    facts.renegotiated = renegotiate(*client, std::chrono::seconds(2)).what;
  }
  if (also == Also::session && facts.session.empty() && !facts.failure) {
    client->stream().onSession([&facts, client](const Buffer& session) {
      facts.session = session;
      client->stop();
    });
    try {
      client->runFor(std::chrono::milliseconds(500));
    } catch (const Failure& failure) {
      facts.refusal = failure;
    }
  }
  return facts;
}

bool asksForCertificate(const Facts& facts) {
  return facts.refusal && facts.refusal->code() == "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED";
}

// One more connection. What goes wrong with it is no reason to keep the rest from who asks.
std::optional<Facts> tryProbe(const ClientFlags& flags, tls::ConnectOptions options, Also also,
                              Exit& exit) {
  try {
    return probe(flags, std::move(options), also);
  } catch (const Failure& failure) {
    exit = failure.exit();
    if (exit == Exit::usage || exit == Exit::badFile) throw;
    return std::nullopt;
  }
}

ClientFlags with(const std::string& version, ClientFlags flags) {
  flags.tls.minVersion = flags.tls.maxVersion = version;
  return flags;
}

void probeVersion(Io& io, const ClientFlags& flags, const std::string& version, Report& report) {
  const ClientFlags own = with(version, flags);
  Exit exit = Exit::ok;
  const auto facts = tryProbe(own, connectOptionsOf(io, own),
                              version == "TLSv1.2" ? Also::renegotiation : Also::nothing, exit);
  if (facts || version == report.facts.version) report.versions.push_back(version);
  if (facts) {
    if (version == "TLSv1.2") report.sessionOfTls12 = facts->session;
    if (report.npn.empty()) report.npn = facts->npn;
    if (facts->renegotiated) report.renegotiated = facts->renegotiated;
  } else if (version != report.facts.version && (exit != Exit::handshake || report.facts.refusal)) {
    // Who has refused this side once may have done so again.
    report.unknown.push_back(version);
  }
}

// --min-version and --max-version; their texts are in order.
bool isWithin(const TlsFlags& flags, const std::string& version) {
  return (flags.minVersion.empty() || version >= flags.minVersion) &&
         (flags.maxVersion.empty() || version <= flags.maxVersion);
}

void probeResumption(Io& io, const ClientFlags& flags, Report& report) {
  if (report.facts.failure) {
    report.resumption = "not tried, for the server is not authorized";
    return;
  }
  if (report.facts.refusal) return;
  const std::string unknown = "of " + report.facts.version + " no session came before any data";
  const bool gaveFirst = !report.facts.session.empty();
  if (!gaveFirst && report.sessionOfTls12.value_or(Buffer()).empty()) {
    // In TLS 1.2 a session is a part of the handshake.
    const bool isTls12 = report.facts.version == "TLSv1.2";
    if (isTls12) report.resumes = false;
    report.resumption = isTls12                 ? "no"
                        : report.sessionOfTls12 ? "not with TLSv1.2; " + unknown
                                                : "not found out; " + unknown;
    return;
  }
  // A session is good for what it was made with.
  const ClientFlags own = gaveFirst ? flags : with("TLSv1.2", flags);
  tls::ConnectOptions options = connectOptionsOf(io, own);
  options.session = gaveFirst ? report.facts.session : *report.sessionOfTls12;
  Exit exit = Exit::ok;
  const auto facts = tryProbe(own, std::move(options), Also::nothing, exit);
  if (!facts) return;
  report.resumes = facts->resumed;
  report.resumption = facts->resumed ? "yes" : "no";
  if (!gaveFirst) report.resumption += ", with " + facts->version + "; " + unknown;
}

Report reportOf(Io& io, const ClientFlags& flags) {
  Report report{.facts = probe(flags, connectOptionsOf(io, flags), Also::session)};
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    if (isWithin(flags.tls, version)) probeVersion(io, flags, version, report);
  }
  probeResumption(io, flags, report);
  return report;
}

// Of each connection it is known that a renegotiation would be bound to what was before: else it
// would have been refused.
const char* renegotiationText(const Report& report) {
  if (!report.renegotiated) return report.unknown.empty() ? "none" : "not found out";
  switch (*report.renegotiated) {
    case Renegotiated::served:
      return "served when a client asks";
    case Renegotiated::refused:
      return "refused when a client asks";
    case Renegotiated::cut:
      return "the connection is cut when a client asks";
    case Renegotiated::ignored:
      break;
  }
  return "not answered when a client asks";
}

void print(Io& io, const std::string& target, const Report& report) {
  const Facts& facts = report.facts;
  const auto tell = [&io](const char* label, const std::string& value) {
    io.line(std::string(label) + ": " + (value.empty() ? "none" : value));
  };
  std::string versions;
  for (const std::string& version : report.versions) {
    versions += (versions.empty() ? "" : ", ") + version;
  }
  for (const std::string& version : report.unknown) {
    versions += (versions.empty() ? "" : ", ") + version + " not found out";
  }
  tell("server", target);
  tell("versions", versions);
  tell("cipher", facts.cipher + " (" + facts.version + ")");
  tell("group", facts.group);
  tell("ALPN", facts.alpn);
  tell("NPN", report.npn);
  tell("resumption", report.resumption);
  tell("renegotiation", renegotiationText(report));
  if (asksForCertificate(facts)) {
    tell("client certificate", "asks for one, and goes on with nobody who has none");
  } else if (facts.refusal) {
    tell("after the handshake", io.inFlags(*facts.refusal).message());
  }
}

void printVerdict(Io& io, const std::optional<Error>& failure) {
  if (failure) {
    io.line("authorized: no");
    io.error(*failure, Exit::unauthorized);
  } else {
    io.inkedLine("authorized: " + io.inked(Ink::green, "yes"));
  }
}

Json jsonOf(const Io& io, const std::string& what, const tls::PeerCertificate& certificate,
            const std::optional<Error>& failure) {
  Json object;
  object.set("subject", what).set("authorized", !failure.has_value());
  if (failure) object.set("error", errorJson(io.inFlags(*failure)));
  return object.set("chain", certificatesJson(chainOf(certificate)));
}

void requireLasting(const Certificates& certificates, std::chrono::milliseconds time) {
  const tls::PeerCertificate* const early = expiresWithin(certificates, time);
  if (early == nullptr) return;
  throw Failure(Exit::checkFailed,
                {.code = "ERR_EXPIRES",
                 .message = "the certificate of CN=" + early->subject["CN"] +
                            (time.count() == 0 ? " has expired"
                                               : " is not valid for as long as --expires-in wants"),
                 .got = "valid to " + early->valid_to,
                 .fix = "renew it"});
}

Exit judge(const InspectOptions& options, const Certificates& certificates,
           const std::optional<Error>& failure) {
  if (options.expiresIn) requireLasting(certificates, *options.expiresIn);
  return failure ? Exit::unauthorized : Exit::ok;
}

Certificates pointersTo(const std::vector<crypto::CertificateInfo>& infos) {
  Certificates list;
  for (const crypto::CertificateInfo& info : infos) list.push_back(&info.certificate);
  return list;
}

// What is in a file and not in the chain by which its first was judged.
Certificates others(const Certificates& inFile, const Certificates& chain) {
  Certificates list;
  for (const tls::PeerCertificate* const one : inFile) {
    const auto isSame = [one](const tls::PeerCertificate* other) { return other->raw == one->raw; };
    if (std::none_of(chain.begin(), chain.end(), isSame)) list.push_back(one);
  }
  return list;
}

// They are nobody's chain: what can be said of them is how long they last.
Exit inspectAuthorities(Io& io, const InspectOptions& options, const Certificates& authorities) {
  if (io.json()) {
    Json object;
    object.set("subject", options.subject.file).setNull("authorized");
    io.record(object.set("certificates", certificatesJson(authorities)));
  } else {
    io.line("file: " + options.subject.file);
    printCertificates(io, "authorities", authorities);
  }
  requireLasting(authorities, options.expiresIn.value_or(std::chrono::milliseconds(0)));
  return Exit::ok;
}

Exit inspectFile(Io& io, const InspectOptions& options) {
  const ClientFlags& flags = options.client;
  const std::string& file = options.subject.file;
  const tls::VerifyOptions verify{.servername = flags.servername,
                                  .secureContext = connectOptionsOf(io, flags).secureContext};
  const Buffer content = readFile(file);
  const std::vector<crypto::CertificateInfo> infos = certificatesIn(file, content);
  const Certificates inFile = pointersTo(infos);
  const bool isBundle =
      std::all_of(infos.begin(), infos.end(), [](const auto& info) { return info.isAuthority; });
  if (isBundle && flags.servername.empty()) return inspectAuthorities(io, options, inFile);
  const tls::Verdict verdict = tls::verifyPeer(content, verify);
  if (verdict.certificate.empty()) throw Failure(Exit::badFile, verdict.failure.value());
  Certificates all = chainOf(verdict.certificate);
  const Certificates beside = others(inFile, all);
  if (io.json()) {
    Json object = jsonOf(io, file, verdict.certificate, verdict.failure);
    io.record(object.set("certificates", certificatesJson(inFile)));
  } else {
    io.line("file: " + file);
    printChain(io, verdict.certificate);
    if (!beside.empty()) printCertificates(io, "beside the chain", beside);
    printVerdict(io, verdict.failure);
  }
  all.insert(all.end(), beside.begin(), beside.end());
  return judge(options, all, verdict.failure);
}

Exit inspectServer(Io& io, const InspectOptions& options) {
  ClientFlags flags = options.client;
  flags.target = options.subject.server;
  if (flags.tls.npn.empty() && flags.tls.alpn.empty()) flags.tls.npn = {"h2,http/1.1"};
  const Report report = reportOf(io, flags);
  const Facts& facts = report.facts;
  if (io.json()) {
    Json object = jsonOf(io, flags.target.text(), facts.certificate, facts.failure);
    object.set("versions", report.versions).set("version", facts.version);
    if (!report.unknown.empty()) object.set("versionsNotFoundOut", report.unknown);
    object.set("asksForCertificate", asksForCertificate(facts));
    if (facts.refusal) object.set("refusal", errorJson(io.inFlags(*facts.refusal)));
    object.set("cipher", facts.cipher).set("group", facts.group);
    object.set("alpn", facts.alpn).set("npn", report.npn);
    if (report.resumes) object.set("resumption", *report.resumes);
    object.set("renegotiation", renegotiationText(report));
    io.record(object);
  } else {
    print(io, flags.target.text(), report);
    printChain(io, facts.certificate);
    printVerdict(io, facts.failure);
  }
  return judge(options, chainOf(facts.certificate), facts.failure);
}

}  // namespace

Verb inspectVerb() {
  Verb verb("inspect", "what the other side is, or what is in a file of certificates");
  verb.describe(
      "Connects several times: with what is offered by default, with each version alone, and to "
      "resume. Of a file the first certificate is judged, as a server's, by the others and --ca; "
      "authorities alone are nobody's chain: unless there is a --servername, they must only not "
      "have expired.\n\n"
      "Exits with 8 where --expires-in is not met, with 5 where the certificate is not "
      "authorized.");
  auto& o = verb.options<InspectOptions>();
  verb.argument("SUBJECT", "HOST:PORT, or a file of certificates", o.subject).hint(Hint::file);
  addClientFlags(verb, o.client);
  addStarttlsFlag(verb, o.client);
  verb.flag("expires-in", "TIME", "all certificates must be valid for so long: 30d", o.expiresIn)
      .unitRequired();
  verb.reportsJson();
  verb.example("securepair inspect example.org:443", "versions, cipher, protocols, chain");
  verb.example("securepair inspect --expires-in 30d example.org:443 --quiet",
               "exits with 8 a month before a certificate expires");
  verb.example("securepair inspect --ca ca-cert.pem --servername localhost server-cert.pem",
               "a file");
  verb.run(
      [&o](Io& io) { return o.subject.file.empty() ? inspectServer(io, o) : inspectFile(io, o); });
  return verb;
}

}  // namespace securepair::cli
