// Two engines in memory: what TLS itself costs, both ends together, without a loop and a kernel.
#include "engine/engine.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

#include "ends.h"

namespace {

void fullHandshake(benchmark::State& state) {
  for (auto _ : state) {
    bench::Ends ends;
    ends.shakeHands();
  }
}
BENCHMARK(fullHandshake)->Name("full handshake, TLS 1.3")->Unit(benchmark::kMicrosecond);

void resumedHandshake(benchmark::State& state) {
  bench::Ends first;
  first.shakeHands();
  auto session = first.client.session();
  if (!session) return state.SkipWithError("the server has made no session");
  const auto offered = std::make_shared<const bench::Session>(std::move(*session));
  for (auto _ : state) {
    bench::Ends ends(offered);
    ends.shakeHands();
    if (!ends.client.reused()) return state.SkipWithError("the session was not resumed");
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
