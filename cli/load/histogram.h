#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace securepair::load {

/// How often a time was seen, to within 1 %, in memory that does not grow.
class Histogram {
 public:
  Histogram();

  void add(std::uint64_t microseconds);
  void add(const Histogram& other);

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t most() const noexcept { return most_; }
  /// What this part of all times does not exceed: 0.5 for the median. 0 where there is none.
  std::uint64_t quantile(double part) const;
  /// How many times are at most this long.
  std::uint64_t upTo(std::uint64_t microseconds) const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t most_ = 0;
};

}  // namespace securepair::load
