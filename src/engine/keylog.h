#pragma once
#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// The lines of NSS's key log format that a connection has made and nobody has taken: with them
/// everything that it carries can be read.
class KeyLines {
 public:
  /// From now on. OpenSSL makes lines, at the cost of some formatting, for every connection whose
  /// context has a callback: the context gets it when the first of its connections is asked, and
  /// the others' lines are dropped.
  explicit KeyLines(SSL* ssl);
  /// Another context serves the connection from now on.
  static void contextChanged(const SSL* ssl);
  KeyLines(const KeyLines&) = delete;
  KeyLines& operator=(const KeyLines&) = delete;
  ~KeyLines() = default;

  bool empty() const noexcept { return lines_.empty(); }
  /// Each with its newline.
  std::vector<std::string> take() noexcept;

 private:
  static void append(const SSL* ssl, const char* line) noexcept;

  std::vector<std::string> lines_;
};

}  // namespace securepair::engine
