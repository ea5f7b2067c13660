// The library's own side of the comparison: a program as a user would write it.
#include <securepair/securepair.h>

#include <functional>
#include <string>

#include "arguments.h"

using namespace securepair;
using Mode = bench::Arguments::Mode;

namespace {

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

}  // namespace

int main(int count, char** arguments) {
  const auto asked = bench::parse(count, arguments, true);
  const auto server =
      tls::createServer({.key = fs::readFileSync(asked.key),
                         .cert = fs::readFileSync(asked.cert),
                         .ciphers = std::string(bench::suites13) + ":" + bench::suites12},
                        [&](tls::CleartextStream& stream) {
                          if (asked.mode == Mode::echo) stream.pipe(stream);
                          if (asked.mode == Mode::source) pour(stream);
                        });
  server->onClientError([](const Error&) {});
  Loop::current().onUnhandledError([](const Error&) {});
  server->listen(asked.port, "127.0.0.1");
  return run();
}
