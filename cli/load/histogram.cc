#include "cli/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace securepair::load {
namespace {

// Times below this have a place each; from there on each doubling has half as many.
constexpr std::uint64_t exact = 256;
constexpr std::uint64_t half = exact / 2;
// More than half an hour: nothing that is measured waits so long.
constexpr std::uint64_t longest = (std::uint64_t{1} << 31) - 1;

std::size_t placeOf(std::uint64_t time) {
  if (time < exact) return time;
  const auto shift = static_cast<std::uint64_t>(std::bit_width(time) - std::bit_width(exact - 1));
  return shift * half + (time >> shift);
}

std::uint64_t longestIn(std::size_t place) {
  if (place < exact) return place;
  const std::uint64_t shift = place / half - 1;
  const std::uint64_t first = (place - shift * half) << shift;
  return first + (std::uint64_t{1} << shift) - 1;
}

}  // namespace

Histogram::Histogram() : counts_(placeOf(longest) + 1) {}

void Histogram::add(std::uint64_t microseconds) {
  const std::uint64_t time = std::min(microseconds, longest);
  ++counts_[placeOf(time)];
  ++count_;
  most_ = std::max(most_, time);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  most_ = std::max(most_, other.most_);
}

std::uint64_t Histogram::quantile(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen > 0 && seen >= wanted) return std::min(longestIn(i), most_);
  }
  return 0;
}

std::uint64_t Histogram::upTo(std::uint64_t microseconds) const {
  const std::size_t last = placeOf(std::min(microseconds, longest));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i <= last; ++i) seen += counts_[i];
  return seen;
}

}  // namespace securepair::load
