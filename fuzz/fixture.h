#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "crypto/context.h"
#include "engine/engine.h"

namespace securepair::fuzz {

/// For localhost, with a key that is worth nothing.
extern const char* const key;
extern const char* const cert;

std::shared_ptr<const crypto::Context> context();

/// Takes numbers off the front of an input.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte();
  BytesView bytes(std::size_t atMost);
  BytesView rest() { return bytes(rest_.size()); }

 private:
  std::span<const std::uint8_t> rest_;
};

/// A key of that name's, which as long as names may be fits or does not.
std::optional<tls::PskIdentity> keyOf(const std::string& name);

/// Hands the rest of the input to an engine in pieces of the sizes that the input asks for, reads
/// what can be read, and drops what it answers.
void feed(engine::Engine& engine, Input& input);

}  // namespace securepair::fuzz
