// Two engines in memory: what TLS itself costs, both ends together, without a loop and a kernel.
#include "engine/engine.h"

#include <benchmark/benchmark.h>
#include <memory>
#include <string>

#include "ends.h"

namespace {

void fullHandshake(benchmark::State& state) {
  for (auto _ : state) {
    bench::Ends ends;
    ends.shakeHands();
  }
}
BENCHMARK(fullHandshake)->Name("full handshake, TLS 1.3")->Unit(benchmark::kMicrosecond);

// Each with the session that the one before has left.
void resumedHandshake(benchmark::State& state) {
  const auto sessionOf = [](const bench::Ends& ends) {
    return std::make_shared<const bench::Session>(ends.client.session().value());
  };
  bench::Ends first;
  first.shakeHands();
  auto session = sessionOf(first);
  for (auto _ : state) {
    bench::Ends ends(session);
    ends.shakeHands();
    if (!ends.client.reused()) return state.SkipWithError("the session was not resumed");
    session = sessionOf(ends);
  }
}
BENCHMARK(resumedHandshake)->Name("resumed handshake, TLS 1.3")->Unit(benchmark::kMicrosecond);

void echo(benchmark::State& state) {
  bench::Ends ends;
  ends.shakeHands();
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    const auto got = ends.echo(securepair::Data(message).bytes());
    if (got != message.size()) return state.SkipWithError("the echo is not whole");
  }
}
BENCHMARK(echo)->Name("echo through two engines, bytes")->Arg(64);

void record(benchmark::State& state) {
  bench::Ends ends;
  ends.shakeHands();
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    const auto got = ends.send(securepair::Data(message).bytes());
    if (got != message.size()) return state.SkipWithError("the record is not whole");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(record)->Name("record sent and received, bytes")->Arg(16384);

}  // namespace
