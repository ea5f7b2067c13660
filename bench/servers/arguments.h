#pragma once
#include <cstdlib>
#include <iostream>
#include <string>

namespace bench {

/// What every server of the comparison is told: NAME MODE PORT [CERT KEY].
struct Arguments {
  enum class Mode { echo, discard, source };
  Mode mode = Mode::echo;
  int port = 0;
  std::string cert;
  std::string key;
};

inline Arguments parse(int count, char** arguments, bool isTls) {
  const int expected = isTls ? 5 : 3;
  if (count != expected) {
    std::cerr << "usage: " << arguments[0] << " echo|discard|source PORT"
              << (isTls ? " CERT KEY" : "") << '\n';
    std::exit(2);
  }
  Arguments parsed;
  const std::string mode = arguments[1];
  if (mode == "discard") parsed.mode = Arguments::Mode::discard;
  if (mode == "source") parsed.mode = Arguments::Mode::source;
  parsed.port = std::atoi(arguments[2]);
  if (isTls) {
    parsed.cert = arguments[3];
    parsed.key = arguments[4];
  }
  return parsed;
}

/// The same everywhere, so that what is compared is not the cipher.
inline constexpr const char* suites13 = "TLS_AES_128_GCM_SHA256";
inline constexpr const char* suites12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

}  // namespace bench
