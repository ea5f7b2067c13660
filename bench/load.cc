// load MODE PORT CA [OPTION=VALUE...]: puts load on a server on the loopback, and prints one JSON
// object. A line "began" and a line "ended" on stderr stand around what counts, and lines "units N"
// tell how far it is. With wait=1 the load stands still after a mark until it gets a line on stdin,
// so that what the server has used can be read meanwhile.
#include "cli/load/load.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <string>

namespace {

namespace load = securepair::load;

const std::map<std::string, load::Mode> modes{
    {"handshake", load::Mode::handshake}, {"visit", load::Mode::visit},
    {"resume", load::Mode::resume},       {"echo", load::Mode::echo},
    {"bulk", load::Mode::bulk},           {"download", load::Mode::download},
    {"upload", load::Mode::upload},       {"idle", load::Mode::idle}};

// The same with every server, so that what is compared is not the cipher.
constexpr const char* suites =
    "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

[[noreturn]] void usage() {
  std::cerr << "usage: load handshake|visit|resume|echo|bulk|download|upload|idle PORT CA\n"
               "            [connections=N] [active=N] [seconds=S] [warmup=S] [bytes=N]\n"
               "            [version=TLSv1.2|TLSv1.3] [plain=1] [wait=1]\n";
  std::exit(2);
}

struct Asked {
  load::Order order;
  std::string version = {};  ///< "TLSv1.2" or "TLSv1.3"; empty: what is agreed on
  bool waits = false;        ///< after each mark, for a line on stdin
};

std::chrono::milliseconds secondsOf(const std::string& text) {
  return std::chrono::milliseconds(static_cast<int>(std::stod(text) * 1000));
}

void take(Asked& asked, const std::string& name, const std::string& value) {
  load::Order& order = asked.order;
  if (name == "connections") {
    order.connections = std::stoi(value);
  } else if (name == "active") {
    order.active = std::stoi(value);
  } else if (name == "seconds") {
    order.time = secondsOf(value);
  } else if (name == "warmup") {
    order.warmUp = secondsOf(value);
  } else if (name == "bytes") {
    order.message = std::stoul(value);
  } else if (name == "version") {
    asked.version = value;
  } else if (name == "plain") {
    order.plain = value == "1";
  } else if (name == "wait") {
    asked.waits = value == "1";
  } else {
    usage();
  }
}

// The certificate is for localhost.
securepair::tls::ConnectOptions connectOptions(const std::string& caFile,
                                               const std::string& version) {
  securepair::tls::ConnectOptions options;
  options.servername = "localhost";
  options.rejectUnauthorized = true;
  options.sessionCache = false;
  options.secureContext =
      securepair::crypto::createCredentials({.ca = securepair::fs::readFileSync(caFile),
                                             .ciphers = suites,
                                             .minVersion = version,
                                             .maxVersion = version})
          .context;
  return options;
}

Asked read(int count, char** arguments) {
  if (count < 4 || modes.count(arguments[1]) == 0) usage();
  Asked asked;
  asked.order.mode = modes.at(arguments[1]);
  asked.order.port = std::atoi(arguments[2]);
  for (int i = 4; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto split = argument.find('=');
    if (split == std::string::npos) usage();
    take(asked, argument.substr(0, split), argument.substr(split + 1));
  }
  asked.order.connect = connectOptions(arguments[3], asked.version);
  if (asked.order.connections < 1 || asked.order.message < 1) usage();
  return asked;
}

load::Watcher watcher(bool waits) {
  const auto mark = [waits](const char* name) {
    std::cerr << name << std::endl;
    std::string line;
    if (waits) std::getline(std::cin, line);
  };
  return {.some = [mark] { mark("some"); },
          .began = [mark] { mark("began"); },
          .ended = [mark] { mark("ended"); },
          .progress =
              [](const load::Outcome& seen) { std::cerr << "units " << seen.units << std::endl; }};
}

std::string quoted(const std::string& text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return made + '"';
}

void print(const load::Outcome& outcome) {
  std::cout << "{\"seconds\":" << outcome.seconds << ",\"units\":" << outcome.units
            << ",\"perSecond\":"
            << (outcome.seconds > 0 ? static_cast<double>(outcome.units) / outcome.seconds : 0)
            << ",\"p50\":" << outcome.times.quantile(0.5)
            << ",\"p99\":" << outcome.times.quantile(0.99) << ",\"failures\":" << outcome.failures
            << ",\"resumed\":" << outcome.resumed << ",\"protocol\":" << quoted(outcome.protocol)
            << ",\"cipher\":" << quoted(outcome.cipher) << ",\"group\":" << quoted(outcome.group)
            << ",\"firstFailure\":" << quoted(outcome.firstFailure) << "}\n";
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Asked asked = read(count, arguments);
    load::Load work(asked.order, watcher(asked.waits));
    work.start();
    securepair::run();
    print(work.outcome());
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
