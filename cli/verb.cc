#include "cli/verb.h"

#include <algorithm>

namespace securepair::cli {
namespace {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

Parameter& Parameter::preset(std::string text) {
  presetText = std::move(text);
  return *this;
}

Parameter& Parameter::choices(std::vector<std::string> list) {
  allowed = std::move(list);
  return *this;
}

Parameter& Parameter::between(int least, int most) {
  range_ = {least, most};
  return *this;
}

Parameter& Parameter::unitRequired() {
  needsUnit = true;
  return *this;
}

Parameter& Parameter::hint(Hint hint) {
  completion = hint;
  return *this;
}

Parameter& Parameter::made() {
  isMade = true;
  return *this;
}

Parameter& Parameter::required() {
  isRequired = true;
  return *this;
}

Parameter& Parameter::optional() {
  isRequired = false;
  return *this;
}

Parameter& Parameter::means(std::string libraryOption) {
  option = std::move(libraryOption);
  return *this;
}

Parameter& Parameter::weakens() {
  isWeakening = true;
  return *this;
}

Parameter& Parameter::weakensWhere(std::function<bool(const std::string&)> value) {
  weakening_ = std::move(value);
  return *this;
}

Parameter& Parameter::commandLineOnly() {
  isCommandLineOnly = true;
  return *this;
}

void Parameter::accept(const std::string& text, const std::string& calledName) {
  try {
    if (completion == Hint::file && text.find("-----BEGIN ") != std::string::npos) {
      throw usageFailure("is the name of a file, and was given what stands in one",
                         "write that into a file, and give its name");
    }
    if (isMade && text == "-") {
      throw usageFailure("cannot be standard output, which '-' often means",
                         "name what is to be made; ./- where that is to be called so");
    }
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
      throw usageFailure("must be " + listed(allowed) + ", not '" + text + "'");
    }
    if (needsUnit && !text.empty() && text.find_first_not_of("0123456789") == std::string::npos) {
      throw usageFailure("needs a unit: '" + text + "' may be days or seconds",
                         flagName() + " " + text + "d");
    }
    if (range_) {
      int number = 0;
      readValue(text, number);
      if (number < range_->first || number > range_->second) {
        throw usageFailure("must be from " + std::to_string(range_->first) + " to " +
                           std::to_string(range_->second) + ", not " + text);
      }
    }
    take(text);
  } catch (const Failure& failure) {
    throw usageFailure(calledName + " " + failure.message(), failure.fix());
  }
}

void Parameter::give(const std::vector<std::string>& texts, const Origin& from,
                     const std::string& calledName) {
  for (const std::string& text : texts) {
    if (!isSwitch()) {
      accept(text, calledName);
    } else if (text == "true") {
      take(text);
    }
  }
  values = texts;
  origin = from;
}

std::string Parameter::inFolder(const std::string& text, const std::string& folder) const {
  if (place) return place(text, folder);
  const bool isPath = completion == Hint::file || completion == Hint::folder;
  return isPath ? pathInFolder(text, folder) : text;
}

Verb::Verb(std::string name, std::string summary)
    : name_(std::move(name)), summary_(std::move(summary)) {}

Parameter& Verb::toggle(const std::string& names, const std::string& about, bool& target) {
  return addFlag(
      names, {}, about, [&target](const std::string&) { target = true; }, false);
}

void Verb::example(std::string command, std::string about) {
  examples_.push_back({std::move(command), std::move(about)});
}

void Verb::add(Verb verb) { verbs_.push_back(std::move(verb)); }

const Verb* Verb::find(const std::string& name) const {
  const auto found = std::find_if(verbs_.begin(), verbs_.end(),
                                  [&name](const Verb& verb) { return verb.name_ == name; });
  return found == verbs_.end() ? nullptr : &*found;
}

Verb* Verb::find(const std::string& name) {
  return const_cast<Verb*>(std::as_const(*this).find(name));
}

std::string Verb::argumentText(const Parameter& argument) const {
  const std::string text = argument.name + (argument.repeats ? "..." : "");
  return argument.isRequired ? text : "[" + text + "]";
}

Parameter& Verb::addFlag(const std::string& names, const std::string& valueName,
                         const std::string& about, std::function<void(const std::string&)> take,
                         bool repeats) {
  auto made = std::make_unique<Parameter>();
  const std::size_t comma = names.find(',');
  made->name = names.substr(0, comma);
  if (comma != std::string::npos) made->letter = names[comma + 1];
  made->valueName = valueName;
  made->about = about;
  made->take = std::move(take);
  made->repeats = repeats;
  flags_.push_back(std::move(made));
  return *flags_.back();
}

Parameter& Verb::addArgument(const std::string& name, const std::string& about,
                             std::function<void(const std::string&)> take, bool repeats) {
  auto made = std::make_unique<Parameter>();
  made->name = name;
  made->about = about;
  made->take = std::move(take);
  made->repeats = repeats;
  made->isRequired = true;
  arguments_.push_back(std::move(made));
  return *arguments_.back();
}

}  // namespace securepair::cli
