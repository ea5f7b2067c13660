// What links the fast AEAD beside the whole library.
#include <securepair/aead.h>
#include <securepair/securepair.h>

#include <iostream>

int main() {
  const bool isFast = securepair::useFastAead();
  securepair::crypto::createCredentials();
  std::cout << (isFast ? "fast" : "OpenSSL's own") << '\n';
  return securepair::run();
}
