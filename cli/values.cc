#include "cli/values.h"

#include <charconv>
#include <string_view>

#include "cli/exit.h"

namespace securepair::cli {
namespace {

template <class Number>
bool parseNumber(std::string_view text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

// A hundred years.
constexpr std::chrono::days longestTime{36'525};

// In milliseconds; 0 where there is no such unit.
long long unitOf(std::string_view name) {
  if (name == "ms") return 1;
  if (name == "s" || name.empty()) return 1000;
  if (name == "m") return 60 * 1000;
  if (name == "h") return 60 * 60 * 1000;
  if (name == "d") return 24 * 60 * 60 * 1000;
  return 0;
}

}  // namespace

void readValue(const std::string& text, std::string& value) {
  if (text.empty()) throw usageFailure("is empty");
  value = text;
}

void readValue(const std::string& text, int& value) {
  if (!parseNumber(text, value)) throw usageFailure("must be a whole number, not '" + text + "'");
}

void readValue(const std::string& text, std::size_t& value) {
  if (!parseNumber(text, value)) {
    throw usageFailure("must be a whole number, 0 or more, not '" + text + "'");
  }
}

void readValue(const std::string& text, std::chrono::milliseconds& value) {
  const std::string_view all = text;
  const std::size_t digits = all.find_first_not_of("0123456789");
  const std::string_view number = all.substr(0, digits);
  const long long unit =
      unitOf(digits == std::string_view::npos ? std::string_view() : all.substr(digits));
  long long count = 0;
  if (unit == 0 || !parseNumber(number, count)) {
    throw usageFailure("must be a time such as 500ms, 30s, 10m, 2h or 30d, not '" + text + "'");
  }
  // So that nothing overflows that is calculated with it.
  if (count > std::chrono::milliseconds(longestTime).count() / unit) {
    throw usageFailure("must be at most " + std::to_string(longestTime.count()) + "d, not '" +
                       text + "'");
  }
  value = std::chrono::milliseconds(count * unit);
}

std::string pathInFolder(const std::string& path, const std::string& folder) {
  return path.empty() || path.front() == '/' ? path : folder + "/" + path;
}

}  // namespace securepair::cli
