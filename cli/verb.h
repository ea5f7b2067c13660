#pragma once
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/exit.h"
#include "cli/values.h"

namespace securepair::cli {

class Io;

/// How a shell completes a value.
enum class Hint : unsigned char { none, file, folder, verb };

/// Who has given a flag its value.
struct Origin {
  enum class Kind : unsigned char { preset, flag, environment, file };

  Kind kind = Kind::preset;
  std::string text = {};  ///< "--listen", "SECUREPAIR_LISTEN", "/etc/securepair/www.conf:3"
};

/// A flag of a verb, or one of its arguments.
class Parameter {
 public:
  /// What help says in place of what the value is at first.
  Parameter& preset(std::string text);
  Parameter& choices(std::vector<std::string> list);
  /// Of a number.
  Parameter& between(int least, int most);
  /// Of a time: a number alone, elsewhere seconds, is refused.
  Parameter& unitRequired();
  Parameter& hint(Hint hint);
  /// Names what is made: "-", elsewhere standard output, is refused.
  Parameter& made();
  Parameter& required();
  /// Of an argument: it may be left out.
  Parameter& optional();
  /// Of an argument: what the library's errors call it, "csr" for one.
  Parameter& means(std::string libraryOption);
  /// Makes something less safe: the environment, which others than who types the command may have
  /// set, has no say in it.
  Parameter& weakens();
  /// The same of some values alone; of a switch "false" is one.
  Parameter& weakensWhere(std::function<bool(const std::string&)> value);
  /// Neither the environment nor a file sets it.
  Parameter& commandLineOnly();

  std::string name;       ///< "listen" for --listen; of an argument what help calls it, "FILE"
  char letter = 0;        ///< 'c' for -c
  std::string valueName;  ///< what help calls the value, "FILE"; empty: a switch, or an argument
  std::string about;
  std::string option;  ///< see means()
  std::string presetText;
  std::vector<std::string> allowed;  ///< empty: any
  Hint completion = Hint::none;
  bool isRequired = false;
  bool repeats = false;
  bool needsUnit = false;
  bool isWeakening = false;
  bool isCommandLineOnly = false;
  bool isMade = false;
  /// Reads the value that is given, once for each time that it is. Throws usageFailure().
  std::function<void(const std::string&)> take;
  /// Of a type that has an inFolder(): see values.h.
  std::function<std::string(const std::string&, const std::string&)> place;
  Origin origin = {};
  std::vector<std::string> values = {};  ///< as they were given

  bool isSwitch() const noexcept { return valueName.empty(); }
  bool isGiven() const noexcept { return origin.kind != Origin::Kind::preset; }
  /// "--listen"
  std::string flagName() const { return "--" + name; }
  bool weakensAs(const std::string& value) const {
    return isWeakening || (weakening_ && weakening_(value));
  }
  /// take(), within what is allowed, and says of which parameter it speaks.
  void accept(const std::string& text, const std::string& calledName);
  /// accept() of all, and remembers whose they are. A switch is "true" or "false".
  void give(const std::vector<std::string>& texts, const Origin& from,
            const std::string& calledName);
  /// What stands in a file of `folder`: paths are relative to it.
  std::string inFolder(const std::string& text, const std::string& folder) const;

 private:
  std::optional<std::pair<int, int>> range_;
  std::function<bool(const std::string&)> weakening_;
};

namespace detail {

template <class T>
struct Unwrapped {
  using type = T;
  static constexpr bool repeats = false;
};
template <class T>
struct Unwrapped<std::optional<T>> : Unwrapped<T> {};
template <class T>
struct Unwrapped<std::vector<T>> {
  using type = T;
  static constexpr bool repeats = true;
};

template <class T>
void store(const std::string& text, T& target) {
  readValue(text, target);
}
template <class T>
void store(const std::string& text, std::optional<T>& target) {
  readValue(text, target.emplace());
}
template <class T>
void store(const std::string& text, std::vector<T>& target) {
  readValue(text, target.emplace_back());
}

template <class T>
std::function<std::string(const std::string&, const std::string&)> placer() {
  using Value = typename Unwrapped<T>::type;
  if constexpr (requires(const std::string& text, const Value* kind) {
                  { inFolder(text, text, kind) } -> std::same_as<std::string>;
                }) {
    return [](const std::string& text, const std::string& folder) {
      return inFolder(text, folder, static_cast<const Value*>(nullptr));
    };
  } else {
    return nullptr;
  }
}

}  // namespace detail

/// What the program can be asked to do, or a group of such. Help, manual pages, completions and
/// the command line's reading all come from a tree of these.
class Verb {
 public:
  struct Example {
    std::string command;
    std::string about;
  };

