#include "crypto/command_line.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <openssl/evp.h>

namespace securepair::crypto {
namespace {

// As v0.6.18 joined it: with spaces.
std::string commandLine() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string line{std::istreambuf_iterator<char>(file), {}};
  if (line.ends_with('\0')) line.pop_back();
  std::replace(line.begin(), line.end(), '\0', ' ');
  return line;
}

std::string digest() {
  std::string line = commandLine();
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  // Where MD5 is forbidden the command line may stand for itself: it goes into another digest.
  if (EVP_Digest(line.data(), line.size(), bytes.data(), &size, EVP_md5(), nullptr) != 1) {
    return line;
  }
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace

const std::string& commandLineDigest() {
  static const std::string made = digest();
  return made;
}

}  // namespace securepair::crypto
