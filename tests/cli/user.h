#pragma once
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace securepair::test {

/// What a command has left behind.
struct Outcome {
  int exit = -1;
  std::string out = {};  ///< what stood on standard output
  std::string err = {};
};

/// Somebody at a shell, in a folder of the test's own, who finds `securepair` in the PATH.
class User : public testing::Test {
 protected:
  User();

  const std::string& folder() const noexcept { return folder_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  /// Runs a line of shell to its end, without a terminal and with nothing on standard input.
  Outcome run(const std::string& line) const;
  /// The same, which must exit with 0; answers what it has written to standard output.
  std::string must(const std::string& line) const;
  /// Runs it where the outcome has to be this exit, and `text` be told on standard error.
  void refuses(const std::string& line, int exit, const std::string& text) const;

 private:
  std::string folder_;
};

/// The lines of a text, without their ends.
std::vector<std::string> linesOf(const std::string& text);

}  // namespace securepair::test
