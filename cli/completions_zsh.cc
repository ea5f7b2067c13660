#include "cli/completions.h"

namespace securepair::cli {
namespace {

// Within single quotes, and where `special` would mean something to _arguments.
std::string zshQuoted(const std::string& text, const std::string& special) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (special.find(c) != std::string::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string action(const Parameter& parameter) {
  if (!parameter.allowed.empty()) {
    std::string text = "(";
    for (const std::string& choice : parameter.allowed) {
      text += (text.size() == 1 ? "" : " ") + choice;
    }
    return text + ")";
  }
  switch (parameter.completion) {
    case Hint::file:
      return "_files";
    case Hint::folder:
      return "_files -/";
    case Hint::none:
      break;
  }
  return " ";
}

std::string flagSpec(const Parameter& flag) {
  const std::string repeat = flag.repeats ? "*" : "";
  std::string about = "[" + zshQuoted(flag.about, "\\[]") + "]";
  if (!flag.isSwitch()) {
    about += ":" + zshQuoted(flag.valueName, "\\:") + ":" + zshQuoted(action(flag), "");
  }
  std::string text = " '" + repeat + flag.flagName() + about + "'";
  if (flag.letter != 0) text += " '" + repeat + "-" + flag.letter + about + "'";
  return text;
}

std::string argumentSpec(const Parameter& argument) {
  const std::string place = argument.repeats ? "*:" : argument.isRequired ? ":" : "::";
  return " '" + place + zshQuoted(argument.name, "\\:") + ":" + zshQuoted(action(argument), "") +
         "'";
}

std::string zshCase(const Verb& verb, const std::string& path) {
  std::string text = "    '" + path + "')\n";
  if (verb.isGroup()) {
    text += "      verbs=(";
    for (const Verb& child : verb.verbs()) {
      text += "'" + child.name() + ":" + zshQuoted(child.summary(), "\\:") + "' ";
    }
    text += ")\n      _describe verb verbs\n";
  }
  text += "      _arguments -S";
  for (const auto& flag : verb.flags()) text += flagSpec(*flag);
  for (const auto& argument : verb.arguments()) text += argumentSpec(*argument);
  return text + "\n      ;;\n";
}

}  // namespace

std::string zshCompletions(const Verb& root) {
  std::string paths;
  std::string cases;
  forEachVerb(root, root.name(), [&](const Verb& verb, const std::string& path) {
    if (&verb != &root) paths += (paths.empty() ? "'" : " | '") + path + "'";
    cases += zshCase(verb, path);
  });
  return R"(#compdef securepair
_securepair() {
  local verb=securepair
  local -a verbs
  while (( CURRENT > 2 )); do
    case "$verb $words[2]" in
      ()" +
         paths +
         R"() verb="$verb $words[2]"; shift words; (( CURRENT-- )) ;;
      (*) break ;;
    esac
  done
  case $verb in
)" + cases +
         R"(  esac
}
_securepair "$@"
)";
}

}  // namespace securepair::cli
