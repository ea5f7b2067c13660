// What docs/tool.md has beside the page's commands of openssl runs as it stands, from line to line.
#include <memory>
#include <regex>

#include "cli/served.h"
#include "cli/told.h"

namespace securepair::test {
namespace {

using Documented = User;

// The second column's.
std::vector<std::string> commandsOfTheTable() {
  std::vector<std::string> commands;
  const std::string page = readFile(SECUREPAIR_SOURCE_DIR "/docs/tool.md");
  for (const std::string& line : linesOf(between(page, "| the page |", "\n\n"))) {
    std::smatch found;
    if (std::regex_search(line, found, std::regex(R"(^\|[^|]*\| `(securepair [^`]+)` \|)"))) {
      commands.push_back(found[1]);
    }
  }
  return commands;
}

TEST_F(Documented, CommandsRunOneAfterTheOther) {
  // What the reader has.
  must("securepair cert ca ca1 && securepair cert ca ca2 && securepair cert new agent5");
  must("printf secret > secret");
  std::unique_ptr<Served> served;
  int met = 0;
  for (const std::string& command : commandsOfTheTable()) {
    if (command.starts_with("securepair serve ")) {
      served = std::make_unique<Served>(folder(), command + " --listen 0");
    } else if (const std::size_t port = command.find(":8000"); port != std::string::npos) {
      ASSERT_NE(served, nullptr) << command;
      must(command.substr(0, port + 1) + served->port() + command.substr(port + 5));
      ++met;
    } else {
      must(command);
    }
  }
  EXPECT_EQ(met, 2);
}

}  // namespace
}  // namespace securepair::test
