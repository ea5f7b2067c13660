#include "cli/completions.h"

namespace securepair::cli {
namespace {

// How a value is completed: arguments of compgen.
std::string generator(const Parameter& parameter) {
  if (!parameter.allowed.empty()) {
    std::string words;
    for (const std::string& choice : parameter.allowed) {
      words += (words.empty() ? "" : " ") + choice;
    }
    return "-W '" + words + "'";
  }
  switch (parameter.completion) {
    case Hint::file:
      return "-f";
    case Hint::folder:
      return "-d";
    case Hint::verb:
    case Hint::none:
      break;
  }
  return {};
}

std::string reply(const std::string& generated) {
  if (generated.empty()) return "return";
  return "_securepair_reply " + generated + "; return";
}

// `named`: whose verbs may follow.
std::string words(const Verb& verb, const Verb& named) {
  std::string text;
  for (const Verb& child : named.verbs()) text += child.name() + " ";
  for (const auto& flag : verb.flags()) text += flag->flagName() + " ";
  if (!text.empty()) text.pop_back();
  return text;
}

std::string bashCase(const Verb& verb, const Verb& named, const std::string& path) {
  std::string text = "    '" + path + "')\n";
  std::string values;
  for (const auto& flag : verb.flags()) {
    if (flag->isSwitch()) continue;
    values += "        " + flag->flagName();
    if (flag->letter != 0) values += std::string(" | -") + flag->letter;
    values += ") " + reply(generator(*flag)) + " ;;\n";
  }
  if (!values.empty()) text += "      case $previous in\n" + values + "      esac\n";
  const std::string argument =
      verb.arguments().empty() ? std::string() : generator(*verb.arguments().front());
  if (!argument.empty()) {
    text += "      [[ $current == -* ]] || { " + reply(argument) + "; }\n";
  }
  return text + "      _securepair_reply -W '" + words(verb, named) + "'\n      ;;\n";
}

// After help nothing but names is left.
std::string bashCase(const Verb& named, const std::string& path) {
  return bashCase(Verb({}, {}), named, path);
}

}  // namespace

std::string bashCompletions(const Verb& root) {
  std::string paths;
  std::string cases;
  const auto addPath = [&paths](const std::string& path) {
    paths += (paths.empty() ? "'" : " | '") + path + "'";
  };
  forEachVerb(root, root.name(), [&](const Verb& verb, const std::string& path) {
    if (&verb != &root) addPath(path);
    cases += bashCase(verb, takesVerb(verb) ? root : verb, path);
  });
  forEachNamedVerb(root, [&](const Verb& verb, const std::string& path) {
    addPath(path);
    cases += bashCase(verb, path);
  });
  return R"(# bash completion for securepair
_securepair_reply() {
  [[ $1 == -W ]] || compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
}
_securepair() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local verb=securepair word
  # --mode=echo comes as three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$verb $word" in
      )" +
         paths +
         R"() verb="$verb $word" ;;
      *) break ;;
    esac
  done
  case $verb in
)" + cases +
         R"(  esac
}
complete -F _securepair securepair
)";
}

}  // namespace securepair::cli
