// Linked to the library's own server, makes it the one with the fast AEAD.
#include <securepair/aead.h>

#include <cstdlib>
#include <iostream>

namespace {

// Before main() has made a context.
[[maybe_unused]] const bool isFast = [] {
  if (securepair::useFastAead()) return true;
  std::cerr << "this CPU has no fast AEAD\n";
  std::exit(1);
}();

}  // namespace
