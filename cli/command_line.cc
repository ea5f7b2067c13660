#include "cli/command_line.h"

#include <algorithm>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/configuration.h"
#include "cli/text.h"

namespace securepair::cli {
namespace {

using Words = std::vector<std::string>;

bool looksLikeFlag(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

std::string meant(const std::string& typed, const Words& words) {
  const std::string near = nearest(typed, words);
  return near.empty() ? near : "did you mean " + near + "?";
}

const Parameter* findFlag(const Verb& verb, const std::string& flagName) {
  for (const auto& flag : verb.flags()) {
    if (flag->flagName() == flagName) return flag.get();
  }
  return nullptr;
}

// CLI11 would take the next word for the value of `--flag=`.
void refuseOddForms(const Verb& verb, const Words& words) {
  for (const std::string& word : words) {
    if (word == "--") return;
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) continue;
    const Parameter* flag = findFlag(verb, word.substr(0, equals));
    if (flag == nullptr) continue;
    if (flag->isSwitch()) throw usageFailure(flag->flagName() + " takes no value");
    if (equals + 1 == word.size()) throw usageFailure(flag->flagName() + " is empty");
  }
}

void take(Parameter& flag, const Words& values, const Verb& verb) {
  if (values.size() > 1 && !flag.repeats && !flag.isSwitch()) {
    throw usageFailure(flag.flagName() + " is given " + std::to_string(values.size()) + " times");
  }
  for (const std::string& value : values) {
    if (!flag.isSwitch() && findFlag(verb, value) != nullptr) {
      throw usageFailure(flag.flagName() + " needs a value, and " + value + " is a flag",
                         "if it is meant: " + flag.flagName() + "=" + value);
    }
  }
  const Origin origin{Origin::Kind::flag, flag.flagName()};
  flag.give(flag.isSwitch() ? Words{"true"} : values, origin, flag.flagName());
}

// What is neither a flag nor the value of one.
Words readFlags(Verb& verb, Words words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::pair<Parameter*, CLI::Option*>> options;
  for (const auto& flag : verb.flags()) {
    std::string names = flag->flagName();
    if (flag->letter != 0) names += std::string(",-") + flag->letter;
    CLI::Option* option =
        flag->isSwitch()
            ? app.add_flag(names)
            : app.add_option(names)->expected(1)->allow_extra_args(false)->multi_option_policy(
                  CLI::MultiOptionPolicy::TakeAll);
    options.emplace_back(flag.get(), option);
  }
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string name = mismatch.what();
    throw usageFailure(name.substr(0, name.find(':')) + " needs a value");
  }
  for (const auto& [flag, option] : options) {
    if (!option->empty()) take(*flag, option->results(), verb);
  }
  return app.remaining();
}

void refuseUnknownFlag(const Verb& verb, const Words& words) {
  for (const std::string& word : words) {
    if (word == "--") return;
    if (!looksLikeFlag(word)) continue;
    Words known;
    for (const auto& flag : verb.flags()) known.push_back(flag->flagName());
    const std::string name = word.substr(0, word.find('='));
    throw usageFailure("there is no flag " + name, meant(name, known));
  }
}

void readPositionals(Verb& verb, const Words& words) {
  std::size_t next = 0;
  for (const auto& argument : verb.arguments()) {
    if (next == words.size()) {
      if (argument->isRequired) throw usageFailure(argument->name + " is missing");
      return;
    }
    do {
      argument->accept(words[next], argument->name);
      argument->values.push_back(words[next++]);
    } while (argument->repeats && next < words.size());
  }
  if (next < words.size()) throw usageFailure("'" + words[next] + "' is one argument too many");
}

}  // namespace

Command findVerb(Verb& root, std::vector<std::string>& arguments) {
  Command command{&root, root.name()};
  std::size_t taken = 0;
  while (taken < arguments.size() && command.verb->isGroup()) {
    Verb* next = command.verb->find(arguments[taken]);
    if (next == nullptr) break;
    command = {next, command.path + " " + arguments[taken++]};
  }
  arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(taken));
  if (command.verb->isGroup() && !arguments.empty() && !looksLikeFlag(arguments.front())) {
    Words known;
    for (const Verb& verb : command.verb->verbs()) known.push_back(verb.name());
    throw usageFailure("there is no " + command.path + " " + arguments.front(),
                       meant(arguments.front(), known));
  }
  return command;
}

void readArguments(Verb& verb, std::vector<std::string> arguments, const Settings& settings,
                   Io& io) {
  refuseOddForms(verb, arguments);
  Words rest = readFlags(verb, std::move(arguments));
  refuseUnknownFlag(verb, rest);
  if (settings.help) return;
  if (verb.isConfigurable()) {
    readConfiguration(verb, settings.config, io);
  } else {
    warnOfVariables(verb, io);
  }
  const auto mark = std::find(rest.begin(), rest.end(), "--");
  if (mark != rest.end()) rest.erase(mark);
  for (const auto& flag : verb.flags()) {
    if (flag->isRequired && !flag->isGiven()) throw usageFailure(flag->flagName() + " is missing");
  }
  readPositionals(verb, rest);
}

}  // namespace securepair::cli
