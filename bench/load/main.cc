// load MODE PORT CA [OPTION=VALUE...]: puts load on a server on the loopback, and prints one JSON
// object. A line "began" and a line "ended" on stderr stand around what counts.
#include <algorithm>
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
               "            [connections=N] [seconds=S] [bytes=N] [version=TLSv1.2|TLSv1.3]\n";
  std::exit(2);
}

bench::Order orderOf(int count, char** arguments) {
  if (count < 4 || modes.count(arguments[1]) == 0) usage();
  bench::Order order;
  order.mode = modes.at(arguments[1]);
  order.port = std::atoi(arguments[2]);
  order.ca = securepair::fs::readFileSync(arguments[3]).toString();
  for (int i = 4; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto split = argument.find('=');
    const std::string name = argument.substr(0, split);
    const std::string value = split == std::string::npos ? "" : argument.substr(split + 1);
    if (name == "connections") {
      order.connections = std::stoi(value);
    } else if (name == "seconds") {
      order.time = std::chrono::milliseconds(static_cast<int>(std::stod(value) * 1000));
    } else if (name == "bytes") {
      order.message = std::stoul(value);
    } else if (name == "version") {
      order.version = value;
    } else {
      usage();
    }
  }
  return order;
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
            << ",\"perSecond\":" << static_cast<double>(outcome.units) / outcome.seconds
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
    bench::Load load(
        orderOf(count, arguments), [] { std::cerr << "began" << std::endl; },
        [] { std::cerr << "ended" << std::endl; });
    print(load.run());
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
