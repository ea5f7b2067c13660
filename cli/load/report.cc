#include "cli/load/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace securepair::load {
namespace {

constexpr double bytesInMegabyte = 1e6;
constexpr std::size_t mostRows = 12;

std::string fixed(double number, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, number);
  return text.data();
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// 1, 2, 5, 10, 20, 50, ... microseconds.
std::vector<std::uint64_t> steps(std::uint64_t most) {
  std::vector<std::uint64_t> list;
  for (std::uint64_t power = 1; list.empty() || list.back() < most; power *= 10) {
    for (const std::uint64_t factor : {1U, 2U, 5U}) list.push_back(factor * power);
  }
  return list;
}

struct Row {
  std::uint64_t upTo = 0;  ///< microseconds
  std::uint64_t count = 0;
};

// From the first that was seen to the last; what is beyond mostRows goes into the last row.
std::vector<Row> rowsOf(const Histogram& times) {
  std::vector<Row> rows;
  std::uint64_t before = 0;
  for (const std::uint64_t step : steps(times.most())) {
    const std::uint64_t seen = times.upTo(step);
    if (seen == 0) continue;
    if (before == times.count()) break;
    if (rows.size() < mostRows) rows.emplace_back();
    rows.back().upTo = step;
    rows.back().count += seen - before;
    before = seen;
  }
  return rows;
}

std::string rowText(const Row& row, std::uint64_t most, std::uint64_t all, std::size_t width) {
  const auto part = [&row](std::uint64_t whole) {
    return static_cast<double>(row.count) / static_cast<double>(whole);
  };
  constexpr std::size_t beside = 30;
  const std::size_t room = width > beside + 1 ? std::min<std::size_t>(width - beside, 50) : 1;
  const auto length = static_cast<std::size_t>(std::ceil(part(most) * static_cast<double>(room)));
  std::string bar(length, '#');
  bar.resize(room, ' ');
  return padded("<= " + timeText(row.upTo), 12) + " |" + bar + "| " +
         padded(fixed(100 * part(all), 1), 5) + " %";
}

std::string secondsText(double seconds) { return fixed(seconds, seconds < 1 ? 3 : 1) + " s"; }

double perSecond(const Outcome& outcome) {
  return outcome.seconds > 0 ? static_cast<double>(outcome.units) / outcome.seconds : 0;
}

std::string failuresText(std::uint64_t count) {
  return grouped(count) + (count == 1 ? " failure" : " failures");
}

std::string timesText(const Histogram& times) {
  const auto quantile = [&times](const char* name, double part) {
    return std::string(name) + " " + timeText(times.quantile(part));
  };
  return quantile("p50", 0.5) + ", " + quantile("p90", 0.9) + ", " + quantile("p99", 0.99) +
         ", max " + timeText(times.most());
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string timeText(std::uint64_t microseconds) {
  const auto time = static_cast<double>(microseconds);
  if (microseconds < 1000) return std::to_string(microseconds) + " us";
  if (microseconds < 1'000'000) return fixed(time / 1e3, microseconds < 10'000 ? 1 : 0) + " ms";
  return fixed(time / 1e6, 1) + " s";
}

std::string Report::rate(const Outcome& outcome) const {
  if (isOfBytes()) return fixed(perSecond(outcome) / bytesInMegabyte, 1) + " MB/s";
  return grouped(static_cast<std::uint64_t>(perSecond(outcome))) +
         (mode_ == Mode::echo ? " echoes/s" : " handshakes/s");
}

std::string Report::amount(const Outcome& outcome) const {
  if (isOfBytes()) {
    return fixed(static_cast<double>(outcome.units) / bytesInMegabyte, 1) + " MB";
  }
  const bool one = outcome.units == 1;
  const char* const what =
      mode_ == Mode::echo ? (one ? " echo" : " echoes") : (one ? " handshake" : " handshakes");
  return grouped(outcome.units) + what;
}

std::string Report::brief(const Outcome& outcome) const {
  if (!outcome.began) return "connecting";
  std::string text = secondsText(outcome.seconds) + ": " + rate(outcome);
  if (outcome.times.count() > 0) text += ", " + timesText(outcome.times);
  return outcome.failures == 0 ? text : text + ", " + failuresText(outcome.failures);
}

std::vector<std::string> Report::lines(const Outcome& outcome, std::size_t width) const {
  std::vector<std::string> list{subject_};
  if (!outcome.protocol.empty()) {
    list.push_back("  " + outcome.protocol + ", " + outcome.cipher + ", " + outcome.group);
  }
  if (outcome.began) {
    list.push_back("  " + rate(outcome) + ": " + amount(outcome) + " in " +
                   secondsText(outcome.seconds) + ", " + failuresText(outcome.failures));
  } else {
    list.emplace_back("  connecting");
  }
  if (mode_ == Mode::resume) list.push_back("  " + grouped(outcome.resumed) + " resumed");
  if (outcome.times.count() > 0) {
    list.push_back("  " + timesText(outcome.times));
    const std::vector<Row> rows = rowsOf(outcome.times);
    std::uint64_t most = 0;
    for (const Row& row : rows) most = std::max(most, row.count);
    for (const Row& row : rows) {
      list.push_back(rowText(row, most, outcome.times.count(), width));
    }
  }
  for (std::string& line : list) line = line.substr(0, width);
  return list;
}

void Report::describe(cli::Json& object, const Outcome& outcome) const {
  const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
  object.set("unit", isOfBytes() ? "bytes" : mode_ == Mode::echo ? "echoes" : "handshakes");
  object.set("units", number(outcome.units)).set("seconds", outcome.seconds);
  object.set("perSecond", perSecond(outcome));
  object.set("failures", number(outcome.failures)).set("resumed", number(outcome.resumed));
  object.set("version", outcome.protocol).set("cipher", outcome.cipher);
  object.set("group", outcome.group);
  if (outcome.times.count() == 0) return;
  cli::Json times;
  for (const auto& [name, part] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}}) {
    times.set(name, number(outcome.times.quantile(part)));
  }
  times.set("max", number(outcome.times.most()));
  std::vector<cli::Json> rows;
  for (const Row& row : rowsOf(outcome.times)) {
    cli::Json one;
    one.set("upTo", number(row.upTo)).set("count", number(row.count));
    rows.push_back(std::move(one));
  }
  object.set("microseconds", times.set("histogram", rows));
}

}  // namespace securepair::load
