// Each flag of each verb is given what it cannot be; and each example of help what it can.
#include <map>
#include <regex>

#include "cli/told.h"

namespace securepair::test {
namespace {

using WrongInput = Reader;

// By what help calls the value. Where any text will do, at least it must not be empty; files are
// looked for later.
const std::map<std::string, std::string> wrongValues{
    {"ADDRESS", "nowhere"}, {"BYTES", "x"},         {"FIELDS", "x"},
    {"FILE", ""},           {"FOLDER", ""},         {"KIND", "x"},
    {"LIST", ""},           {"MODE", "x"},          {"N", "x"},
    {"NAME", ""},           {"PROTOCOL", "x"},      {"SHA256", "x"},
    {"SIDE", "x"},          {"TIME", "soon"},       {"VERSION", "SSLv3"},
    {"WHEN", "x"},          {"NAME=CERT,KEY", "x"}, {"NAME=TARGET", "x"},
    {"TARGET", "nowhere"}};
// A name will do too.
const Words takeAnyText{"--resolve"};
// What all verbs have is the same in each: it is tried with one.
const Words common{"--color", "--quiet", "--help", "--json"};

std::string wrongValueOf(const std::string& flag, const std::string& valueName) {
  const auto found = wrongValues.find(valueName);
  if (found == wrongValues.end()) {
    ADD_FAILURE() << "no wrong " << valueName << " is known, for " << flag;
    return {};
  }
  return takeAnyText.contains(flag) ? "" : found->second;
}

TEST_F(WrongInput, IsRefusedByTheFlagsName) {
  // "  -c, --connections N", and a switch without the value.
  const std::regex flagLine(R"(\n  (?:-\w, |    )(--[a-z0-9-]+)(?: ([A-Z][A-Z0-9=,:]*))?)");
  for (Told& told : all()) {
    SCOPED_TRACE(told.path);
    std::string script = "true\n";
    std::vector<std::string> flags;
    for (std::sregex_iterator at(told.help.begin(), told.help.end(), flagLine), end; at != end;
         ++at) {
      const std::string flag = (*at)[1];
      told.flags.erase(flag);
      if (common.contains(flag) && told.path != "securepair version") continue;
      const std::string wrong = (*at)[2].matched ? wrongValueOf(flag, (*at)[2]) : "x";
      flags.push_back(flag);
      script +=
          told.path + " '" + flag + "=" + wrong + "' 2>&1 | head -n 1; echo ${PIPESTATUS[0]}\n";
    }
    EXPECT_EQ(joined(told.flags), "") << "not seen";
    const std::vector<std::string> lines = linesOf(must(script));
    ASSERT_EQ(lines.size(), flags.size() * 2);
    for (std::size_t i = 0; i < flags.size(); ++i) {
      EXPECT_TRUE(lines[2 * i].starts_with("securepair: " + flags[i] + " ")) << lines[2 * i];
      EXPECT_EQ(lines[2 * i + 1], "2") << flags[i];
    }
  }
}

TEST_F(WrongInput, StandsInNoExample) {
  for (const Told& told : all()) {
    SCOPED_TRACE(told.path);
    const std::string examples = "\n" + between(told.help, "\nexamples:\n", "\n\n");
    const Words lines = caught(examples, R"(\n  (\S[^\n]*))");
    EXPECT_FALSE(lines.empty());
    std::string script = "set -e\n";
    for (const std::string& line : lines) {
      // The commands of ours in a line of shell, without what is redirected.
      const Words commands = caught(line, R"((?:^|[|&;] *)(securepair [^|&;<>]*))");
      EXPECT_FALSE(commands.empty()) << line;
      // With --help the flags are read, and nothing is done.
      for (const std::string& one : commands) script += one + " --help >/dev/null\n";
    }
    must(script);
  }
}

}  // namespace
}  // namespace securepair::test
