#include "cli/user.h"

#include <chrono>
#include <sstream>

#include "support/child.h"

namespace securepair::test {

User::User() : folder_(ownFolder()) {}

Outcome User::run(const std::string& line) const {
  writeFile(path(".line"), line + "\n");
  // What the one who runs the tests has set is not the user's.
  Child shell("cd '" + folder_ + "' && unset NO_COLOR && export SHELL=/bin/sh TERM=xterm PATH='" +
                  SECUREPAIR_BIN_DIR "':\"$PATH\" && exec bash .line >.out 2>.err",
              path(".shell"));
  // Others build and test on the same machine, under sanitizers too.
  if (!shell.waitForEnd(std::chrono::seconds(45))) {
    ADD_FAILURE() << "does not end: " << line << "\n" << readFile(path(".err"));
    return {};
  }
  return {shell.exitStatus(), readFile(path(".out")), readFile(path(".err"))};
}

std::string User::must(const std::string& line) const {
  const Outcome outcome = run(line);
  EXPECT_EQ(outcome.exit, 0) << line << "\n" << outcome.err;
  return outcome.out;
}

void User::refuses(const std::string& line, int exit, const std::string& text) const {
  const Outcome outcome = run(line);
  EXPECT_EQ(outcome.exit, exit) << line << "\n" << outcome.err;
  EXPECT_NE(outcome.err.find(text), std::string::npos) << line << "\nsays: " << outcome.err;
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace securepair::test
