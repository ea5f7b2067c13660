// A server's context by the name that a client asks for: the same however many there are.
#include <benchmark/benchmark.h>
#include <string>

#include "ends.h"
#include "engine/sni_contexts.h"

namespace {

using securepair::engine::SniContexts;

SniContexts table(std::int64_t names) {
  SniContexts contexts;
  const auto context = bench::Contexts::get().server.context.get();
  for (std::int64_t i = 0; i < names; i += 2) {
    contexts.add("host" + std::to_string(i) + ".example.org", {.context = context});
    contexts.add("*.zone" + std::to_string(i) + ".example.org", {.context = context});
  }
  return contexts;
}

void find(benchmark::State& state, const std::string& name) {
  const SniContexts contexts = table(state.range(0));
  if (!contexts.find(name)) return state.SkipWithError("there is no such name");
  for (auto _ : state) benchmark::DoNotOptimize(contexts.find(name));
}
BENCHMARK_CAPTURE(find, exact, "host0.example.org")
    ->Name("exact name found, names")
    ->RangeMultiplier(10)
    ->Range(1, 10'000);
BENCHMARK_CAPTURE(find, wildcard, "www.zone0.example.org")
    ->Name("wildcard found, names")
    ->RangeMultiplier(10)
    ->Range(1, 10'000);

}  // namespace
