#include "cli/completions.h"

namespace securepair::cli {
namespace {

std::string fishQuoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string completer(const Parameter& parameter) {
  if (!parameter.allowed.empty()) {
    std::string words;
    for (const std::string& choice : parameter.allowed) {
      words += (words.empty() ? "" : " ") + choice;
    }
    return " -a " + fishQuoted(words);
  }
  switch (parameter.completion) {
    case Hint::file:
      return " -F";
    case Hint::folder:
      return " -a '(__fish_complete_directories)'";
    case Hint::verb:
    case Hint::none:
      break;
  }
  return {};
}

std::string startAt(const std::string& path) {
  return "complete -c securepair -n '__securepair_at \"" + path + "\"'";
}

// The verbs that may follow.
std::string verbLines(const Verb& named, const std::string& path) {
  std::string text;
  for (const Verb& child : named.verbs()) {
    text += startAt(path) + " -a " + child.name() + " -d " + fishQuoted(child.summary()) + "\n";
  }
  return text;
}

std::string lines(const Verb& verb, const Verb& named, const std::string& path) {
  const std::string start = startAt(path);
  std::string text = verbLines(named, path);
  for (const auto& flag : verb.flags()) {
    text += start + " -l " + flag->name;
    if (flag->letter != 0) text += std::string(" -s ") + flag->letter;
    if (!flag->isSwitch())
      text += (flag->completion == Hint::file ? " -r" : " -x") + completer(*flag);
    text += " -d " + fishQuoted(flag->about) + "\n";
  }
  if (!verb.arguments().empty()) {
    const std::string argument = completer(*verb.arguments().front());
    if (!argument.empty()) text += start + argument + "\n";
  }
  return text;
}

}  // namespace

std::string fishCompletions(const Verb& root) {
  std::string paths;
  std::string text;
  forEachVerb(root, root.name(), [&](const Verb& verb, const std::string& path) {
    if (&verb != &root) paths += " '" + path + "'";
    text += lines(verb, takesVerb(verb) ? root : verb, path);
  });
  forEachNamedVerb(root, [&](const Verb& verb, const std::string& path) {
    paths += " '" + path + "'";
    text += verbLines(verb, path);
  });
  return R"(# fish completion for securepair
function __securepair_at
  set -l words (commandline -opc)
  set -l verb securepair
  for word in $words[2..-1]
    contains -- "$verb $word")" +
         paths +
         R"(; or break
    set verb "$verb $word"
  end
  test "$verb" = $argv[1]
end
complete -c securepair -f
)" + text;
}

}  // namespace securepair::cli
