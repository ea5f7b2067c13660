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
    case Hint::verb:
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
  // The value is the next word, or stands behind an equals sign.
  const std::string value = flag.isSwitch() ? "" : "=";
  std::string text = " '" + repeat + flag.flagName() + value + about + "'";
  if (flag.letter != 0) text += " '" + repeat + "-" + flag.letter + about + "'";
  return text;
}

std::string argumentSpec(const Parameter& argument) {
  const std::string place = argument.repeats ? "*:" : argument.isRequired ? ":" : "::";
  return " '" + place + zshQuoted(argument.name, "\\:") + ":" + zshQuoted(action(argument), "") +
         "'";
}

// The verbs that may follow.
std::string zshVerbs(const Verb& named) {
  if (!named.isGroup()) return {};
  std::string text = "      verbs=(";
  for (const Verb& child : named.verbs()) {
    text += "'" + child.name() + ":" + zshQuoted(child.summary(), "\\:") + "' ";
  }
  return text + ")\n      _describe verb verbs\n";
}

std::string zshCase(const Verb& verb, const Verb& named, const std::string& path) {
  std::string text = "    '" + path + "')\n" + zshVerbs(named) + "      _arguments -S";
  for (const auto& flag : verb.flags()) text += flagSpec(*flag);
  for (const auto& argument : verb.arguments()) text += argumentSpec(*argument);
  return text + "\n      ;;\n";
}

}  // namespace

std::string zshCompletions(const Verb& root) {
  std::string paths;
  std::string cases;
  const auto addPath = [&paths](const std::string& path) {
    paths += (paths.empty() ? "'" : " | '") + path + "'";
  };
  forEachVerb(root, root.name(), [&](const Verb& verb, const std::string& path) {
    if (&verb != &root) addPath(path);
    cases += zshCase(verb, takesVerb(verb) ? root : verb, path);
  });
  forEachNamedVerb(root, [&](const Verb& verb, const std::string& path) {
    addPath(path);
    cases += "    '" + path + "')\n" + zshVerbs(verb) + "      ;;\n";
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
