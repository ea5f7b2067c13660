#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "cli/json.h"
#include "cli/load/load.h"

namespace securepair::load {

/// "12,345,678"
std::string grouped(std::uint64_t number);
/// "210 us", "3.1 ms", "12.0 s"
std::string timeText(std::uint64_t microseconds);

/// What an outcome is told with.
class Report {
 public:
  /// `subject`: what is done to whom.
  Report(std::string subject, Mode mode) : subject_(std::move(subject)), mode_(mode) {}

  /// One line: how far it is.
  std::string brief(const Outcome& outcome) const;
  /// For a terminal: the rate, the times and how often each was seen, in lines of at most `width`
  /// columns.
  std::vector<std::string> lines(const Outcome& outcome, std::size_t width) const;
  void describe(cli::Json& object, const Outcome& outcome) const;

 private:
  bool isOfBytes() const { return mode_ == Mode::download || mode_ == Mode::upload; }
  /// "12,345 echoes/s", "812.3 MB/s"
  std::string rate(const Outcome& outcome) const;
  std::string amount(const Outcome& outcome) const;

  std::string subject_;
  Mode mode_;
};

}  // namespace securepair::load
