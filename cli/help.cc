#include "cli/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/configuration.h"
#include "cli/text.h"

namespace securepair::cli {
namespace {

constexpr std::size_t width = 80;

using Row = std::pair<std::string, std::string>;

// What stands on the left is at most this wide, or has its line to itself.
constexpr std::size_t leftmost = 26;

std::string table(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  std::size_t left = 0;
  for (const Row& row : rows) {
    if (row.first.size() <= leftmost) left = std::max(left, row.first.size());
  }
  const std::string margin(left + 4, ' ');
  std::string text = "\n" + title + ":\n";
  for (const auto& [name, about] : rows) {
    text += "  " + name;
    text += name.size() > left ? "\n" + margin : std::string(left - name.size() + 2, ' ');
    text += wrapped(about, width - margin.size(), margin) + "\n";
  }
  return text;
}

std::vector<Row> argumentRows(const Verb& verb) {
  std::vector<Row> rows;
  for (const auto& argument : verb.arguments()) {
    rows.emplace_back(verb.argumentText(*argument), aboutText(*argument));
  }
  return rows;
}

std::vector<Row> flagRows(const Verb& verb) {
  std::vector<Row> rows;
  for (const auto& flag : verb.flags()) {
    rows.emplace_back((flag->letter == 0 ? "    " : "") + flagText(*flag),
                      flagAboutText(verb, *flag));
  }
  return rows;
}

std::vector<Row> verbRows(const Verb& group) {
  std::vector<Row> rows;
  for (const Verb& verb : group.verbs()) rows.emplace_back(verb.name(), verb.summary());
  return rows;
}

std::string examples(const Verb& verb) {
  if (verb.examples().empty()) return {};
  std::string text = "\nexamples:\n";
  for (const Verb::Example& example : verb.examples()) {
    text +=
        "  " + example.command + "\n      " + wrapped(example.about, width - 6, "      ") + "\n";
  }
  return text;
}

}  // namespace

std::string helpOf(const Verb& verb, const std::string& path) {
  std::string text =
      wrapped(path + ": " + verb.summary(), width) + "\n\nusage: " + usageOf(verb, path) + "\n";
  if (!verb.description().empty()) text += "\n" + wrapped(verb.description(), width) + "\n";
  text += table("verbs", verbRows(verb)) + table("arguments", argumentRows(verb)) +
          table("flags", flagRows(verb));
  if (verb.isConfigurable()) {
    text += "\nconfiguration:\n  " + wrapped(configurationText(), width - 2, "  ") + "\n\n  " +
            wrapped(configurationExample(), width - 2, "  ");
  }
  return text + examples(verb);
}

std::string flagAboutText(const Verb& verb, const Parameter& flag) {
  const std::string variable = variableOf(verb, flag);
  return variable.empty() ? aboutText(flag) : aboutText(flag) + " [" + variable + "]";
}

std::string usageOf(const Verb& verb, const std::string& path) {
  if (verb.isGroup()) return path + " VERB [FLAGS] [ARGUMENTS]";
  std::string text = path;
  for (const auto& flag : verb.flags()) {
    if (flag->isRequired) text += " " + flag->flagName() + " " + flag->valueName;
  }
  text += " [FLAGS]";
  for (const auto& argument : verb.arguments()) text += " " + verb.argumentText(*argument);
  return text;
}

std::string flagText(const Parameter& flag) {
  std::string text = flag.flagName();
  if (flag.letter != 0) text = std::string("-") + flag.letter + ", " + text;
  return flag.isSwitch() ? text : text + " " + flag.valueName;
}

std::string aboutText(const Parameter& parameter) {
  std::string text = parameter.about;
  if (!parameter.allowed.empty()) {
    text += ": ";
    for (const std::string& choice : parameter.allowed) {
      if (&choice != &parameter.allowed.front()) text += ", ";
      text += choice;
    }
  }
  if (!parameter.presetText.empty()) text += " (default: " + parameter.presetText + ")";
  return parameter.repeats ? text + "; may be repeated" : text;
}

}  // namespace securepair::cli
