#include <benchmark/benchmark.h>

#include "base/buffer_pool.h"

namespace {

void borrow(benchmark::State& state) {
  for (auto _ : state) {
    auto chunk = securepair::base::Chunk::borrow();
    benchmark::DoNotOptimize(chunk.data());
  }
}
BENCHMARK(borrow)->Name("chunk borrowed and given back");

}  // namespace
