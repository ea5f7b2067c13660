// The library's own side of the comparison: a program as a user would write it.
//   bench_securepair MODE PORT CERT KEY [names=N] [cores=N,...]
// With cores there is a loop on each of them, and all serve the port.
#include <securepair/securepair.h>
#include <securepair/workers.h>

#include <algorithm>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "arguments.h"
#include "steered.h"

using namespace securepair;
using Mode = bench::Arguments::Mode;

namespace {

struct Asked {
  bench::Arguments arguments;
  int names = 0;  ///< in the table of server names, localhost among them
  std::vector<int> cores = {};
};

Asked read(int count, char** arguments) {
  Asked asked{.arguments = bench::parse(std::min(count, 5), arguments, true)};
  for (int i = 5; i < count; ++i) {
    const std::string argument = arguments[i];
    std::istringstream value(argument.substr(argument.find('=') + 1));
    if (argument.starts_with("names=")) value >> asked.names;
    if (!argument.starts_with("cores=")) continue;
    for (std::string core; std::getline(value, core, ',');) asked.cores.push_back(std::stoi(core));
  }
  return asked;
}

// Writes for as long as the connection takes it.
void pour(tls::CleartextStream& stream) {
  static const std::string block(64 * 1024, 'x');
  stream.onError([](const Error&) {});
  const auto fill = [&stream] {
    while (stream.writable() && stream.write(block)) {
    }
  };
  stream.onDrain(fill);
  fill();
}

void addNames(tls::Server& server, const tls::ServerOptions& options, int names) {
  if (names == 0) return;
  const auto shared = crypto::createCredentials(
      {.key = options.key, .cert = options.cert, .ciphers = options.ciphers});
  server.addContext("localhost", shared);
  for (int i = 1; i < names; ++i) {
    server.addContext("host" + std::to_string(i) + ".example.org", shared);
  }
}

// A server on this thread's loop.
std::shared_ptr<tls::Server> makeServer(const Asked& asked, const tls::ServerOptions& options) {
  const Mode mode = asked.arguments.mode;
  const auto server = tls::createServer(options, [mode](tls::CleartextStream& stream) {
    if (mode == Mode::echo) stream.pipe(stream);
    if (mode == Mode::source) pour(stream);
  });
  server->onClientError([](const Error&) {});
  Loop::current().onUnhandledError([](const Error&) {});
  addNames(*server, options, asked.names);
  return server;
}

// With one secret the loops resume each other's sessions.
std::string randomSecret() {
  std::random_device random;
  std::string secret(32, '\0');
  for (char& byte : secret) byte = static_cast<char>(random());
  return secret;
}

}  // namespace

int main(int count, char** arguments) {
  const Asked asked = read(count, arguments);
  const tls::ServerOptions options{.key = fs::readFileSync(asked.arguments.key),
                                   .cert = fs::readFileSync(asked.arguments.cert),
                                   .ciphers = std::string(bench::suites13) + ":" + bench::suites12,
                                   .ticketSecret = randomSecret()};
  if (asked.cores.empty()) {
    makeServer(asked, options)->listen(asked.arguments.port, "127.0.0.1");
    return run();
  }
  const auto sockets = bench::listenOnCores(asked.arguments.port, asked.cores);
  Workers loops(static_cast<int>(asked.cores.size()), [&](int number) {
    const auto i = static_cast<std::size_t>(number);
    bench::stayOn(asked.cores[i]);
    makeServer(asked, options)->listen(net::Descriptor(sockets[i]));
  });
  return loops.join();
}
