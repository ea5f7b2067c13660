#include "cli/verify_case.h"

#include <securepair/error.h>

#include <cstdint>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

namespace securepair::cli {
namespace {

using Value = nlohmann::json;

// Where a time point of nanoseconds ends: in the year 2255.
constexpr double mostSeconds = 9e9;

Error wrong(const std::string& message) { return {"ERR_BATCH_LINE", message}; }

// An object of values and of lists of values, no key of it twice. Nothing below is kept, so that
// no depth of nesting costs memory or stack.
Value parse(std::string_view line) {
  std::set<std::string> keys;
  std::string trouble;
  const auto look = [&](int depth, Value::parse_event_t event, Value& parsed) {
    const bool begins =
        event == Value::parse_event_t::object_start || event == Value::parse_event_t::array_start;
    if (begins && depth >= 2) trouble = "has an object or a list within a list or an object";
    if (event == Value::parse_event_t::key && depth == 1 &&
        !keys.insert(parsed.get<std::string>()).second) {
      trouble = "has a key twice";
    }
    return trouble.empty();
  };
  Value object = Value::parse(line.begin(), line.end(), look, false);
  if (!trouble.empty()) throw wrong("the line " + trouble);
  if (!object.is_object()) throw wrong("the line is no object of JSON");
  return object;
}

// Null where it is not there.
const Value& at(const Value& object, const char* key) {
  static const Value none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

void takeId(const Value& id, Json& answer) {
  if (id.is_string()) {
    answer.set("id", id.get_ref<const std::string&>());
  } else if (id.is_boolean()) {
    answer.set("id", id.get<bool>());
  } else if (id.is_number_float() ||
             (id.is_number_unsigned() &&
              id.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})) {
    // It would come back as another number.
    throw wrong("`id` is a number, and no whole one of 63 bits: make it a text");
  } else if (id.is_number()) {
    answer.set("id", id.get<std::int64_t>());
  } else if (!id.is_null()) {
    throw wrong("`id` is a list or an object");
  }
}

void refuseUnknownKeys(const Value& object) {
  static const std::set<std::string> known{"id",      "ca",   "chain",    "name", "nameKind",
                                           "purpose", "time", "maxDepth", "crls"};
  for (const auto& item : object.items()) {
    if (!known.contains(item.key())) throw wrong("there is no key `" + item.key() + "`");
  }
}

std::vector<Buffer> listOf(const Value& list, const std::string& key) {
  if (!list.is_array()) throw wrong("`" + key + "` is no list of PEM texts");
  std::vector<Buffer> texts;
  for (const Value& text : list) {
    if (!text.is_string()) throw wrong("`" + key + "` has what is no text");
    texts.emplace_back(text.get_ref<const std::string&>());
  }
  return texts;
}

// An empty name would be none at all, and any certificate be for it.
std::string nameOf(const Value& name) {
  if (name.is_null()) return {};
  if (!name.is_string()) throw wrong("`name` is no text");
  if (name.get_ref<const std::string&>().empty()) throw wrong("`name` is empty");
  return name.get<std::string>();
}

tls::NameKind nameKindOf(const Value& kind) {
  if (kind.is_null()) return tls::NameKind::any;
  if (kind == "DNS") return tls::NameKind::dns;
  if (kind == "IP") return tls::NameKind::ip;
  throw wrong("`nameKind` is neither DNS nor IP");
}

tls::Purpose purposeOf(const Value& purpose) {
  if (purpose.is_null() || purpose == "server") return tls::Purpose::server;
  if (purpose == "client") return tls::Purpose::client;
  throw wrong("`purpose` is neither server nor client");
}

std::optional<std::chrono::system_clock::time_point> timeOf(const Value& time) {
  if (time.is_null()) return std::nullopt;
  if (!time.is_number()) throw wrong("`time` is no number of seconds");
  const double seconds = time.get<double>();
  if (!(seconds >= -mostSeconds && seconds <= mostSeconds)) throw wrong("`time` is out of range");
  return std::chrono::floor<std::chrono::system_clock::duration>(
      std::chrono::sys_time<std::chrono::duration<double>>(std::chrono::duration<double>(seconds)));
}

std::optional<int> depthOf(const Value& depth) {
  if (depth.is_null()) return std::nullopt;
  if (!depth.is_number_unsigned() || depth.get<std::uint64_t>() > 1'000'000) {
    throw wrong("`maxDepth` is no number of certificates");
  }
  return depth.get<int>();
}

}  // namespace

VerifyCase readVerifyCase(std::string_view line, Json& answer) {
  answer.setNull("id");
  const Value object = parse(line);
  takeId(at(object, "id"), answer);
  refuseUnknownKeys(object);
  const Value& crls = at(object, "crls");
  return {.ca = listOf(at(object, "ca"), "ca"),
          .crls = crls.is_null() ? std::vector<Buffer>() : listOf(crls, "crls"),
          .chain = listOf(at(object, "chain"), "chain"),
          .name = nameOf(at(object, "name")),
          .nameKind = nameKindOf(at(object, "nameKind")),
          .purpose = purposeOf(at(object, "purpose")),
          .time = timeOf(at(object, "time")),
          .maxDepth = depthOf(at(object, "maxDepth"))};
}

}  // namespace securepair::cli
