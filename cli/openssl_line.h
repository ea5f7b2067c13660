#pragma once
#include <string>
#include <vector>

#include "cli/files.h"

namespace securepair::cli {

/// The command of openssl's that does what a verb does, for a shell (bash, where it needs an
/// extension file). Whatever is put in is quoted.
class OpensslLine {
 public:
  /// What it begins with: "openssl req -new".
  explicit OpensslLine(std::string start) : text_(std::move(start)) {}

  OpensslLine& word(const std::string& value);
  OpensslLine& flag(const std::string& name, const std::string& value);
  /// Nothing where none is given.
  OpensslLine& passphrase(const std::string& name, const PassphraseFlags& flags);
  /// A file of these lines.
  OpensslLine& file(const std::string& name, const std::vector<std::string>& lines);
  /// The files' contents as one file.
  OpensslLine& files(const std::string& name, const std::vector<std::string>& paths);

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace securepair::cli
