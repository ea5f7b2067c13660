#include <securepair/signal.h>

#include <benchmark/benchmark.h>

namespace {

void emit(benchmark::State& state) {
  securepair::Signal<int> signal;
  int sum = 0;
  for (int i = 0; i < state.range(0); ++i) signal.add([&sum](int value) { sum += value; });
  for (auto _ : state) {
    signal.emit(1);
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(emit)->Name("signal emitted, listeners")->Arg(0)->Arg(1)->Arg(4);

}  // namespace
