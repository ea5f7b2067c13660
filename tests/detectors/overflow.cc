// Reads past the end of what it has allocated.
#include <cstddef>
#include <memory>

int main(int count, char**) {
  const std::size_t size = 8;
  const auto bytes = std::make_unique<char[]>(size);
  const char* volatile past = bytes.get() + size;
  return past[count];
}
