#include <securepair/crypto/openssl_info.h>
#include <securepair/process.h>
#include <securepair/version.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "cli/io.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

// One thing that was looked at.
struct Finding {
  std::string key;    ///< in JSON
  std::string value;  ///< what was found
  std::string trouble = {};
  std::string fix = {};
  /// Where that is told in numbers: in JSON these, and the value as KEYText. Empty: no limit.
  std::vector<std::pair<std::string, std::optional<std::int64_t>>> numbers = {};
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<Finding> versions() {
  const process::Versions versions = process::versions();
  Finding own{"securepair", versions.securepair};
  if (versions.securepair != SECUREPAIR_VERSION) {
    own.trouble = "this program was built for " SECUREPAIR_VERSION;
    own.fix = "install program and library together";
  }
  return {own, {"libuv", versions.uv}};
}

Finding roots(const std::string& path) {
  Finding finding{"roots", path};
  if (::access(path.c_str(), R_OK) != 0) {
    finding.trouble = "cannot be read: no server is trusted unless --ca is given";
    finding.fix = "install ca-certificates, or name a file with SSL_CERT_FILE";
  }
  return finding;
}

std::vector<Finding> openssl() {
  const crypto::OpensslInfo info = crypto::opensslInfo();
  Finding level{"securityLevel", std::to_string(info.securityLevel)};
  level.numbers = {{level.key, info.securityLevel}};
  level.value += info.securityLevel >= 2 ? ": RSA keys below 2048 bits are refused"
                                         : ": RSA keys of 1024 bits are accepted";
  if (info.securityLevel < 1) {
    level.trouble = "broken algorithms are accepted";
    level.fix = "look for SECLEVEL in " + info.configurationFile;
  }
  Finding providers{"providers", joined(info.providers)};
  if (std::find(info.providers.begin(), info.providers.end(), "default") == info.providers.end() &&
      std::find(info.providers.begin(), info.providers.end(), "fips") == info.providers.end()) {
    providers.trouble = "neither OpenSSL's default provider nor its FIPS one is active";
    providers.fix = "look at the providers in " + info.configurationFile;
  }
  return {{"openssl", info.description},
          level,
          providers,
          {"opensslConfiguration", info.configurationFile},
          roots(info.rootsFile)};
}

Finding openFiles() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {"openFiles", "unknown"};
  const auto text = [](rlim_t count) {
    return count == RLIM_INFINITY ? std::string("unlimited") : std::to_string(count);
  };
  const auto number = [](rlim_t count) {
    return count == RLIM_INFINITY ? std::nullopt : std::optional<std::int64_t>(count);
  };
  Finding finding{"openFiles", text(limit.rlim_cur) + ", at most " + text(limit.rlim_max)};
  finding.numbers = {{"openFiles", number(limit.rlim_cur)},
                     {"openFilesAtMost", number(limit.rlim_max)}};
  if (limit.rlim_cur < 256) {
    finding.trouble = "each connection takes one";
    finding.fix = limit.rlim_cur < limit.rlim_max
                      ? "ulimit -n " + text(limit.rlim_max)
                      : "have the system allow more: LimitNOFILE= of a systemd unit, or nofile in "
                        "/etc/security/limits.conf";
  }
  return finding;
}

// Certificates begin and end: a clock that stands before this program was written is wrong.
Finding clock() {
  constexpr std::time_t written = 1767225600;  // 2026-01-01
  const std::time_t now = std::time(nullptr);
  char text[32] = "";
  std::tm parts{};
  if (::gmtime_r(&now, &parts) != nullptr) {
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  }
  Finding finding{"clock", text};
  if (now < written) {
    finding.trouble = "it is slow: certificates will not be valid yet";
    finding.fix = "set the clock";
  }
  return finding;
}

// Where `serve` listens when it is not told otherwise.
Finding defaultPort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return {"port8000", "unknown"};
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(8000);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free =
      ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return {"port8000", free ? "free" : "taken: give --listen another one"};
}

Finding environment() {
  std::vector<std::string> set;
  for (const char* name : {"SSL_CERT_FILE", "OPENSSL_CONF", "OPENSSL_MODULES", "SSLKEYLOGFILE",
                           "SECUREPAIR_STRICT", "NO_COLOR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) set.push_back(std::string(name) + "=" + value);
  }
  return {"environment", set.empty() ? "nothing that matters here" : joined(set)};
}

std::vector<Finding> examine() {
  std::vector<Finding> all = versions();
  for (Finding& finding : openssl()) all.push_back(std::move(finding));
  for (Finding& finding :
       std::vector<Finding>{openFiles(), clock(), defaultPort(), environment()}) {
    all.push_back(std::move(finding));
  }
  return all;
}

void tell(Io& io, const Finding& finding) {
  io.line(finding.key + ": " + finding.value);
  if (finding.trouble.empty()) return;
  io.inkedLine("  " + io.inked(Ink::red, finding.trouble) + "\n  fix: " + finding.fix);
}

Json asJson(const std::vector<Finding>& findings) {
  Json object;
  std::vector<Json> troubles;
  for (const Finding& finding : findings) {
    for (const auto& [key, number] : finding.numbers) {
      if (number) {
        object.set(key, *number);
      } else {
        object.setNull(key);
      }
    }
    object.set(finding.numbers.empty() ? finding.key : finding.key + "Text", finding.value);
    if (finding.trouble.empty()) continue;
    Json trouble;
    trouble.set("about", finding.key).set("message", finding.trouble).set("fix", finding.fix);
    troubles.push_back(std::move(trouble));
  }
  return object.set("troubles", troubles);
}

}  // namespace

Verb doctorVerb() {
  Verb verb("doctor", "looks at what TLS needs on this machine");
  verb.describe("Exits with 8 where something is wrong, and says what to do about it.");
  verb.reportsJson();
  verb.example("securepair doctor", "versions, security level, trusted roots, limits");
  verb.example("securepair doctor --json", "the same for a script");
  verb.run([](Io& io) {
    const std::vector<Finding> findings = examine();
    if (io.json()) {
      io.record(asJson(findings));
    } else {
      for (const Finding& finding : findings) tell(io, finding);
    }
    const bool healthy = std::all_of(findings.begin(), findings.end(),
                                     [](const Finding& one) { return one.trouble.empty(); });
    return healthy ? Exit::ok : Exit::checkFailed;
  });
  return verb;
}

}  // namespace securepair::cli
