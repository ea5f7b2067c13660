// load MODE PORT CA [OPTION=VALUE...]: puts load on a server on the loopback, and prints one JSON
// object. A line "began" and a line "ended" on stderr stand around what counts, and lines "units N"
// tell how far it is. With wait=1 the load stands still after a mark until it gets a line on stdin,
// so that what the server has used can be read meanwhile.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <string>

#include "load.h"

namespace {

const std::map<std::string, bench::Mode> modes{{"handshake", bench::Mode::handshake},
                                               {"resume", bench::Mode::resume},
                                               {"echo", bench::Mode::echo},
                                               {"bulk", bench::Mode::bulk},
                                               {"download", bench::Mode::download},
                                               {"upload", bench::Mode::upload},
                                               {"idle", bench::Mode::idle}};

[[noreturn]] void usage() {
  std::cerr << "usage: load handshake|resume|echo|bulk|download|upload|idle PORT CA\n"
               "            [connections=N] [active=N] [seconds=S] [warmup=S] [bytes=N]\n"
               "            [version=TLSv1.2|TLSv1.3] [plain=1] [wait=1]\n";
  std::exit(2);
}

struct Asked {
  bench::Order order;
  bool waits = false;  ///< after each mark, for a line on stdin
};

std::chrono::milliseconds secondsOf(const std::string& text) {
  return std::chrono::milliseconds(static_cast<int>(std::stod(text) * 1000));
}

void take(Asked& asked, const std::string& name, const std::string& value) {
  bench::Order& order = asked.order;
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
    order.version = value;
  } else if (name == "plain") {
    order.plain = value == "1";
  } else if (name == "wait") {
    asked.waits = value == "1";
  } else {
    usage();
  }
}

Asked read(int count, char** arguments) {
  if (count < 4 || modes.count(arguments[1]) == 0) usage();
  Asked asked;
  asked.order.mode = modes.at(arguments[1]);
  asked.order.port = std::atoi(arguments[2]);
  asked.order.ca = securepair::fs::readFileSync(arguments[3]).toString();
  for (int i = 4; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto split = argument.find('=');
    if (split == std::string::npos) usage();
    take(asked, argument.substr(0, split), argument.substr(split + 1));
  }
  if (asked.order.connections < 1 || asked.order.message < 1) usage();
  return asked;
}

bench::Watcher watcher(bool waits) {
  const auto mark = [waits](const char* name) {
    std::cerr << name << std::endl;
    std::string line;
    if (waits) std::getline(std::cin, line);
  };
  return {.some = [mark] { mark("some"); },
          .began = [mark] { mark("began"); },
          .ended = [mark] { mark("ended"); },
          .progress = [](std::uint64_t units) { std::cerr << "units " << units << std::endl; }};
}

std::uint32_t quantile(std::vector<std::uint32_t>& times, double part) {
  if (times.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
  std::nth_element(times.begin(), times.begin() + at, times.end());
  return times[static_cast<std::size_t>(at)];
}

std::string quoted(const std::string& text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return made + '"';
}

void print(bench::Outcome outcome) {
  std::cout << "{\"seconds\":" << outcome.seconds << ",\"units\":" << outcome.units
            << ",\"perSecond\":"
            << (outcome.seconds > 0 ? static_cast<double>(outcome.units) / outcome.seconds : 0)
            << ",\"p50\":" << quantile(outcome.microseconds, 0.5)
            << ",\"p99\":" << quantile(outcome.microseconds, 0.99)
            << ",\"failures\":" << outcome.failures << ",\"resumed\":" << outcome.resumed
            << ",\"protocol\":" << quoted(outcome.protocol)
            << ",\"cipher\":" << quoted(outcome.cipher) << ",\"group\":" << quoted(outcome.group)
            << ",\"firstFailure\":" << quoted(outcome.firstFailure) << "}\n";
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Asked asked = read(count, arguments);
    bench::Load load(asked.order, watcher(asked.waits));
    print(load.run());
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
