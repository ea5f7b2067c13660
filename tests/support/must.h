#pragma once
#include <cstdio>
#include <cstdlib>

#include <openssl/err.h>

namespace securepair::test {

/// A test that cannot make its keys and certificates is broken, not failed.
template <class T>
T must(T result) {
  if (!result) {
    ERR_print_errors_fp(stderr);
    std::abort();
  }
  return result;
}

}  // namespace securepair::test
