// Loses what it has allocated.
#include <cstdio>
#include <string>

namespace {
std::string* volatile lost = nullptr;
}

int main() {
  lost = new std::string(100, 'x');
  std::printf("%zu bytes are lost\n", lost->size());
  lost = nullptr;
}
