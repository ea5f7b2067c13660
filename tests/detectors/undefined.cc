// Counts past the end of an int.
#include <limits>

int main(int count, char**) {
  volatile int most = std::numeric_limits<int>::max();
  return (most + count) & 1;
}
