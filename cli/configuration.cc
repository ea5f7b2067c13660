#include "cli/configuration.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "cli/config_file.h"
#include "cli/text.h"

namespace securepair::cli {
namespace {

using Kind = Origin::Kind;

constexpr std::string_view prefix = "SECUREPAIR_";

std::string variableNamed(const std::string& flag) {
  std::string name(prefix);
  for (const char c : flag) {
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

std::string truth(const std::string& text, const std::string& calledName) {
  if (text == "true" || text == "1") return "true";
  if (text == "false" || text == "0") return "false";
  throw usageFailure(calledName + " must be true or false");
}

std::vector<std::string> linesIn(std::string_view text) {
  std::vector<std::string> lines;
  for (;;) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

void readVariable(Parameter& flag) {
  const std::string name = variableNamed(flag.name);
  const char* text = std::getenv(name.c_str());
  if (text == nullptr) return;
  if (flag.isCommandLineOnly) {
    throw usageFailure(name + " is not read: it is the command line that says this",
                       "unset it; if it is meant, give " + flag.flagName());
  }
  if (*text == '\0') throw usageFailure(name + " is empty", "unset it, or give it a value");
  std::vector<std::string> values{text};
  if (flag.isSwitch()) values = {truth(text, name)};
  if (flag.repeats) values = linesIn(text);
  if (std::any_of(values.begin(), values.end(),
                  [&flag](const std::string& value) { return flag.weakensAs(value); })) {
    throw usageFailure(name + " weakens what is secure, which is not left to the environment",
                       "unset it; if it is meant, give " + flag.flagName() +
                           ", or set it in the file of --config");
  }
  flag.give(values, {Kind::environment, name}, name);
}

// Of others only those that seem to be misspelt: they may be another verb's, or another program's.
void warnOfMisspeltVariables(const Verb& verb, Io& io) {
  std::vector<std::string> known;
  for (const auto& flag : verb.flags()) {
    if (!flag->isCommandLineOnly) known.push_back(variableNamed(flag->name).substr(prefix.size()));
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view name = *entry;
    name = name.substr(0, name.find('='));
    if (!name.starts_with(prefix)) continue;
    const std::string typed(name.substr(prefix.size()));
    if (std::find(known.begin(), known.end(), typed) != known.end()) continue;
    const std::string near = nearest(typed, known);
    if (near.empty()) continue;
    io.warn(std::string(name) + " in the environment is no flag's: is " + std::string(prefix) +
            near + " meant?");
  }
}

Parameter& flagOf(const Verb& verb, const std::string& key, const std::string& place) {
  std::vector<std::string> known;
  for (const auto& flag : verb.flags()) {
    if (flag->isCommandLineOnly) continue;
    if (flag->name == key) return *flag;
    known.push_back(flag->name);
  }
  const std::string near = nearest(key, known);
  throw usageFailure(place + ": there is no key " + key,
                     near.empty() ? "a key is the name of a flag of --help, without the dashes"
                                  : "did you mean " + near + "?");
}

/// What a file says of one flag, in one line or several.
struct Setting {
  Parameter* flag = nullptr;
  std::string place = {};
  std::vector<std::string> values = {};
};

void add(std::vector<Setting>& settings, Parameter& flag, const ConfigLine& line,
         const std::string& place) {
  if (line.isList && !flag.repeats) throw usageFailure(place + ": " + flag.name + " is no list");
  const auto same = std::find_if(settings.begin(), settings.end(),
                                 [&flag](const Setting& one) { return one.flag == &flag; });
  if (same == settings.end()) {
    settings.push_back({&flag, place, line.values});
  } else if (flag.repeats) {
    same->values.insert(same->values.end(), line.values.begin(), line.values.end());
  } else {
    throw usageFailure(place + ": " + flag.name + " is set already, at " + same->place);
  }
}

void readFileInto(const Verb& verb, const std::string& file, Io& io) {
  const std::filesystem::path path = std::filesystem::absolute(file).lexically_normal();
  std::vector<Setting> settings;
  for (const ConfigLine& line : readConfigFile(path, io)) {
    const std::string place = placeOf(path, line);
    add(settings, flagOf(verb, line.key, place), line, place);
  }
  for (Setting& setting : settings) {
    const std::string called = setting.place + ": " + setting.flag->name;
    for (std::string& value : setting.values) {
      value = setting.flag->isSwitch() ? truth(value, called)
                                       : setting.flag->inFolder(value, path.parent_path());
    }
    if (!setting.flag->isGiven()) {
      setting.flag->give(setting.values, {Kind::file, setting.place}, called);
    }
  }
}

std::string inQuotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string valueText(const Parameter& flag, const std::vector<std::string>& values) {
  if (flag.isSwitch()) return values.front();
  if (!flag.repeats) return inQuotes(values.front());
  std::string text = "[";
  for (const std::string& value : values) text += (text.size() > 1 ? ", " : "") + inQuotes(value);
  return text + "]";
}

// Paths as they are seen from anywhere: the output may become a file of another folder.
std::vector<std::string> givenTo(const Parameter& flag) {
  const std::string here = std::filesystem::current_path();
  std::vector<std::string> values;
  for (const std::string& value : flag.values) values.push_back(flag.inFolder(value, here));
  return values;
}

// What is not given is a comment: how it is at first may be told in words.
std::string lineOf(const Parameter& flag) {
  if (flag.isGiven()) {
    return flag.name + " = " + valueText(flag, givenTo(flag)) + "  # " + flag.origin.text;
  }
  const std::string text = flag.isSwitch() ? "false" : flag.presetText;
  return "# " + flag.name + ": " + (text.empty() ? "not given" : text + " (default)");
}

// What was given, or what is at first; empty where there is none at first.
std::vector<std::string> valuesOf(const Parameter& flag) {
  if (flag.isGiven()) return givenTo(flag);
  if (flag.isSwitch()) return {"false"};
  if (flag.presetText.empty()) return {};
  return {flag.presetText};
}

const char* nameOf(Kind kind) {
  switch (kind) {
    case Kind::flag:
      return "flag";
    case Kind::environment:
      return "environment";
    case Kind::file:
      return "file";
    case Kind::preset:
      break;
  }
  return "default";
}

Json asJson(const Parameter& flag) {
  const std::vector<std::string> values = valuesOf(flag);
  Json object;
  object.set("key", flag.name);
  if (values.empty()) {
    object.setNull("value");
  } else if (flag.isSwitch()) {
    object.set("value", values.front() == "true");
  } else if (flag.repeats) {
    object.set("value", values);
  } else {
    object.set("value", values.front());
  }
  object.set("origin", nameOf(flag.origin.kind));
  if (flag.isGiven()) object.set("from", flag.origin.text);
  return object;
}

}  // namespace

void readConfiguration(Verb& verb, const std::string& file, Io& io) {
  for (const auto& flag : verb.flags()) {
    if (!flag->isGiven()) readVariable(*flag);
  }
  warnOfMisspeltVariables(verb, io);
  if (!file.empty()) readFileInto(verb, file, io);
}

void warnOfVariables(const Verb& verb, Io& io) {
  for (const auto& flag : verb.flags()) {
    const std::string name = variableNamed(flag->name);
    if (!flag->isWeakening || std::getenv(name.c_str()) == nullptr) continue;
    io.warn(name + " in the environment has no effect: it would weaken what is secure",
            "if it is meant, give " + flag->flagName());
  }
}

void printConfiguration(const Verb& verb, Io& io) {
  for (const auto& flag : verb.flags()) {
    if (flag->isCommandLineOnly) continue;
    if (io.json()) {
      io.record(asJson(*flag));
      continue;
    }
    io.line(lineOf(*flag));
  }
}

std::string variableOf(const Verb& verb, const Parameter& flag) {
  const bool has = verb.isConfigurable() && !flag.isCommandLineOnly && !flag.isWeakening;
  return has ? variableNamed(flag.name) : std::string();
}

std::string configurationText() {
  return "A flag may also be a variable of the environment, the one in brackets, or a line of the "
         "file of --config: its name without dashes, an equals sign, the value. The command line "
         "goes before the environment, and that before the file. A switch is true or false; a flag "
         "that may be repeated is a list in brackets, several lines, or in a variable a line each. "
         "Paths in the file are seen from its folder. What weakens is not left to the environment.";
}

std::string configurationExample() {
  return "listen = 127.0.0.1:8443\n"
         "request-cert = true    # a comment\n"
         "ca = [\"ca1.pem\", \"ca2.pem\"]\n";
}

}  // namespace securepair::cli
