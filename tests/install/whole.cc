// What links the whole library and finds in it what the headers of the same version promise.
#include <securepair/securepair.h>

#include <iostream>
#include <string_view>

int main(int count, char** arguments) {
  if (count != 2 || std::string_view(arguments[1]) != SECUREPAIR_VERSION) {
    std::cerr << "the headers are of version " << SECUREPAIR_VERSION << '\n';
    return 1;
  }
  try {
    securepair::crypto::createCredentials({.key = "not a key", .cert = "not a certificate"});
  } catch (const securepair::Error& error) {
    std::cout << "caught: " << error.what() << '\n';
    return securepair::run();
  }
  std::cerr << "a key that is none was taken\n";
  return 1;
}
