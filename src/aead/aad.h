#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace securepair::aead {

/// What a message authenticates besides itself, until the message begins: libipsec-mb wants it in
/// one piece. That of a TLS record (5 or 13 bytes) takes no memory of its own.
class Aad {
 public:
  void clear() noexcept {
    count_ = 0;
    many_.clear();
  }

  void append(std::span<const unsigned char> bytes) {
    if (many_.empty() && bytes.size() <= few_.size() - count_) {
      std::copy(bytes.begin(), bytes.end(), few_.begin() + static_cast<std::ptrdiff_t>(count_));
      count_ += bytes.size();
      return;
    }
    if (many_.empty())
      many_.assign(few_.begin(), few_.begin() + static_cast<std::ptrdiff_t>(count_));
    many_.insert(many_.end(), bytes.begin(), bytes.end());
  }

  std::span<const unsigned char> bytes() const noexcept {
    if (many_.empty()) return std::span(few_).first(count_);
    return many_;
  }

 private:
  std::array<unsigned char, 16> few_ = {};
  std::size_t count_ = 0;  // of `few_`
  std::vector<unsigned char> many_;
};

}  // namespace securepair::aead
