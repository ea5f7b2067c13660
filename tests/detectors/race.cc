// Two threads count with one number, and nothing keeps them apart.
#include <cstdio>
#include <thread>

int main() {
  int number = 0;
  const auto count = [&number] {
    for (int i = 0; i < 10'000; ++i) ++number;
  };
  std::thread other(count);
  count();
  other.join();
  std::printf("%d\n", number);
}
