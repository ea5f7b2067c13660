#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace securepair::cli {

/// An object of JSON that is being written, its keys in the order in which they are set. Hides the
/// library that writes it, whose headers cost more to compile than all else here.
class Json {
 public:
  Json();
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(Json) noexcept;
  ~Json();

  /// Text that is not UTF-8 is written with replacement characters.
  Json& set(std::string_view key, std::string_view value);
  Json& set(std::string_view key, const char* value) { return set(key, std::string_view(value)); }
  Json& set(std::string_view key, bool value);
  Json& set(std::string_view key, int value) { return set(key, std::int64_t{value}); }
  Json& set(std::string_view key, std::int64_t value);
  Json& set(std::string_view key, double value);
  Json& set(std::string_view key, const Json& value);
  Json& set(std::string_view key, const std::vector<std::string>& value);
  Json& set(std::string_view key, const std::vector<Json>& value);
  Json& setNull(std::string_view key);

  /// In one line, without its end. ASCII alone: no text in it can steer a terminal.
  std::string text() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace securepair::cli
