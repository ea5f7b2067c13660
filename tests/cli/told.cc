#include "cli/told.h"

#include <regex>
#include <utility>

namespace securepair::test {

Words caught(const std::string& text, const std::string& pattern) {
  Words words;
  const std::regex regex(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    words.insert((*at)[1]);
  }
  return words;
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from);
  if (start == std::string::npos) return {};
  const std::size_t begin = start + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

std::vector<Reader::Told> Reader::all(const std::string& path) const {
  Told told{.path = path, .help = must(path + " --help")};
  told.flags = caught(told.help, R"(\n  (?:-\w, |    )(--[a-z0-9-]+))");
  told.verbs = caught("\n" + between(told.help, "\nverbs:", "\n\n"), R"(\n  ([a-z0-9-]+) )");
  std::vector<Told> list{told};
  for (const std::string& verb : told.verbs) {
    for (Told& below : all(path + " " + verb)) list.push_back(std::move(below));
  }
  return list;
}

}  // namespace securepair::test
