#include "cli/openssl_line.h"

#include <algorithm>
#include <cctype>

namespace securepair::cli {
namespace {

bool isPlain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_-./=:,+@%").find(c) != std::string_view::npos;
}

std::string shellQuoted(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), isPlain)) return word;
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

std::string listed(const std::string& command, const std::vector<std::string>& words) {
  std::string text = "<(" + command;
  for (const std::string& word : words) text += " " + shellQuoted(word);
  return text + ")";
}

}  // namespace

OpensslLine& OpensslLine::word(const std::string& value) {
  text_ += " " + shellQuoted(value);
  return *this;
}

OpensslLine& OpensslLine::flag(const std::string& name, const std::string& value) {
  text_ += " " + name;
  return word(value);
}

OpensslLine& OpensslLine::passphrase(const std::string& name, const PassphraseFlags& flags) {
  if (!flags.given()) return *this;
  if (flags.descriptor) return flag(name, "fd:" + std::to_string(*flags.descriptor));
  // Of a file that it is given twice, openssl takes two lines.
  const bool again = text_.find(" file:") != std::string::npos;
  const std::string other = flags.file.front() == '/' ? "/" : "./";
  return flag(name, "file:" + (again ? other : std::string()) + flags.file);
}

OpensslLine& OpensslLine::file(const std::string& name, const std::vector<std::string>& lines) {
  text_ += " " + name + " " + listed("printf '%s\\n'", lines);
  return *this;
}

OpensslLine& OpensslLine::files(const std::string& name, const std::vector<std::string>& paths) {
  text_ += " " + name + " " + listed("cat --", paths);
  return *this;
}

}  // namespace securepair::cli
