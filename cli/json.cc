#include "cli/json.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace securepair::cli {

struct Json::Body {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  nlohmann::ordered_json& at(std::string_view key) { return object[std::string(key)]; }
};

Json::Json() : body_(std::make_unique<Body>()) {}
Json::Json(const Json& other) : body_(std::make_unique<Body>(*other.body_)) {}
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(Json other) noexcept {
  std::swap(body_, other.body_);
  return *this;
}
Json::~Json() = default;

Json& Json::set(std::string_view key, std::string_view value) {
  body_->at(key) = value;
  return *this;
}

Json& Json::set(std::string_view key, bool value) {
  body_->at(key) = value;
  return *this;
}

Json& Json::set(std::string_view key, std::int64_t value) {
  body_->at(key) = value;
  return *this;
}

Json& Json::set(std::string_view key, double value) {
  body_->at(key) = value;
  return *this;
}

Json& Json::set(std::string_view key, const Json& value) {
  body_->at(key) = value.body_->object;
  return *this;
}

Json& Json::set(std::string_view key, const std::vector<std::string>& value) {
  body_->at(key) = value;
  return *this;
}

Json& Json::set(std::string_view key, const std::vector<Json>& value) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Json& one : value) list.push_back(one.body_->object);
  body_->at(key) = std::move(list);
  return *this;
}

Json& Json::setNull(std::string_view key) {
  body_->at(key) = nullptr;
  return *this;
}

std::string Json::text() const {
  return body_->object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace securepair::cli
