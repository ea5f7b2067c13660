// The echo server whose work is counted. It prints its port, and serves 127.0.0.1 until the end of
// its standard input.
#include <securepair/securepair.h>

#include <cstdio>
#include <unistd.h>

using namespace securepair;

int main() {
  const auto key = crypto::generateKey();
  const auto csr = crypto::createCsr({.key = key, .altNames = {"localhost"}});
  const auto server =
      tls::createServer({.key = key,
                         .cert = crypto::selfSign({.csr = csr, .key = key}),
                         .ciphers = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256"},
                        [](tls::CleartextStream& stream) { stream.pipe(stream); });
  server->listen(0, "127.0.0.1", [&] {
    std::printf("listening on %d by %d\n", server->address()->port, ::getpid());
    std::fflush(stdout);
  });
  process::stdinStream().onEnd([] { Loop::current().stop(); });
  process::stdinStream().resume();
  return run();
}
