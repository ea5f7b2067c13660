#include "engine/keylog.h"

#include <mutex>
#include <new>
#include <utility>

namespace securepair::engine {
namespace {

int linesIndex() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

KeyLines::KeyLines(SSL* ssl) {
  if (SSL_set_ex_data(ssl, linesIndex(), this) != 1) throw std::bad_alloc();
  contextChanged(ssl);
}

void KeyLines::contextChanged(const SSL* ssl) {
  // Threads share contexts. Those that make connections of this one meanwhile find the callback or
  // find none, and are right with both.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  SSL_CTX* const ctx = SSL_get_SSL_CTX(ssl);
  if (SSL_CTX_get_keylog_callback(ctx) == nullptr) SSL_CTX_set_keylog_callback(ctx, append);
}

std::vector<std::string> KeyLines::take() noexcept { return std::exchange(lines_, {}); }

void KeyLines::append(const SSL* ssl, const char* line) noexcept {
  auto* const lines = static_cast<KeyLines*>(SSL_get_ex_data(ssl, linesIndex()));
  if (lines == nullptr) return;
  try {
    lines->lines_.push_back(std::string(line) + '\n');
  } catch (const std::bad_alloc&) {
    return;  // without memory this line is not logged
  }
}

}  // namespace securepair::engine