  Verb(std::string name, std::string summary);

  /// What the flags are read into. It lives as long as the verb, wherever that is moved.
  template <class Options>
  Options& options() {
    auto made = std::make_shared<Options>();
    kept_.push_back(made);
    return *made;
  }
  /// `names`: "listen", or "listen,l" with its letter. A std::vector may be given several times, a
  /// std::optional tells whether it was given. The target must be among options().
  template <class T>
  Parameter& flag(const std::string& names, const std::string& valueName, const std::string& about,
                  T& target) {
    Parameter& made =
        addFlag(names, valueName, about, reader(target), detail::Unwrapped<T>::repeats);
    made.place = detail::placer<T>();
    return made;
  }
  /// A flag without a value.
  Parameter& toggle(const std::string& names, const std::string& about, bool& target);
  /// A std::vector takes all that are left, and at least one.
  template <class T>
  Parameter& argument(const std::string& name, const std::string& about, T& target) {
    return addArgument(name, about, reader(target), detail::Unwrapped<T>::repeats);
  }
  /// Has --json: Io::json() is told.
  void reportsJson() { reportsJson_ = true; }
  /// The same where standard output has other data: what is JSON goes to standard error.
  void reportsJsonAside() { reportsJson_ = jsonIsAside_ = true; }
  /// Its flags may also stand in the file of --config, and in the environment; --print-config
  /// tells what came of it.
  void configurable() { isConfigurable_ = true; }
  /// More than the summary, in sentences. Paragraphs are parted by an empty line.
  void describe(std::string text) { description_ = std::move(text); }
  /// A command that can be run as it stands.
  void example(std::string command, std::string about);
  void run(std::function<Exit(Io&)> action) { action_ = std::move(action); }
  void add(Verb verb);

  const std::string& name() const noexcept { return name_; }
  const std::string& summary() const noexcept { return summary_; }
  const std::string& description() const noexcept { return description_; }
  const std::vector<Example>& examples() const noexcept { return examples_; }
  const std::vector<std::unique_ptr<Parameter>>& flags() const noexcept { return flags_; }
  const std::vector<std::unique_ptr<Parameter>>& arguments() const noexcept { return arguments_; }
  std::vector<Verb>& verbs() noexcept { return verbs_; }
  const std::vector<Verb>& verbs() const noexcept { return verbs_; }
  bool isGroup() const noexcept { return !verbs_.empty(); }
  bool hasJson() const noexcept { return reportsJson_; }
  bool jsonIsAside() const noexcept { return jsonIsAside_; }
  bool isConfigurable() const noexcept { return isConfigurable_; }
  /// Null where there is none.
  Verb* find(const std::string& name);
  const Verb* find(const std::string& name) const;
  /// "FILE...", "[FILE]"; as usage says it.
  std::string argumentText(const Parameter& argument) const;
  Exit act(Io& io) const { return action_(io); }

 private:
  template <class T>
  static std::function<void(const std::string&)> reader(T& target) {
    return [&target](const std::string& text) { detail::store(text, target); };
  }
  Parameter& addFlag(const std::string& names, const std::string& valueName,
                     const std::string& about, std::function<void(const std::string&)> take,
                     bool repeats);
  Parameter& addArgument(const std::string& name, const std::string& about,
                         std::function<void(const std::string&)> take, bool repeats);

  std::string name_;
  std::string summary_;
  std::string description_;
  std::vector<Example> examples_;
  // What a flag is told by the reference that flag() answers must stay where it is.
  std::vector<std::unique_ptr<Parameter>> flags_;
  std::vector<std::unique_ptr<Parameter>> arguments_;
  std::vector<Verb> verbs_;
  std::vector<std::shared_ptr<void>> kept_;
  std::function<Exit(Io&)> action_;
  bool reportsJson_ = false;
  bool jsonIsAside_ = false;
  bool isConfigurable_ = false;
};

}  // namespace securepair::cli
