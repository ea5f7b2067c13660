#include "cli/config_file.h"

#include <securepair/fs.h>

#include <algorithm>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace securepair::cli {
namespace {

constexpr std::string_view blanks = " \t";
constexpr const char* forms = "listen = 127.0.0.1:8443, or ca = [\"a.pem\", \"b.pem\"]";

/// What is left of a line.
class Rest {
 public:
  explicit Rest(std::string_view text) : text_(text) { skipBlanks(); }

  /// Nothing more, or a comment.
  bool isEmpty() const noexcept { return text_.empty() || text_.front() == '#'; }
  bool startsWith(char c) const noexcept { return text_.starts_with(c); }
  /// "[::1]:8443", which is no list.
  bool startsWithAddress() const noexcept {
    const std::size_t end = text_.find_first_not_of("0123456789ABCDEFabcdef:.", 1);
    return startsWith('[') && end != std::string_view::npos && text_.substr(end).starts_with("]:");
  }
  bool take(char c) {
    if (!startsWith(c)) return false;
    text_.remove_prefix(1);
    skipBlanks();
    return true;
  }
  std::string key() {
    const std::size_t end = text_.find_first_of(" \t=#");
    return taken(end == std::string_view::npos ? text_.size() : end);
  }
  /// In quotes of either kind; as TOML has it, a backslash counts between the double ones alone.
  std::string quoted();
  /// Up to the comment: words without quotes.
  std::string bare();

 private:
  void skipBlanks() {
    const std::size_t first = text_.find_first_not_of(blanks);
    text_.remove_prefix(first == std::string_view::npos ? text_.size() : first);
  }
  std::string taken(std::size_t size) {
    std::string part(text_.substr(0, size));
    text_.remove_prefix(size);
    skipBlanks();
    return part;
  }

  std::string_view text_;
};

std::string Rest::quoted() {
  const char quote = text_.front();
  std::string value;
  for (std::size_t i = 1; i < text_.size(); ++i) {
    if (text_[i] == quote) {
      taken(i + 1);
      return value;
    }
    if (quote == '"' && text_[i] == '\\') {
      ++i;
      if (i == text_.size() || (text_[i] != '"' && text_[i] != '\\')) {
        throw usageFailure("only \\\" and \\\\ begin with a backslash",
                           "between single quotes it stands for itself");
      }
    }
    value += text_[i];
  }
  throw usageFailure("the quotes do not end on this line");
}

std::string Rest::bare() {
  std::size_t end = 0;
  while (end < text_.size() && (text_[end] != '#' || blanks.find(text_[end - 1]) == blanks.npos)) {
    ++end;
  }
  std::string value = taken(end);
  value.erase(value.find_last_not_of(blanks) + 1);
  if (value.find_first_of("\"'") != std::string::npos) {
    throw usageFailure("a value with quotes in it must stand in quotes");
  }
  return value;
}

std::vector<std::string> listOf(Rest& rest) {
  std::vector<std::string> values;
  while (!rest.take(']')) {
    if (!rest.startsWith('"') && !rest.startsWith('\'')) {
      throw usageFailure("what is in the list must stand in quotes, and the list end on this line",
                         forms);
    }
    values.push_back(rest.quoted());
    if (!rest.take(',') && !rest.startsWith(']')) {
      throw usageFailure("a comma is missing in the list", forms);
    }
  }
  return values;
}

ConfigLine parsed(Rest rest) {
  if (rest.startsWith('[')) {
    throw usageFailure("a file has no sections, for it is one server's", "leave this line out");
  }
  ConfigLine line{.key = rest.key()};
  if (!rest.take('=')) throw usageFailure("must be KEY = VALUE", forms);
  if (line.key.empty()) throw usageFailure("the key is missing", forms);
  if (rest.isEmpty()) throw usageFailure(line.key + " has no value");
  if (!rest.startsWithAddress() && rest.take('[')) {
    line.values = listOf(rest);
    line.isList = true;
  } else if (rest.startsWith('"') || rest.startsWith('\'')) {
    line.values = {rest.quoted()};
  } else {
    line.values = {rest.bare()};
  }
  if (!rest.isEmpty()) throw usageFailure("there is more on the line than " + line.key + " takes");
  return line;
}

// A blank that is none, or a NUL, at which names of files end.
bool hasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F';
  });
}

std::string contentOf(const std::string& path, Io& io) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
    const bool foreign = info.st_uid != 0 && info.st_uid != ::geteuid();
    if (foreign || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      io.warn("'" + path + "' can be changed by other users, and says whom to trust",
              foreign ? "chown it to yourself" : "chmod go-w '" + path + "'");
    }
  }
  try {
    return fs::readFileSync(path).toString();
  } catch (const Error& error) {
    throw usageFailure("--config: " + error.message(), error.fix());
  }
}

}  // namespace

std::vector<ConfigLine> readConfigFile(const std::string& path, Io& io) {
  const std::string content = contentOf(path, io);
  std::vector<ConfigLine> lines;
  std::string_view left = content;
  if (left.starts_with("\xEF\xBB\xBF")) left.remove_prefix(3);  // as some editors begin a text
  for (int number = 1; !left.empty(); ++number) {
    const std::size_t end = left.find('\n');
    std::string_view text = left.substr(0, end);
    left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    const Rest rest(text);
    if (rest.isEmpty()) continue;
    try {
      if (hasControl(text)) throw usageFailure("there is a control character on the line");
      ConfigLine line = parsed(rest);
      line.number = number;
      lines.push_back(std::move(line));
    } catch (const Failure& failure) {
      throw usageFailure(placeOf(path, {.number = number}) + ": " + failure.message(),
                         failure.fix());
    }
  }
  return lines;
}

std::string placeOf(const std::string& path, const ConfigLine& line) {
  return path + ":" + std::to_string(line.number);
}

}  // namespace securepair::cli
