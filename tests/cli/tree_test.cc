// Help, manual pages and completions say the same of each verb, for they come from one tree.
#include <algorithm>
#include <regex>

#include "cli/told.h"
#include "support/child.h"

namespace securepair::test {
namespace {

class Tree : public Reader {
 protected:
  // The verbs that may stand next: after help each is a name.
  Words following(const Told& told) const {
    return told.path == "securepair help" ? all().front().verbs : told.verbs;
  }
};

TEST_F(Tree, HelpIsWholeAndFitsATerminal) {
  EXPECT_TRUE(all().front().verbs.contains("version"));
  for (const Told& told : all()) {
    SCOPED_TRACE(told.path);
    EXPECT_TRUE(told.help.starts_with(told.path + ": "));
    EXPECT_NE(told.help.find("\nusage: " + told.path + " "), std::string::npos);
    EXPECT_TRUE(told.flags.contains("--help"));
    EXPECT_NE(told.help.find("\nexamples:\n"), std::string::npos) << "no examples";
    if (told.path != "securepair") {
      EXPECT_EQ(must("securepair help " + told.path.substr(11)), told.help);
    }
    for (const std::string& line : linesOf(told.help)) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(Tree, ManualPagesSayTheSame) {
  must("mkdir man && securepair help --manual man");
  for (const Told& told : all()) {
    SCOPED_TRACE(told.path);
    std::string name = told.path;
    std::replace(name.begin(), name.end(), ' ', '-');
    const std::string page =
        std::regex_replace(readFile(path("man/" + name + ".1")), std::regex(R"(\\-)"), "-");
    EXPECT_EQ(joined(caught(page, R"(\n\.B (?:-\w, )?(--[a-z0-9-]+))")), joined(told.flags));
    EXPECT_EQ(joined(caught(between(page, ".SH VERBS", ".SH"), "\\.B " + told.path + " ([a-z-]+)")),
              joined(told.verbs));
  }
}

TEST_F(Tree, ManualPagesReplaceNothingUnlessForced) {
  must("mkdir man && echo mine > man/securepair-verify.1");
  refuses("securepair help --manual man", 7, "replace it with --force");
  EXPECT_EQ(must("cat man/*"), "mine\n");
  must("securepair help --manual man --force && grep -q '^.TH' man/securepair-verify.1");
  refuses("securepair help --manual nowhere", 7, "cannot write 'nowhere/securepair.1': No such");
}

TEST_F(Tree, TheReadmeKnowsTheVerbs) {
  const std::string readme = readFile(SECUREPAIR_SOURCE_DIR "/README.md");
  Words verbs;
  for (const std::string& line : linesOf(between(readme, "| verb | does |", "\n\n"))) {
    verbs.merge(caught(line.substr(0, line.find(" | ")), "`([a-z]+)`"));
  }
  EXPECT_EQ(joined(verbs), joined(all().front().verbs));
}

TEST_F(Tree, BashCompletesTheSame) {
  must("securepair completions bash > completions");
  std::string script = ". ./completions\n";
  for (const Told& told : all()) {
    script += "COMP_WORDS=(" + told.path + " '') COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n" +
              "COMP_WORDS[COMP_CWORD]=; _securepair; echo \"" + told.path +
              ": ${COMPREPLY[*]}\"\nCOMP_WORDS[COMP_CWORD]=-; _securepair; echo \"" + told.path +
              "- ${COMPREPLY[*]}\"\n";
  }
  const std::string replies = must("compopt() { :; }\n" + script);
  for (const Told& told : all()) {
    SCOPED_TRACE(told.path);
    const std::string flags = between("\n" + replies, "\n" + told.path + "- ", "\n");
    EXPECT_EQ(joined(caught(flags, "(--[a-z0-9-]+)")), joined(told.flags));
    const std::string words = between("\n" + replies, "\n" + told.path + ": ", "\n");
    for (const std::string& verb : told.verbs) {
      EXPECT_TRUE(caught(words, R"(([a-z0-9-]+))").contains(verb)) << verb;
    }
  }
}

TEST_F(Tree, BashCompletesValues) {
  must("securepair completions bash > completions");
  EXPECT_EQ(must(". ./completions; COMP_WORDS=(securepair version --color a) COMP_CWORD=3\n"
                 "_securepair; echo ${COMPREPLY[*]}"),
            "auto always\n");
  EXPECT_EQ(must(". ./completions; COMP_WORDS=(securepair completions '') COMP_CWORD=2\n"
                 "_securepair; echo ${COMPREPLY[*]}"),
            "bash zsh fish\n");
  const auto replies = [this](const std::string& words) {
    return must(". ./completions; COMP_WORDS=(" + words +
                ") COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _securepair; echo ${COMPREPLY[*]}");
  };
  // As readline parts --mode= and --mode=e.
  EXPECT_EQ(replies("securepair serve --mode ="), "page echo discard source cat\n");
  EXPECT_EQ(replies("securepair serve --mode = e"), "echo\n");
  EXPECT_EQ(replies("securepair help ser"), "serve\n");
  EXPECT_EQ(replies("securepair help cert ne"), "new\n");
  EXPECT_EQ(replies("securepair help cert new ''"), "\n");
}

TEST_F(Tree, ZshCompletesTheSame) {
  const std::string script = must("securepair completions zsh");
  for (const Told& told : all()) {
    SCOPED_TRACE(told.path);
    const std::string part = between(script, "\n    '" + told.path + "')\n", "\n      ;;");
    EXPECT_EQ(joined(caught(part, R"( '\*?(--[a-z0-9-]+)=?\[)")), joined(told.flags));
    EXPECT_EQ(joined(caught(between(part, "verbs=(", "\n"), R"('([a-z0-9-]+):)")),
              joined(following(told)));
  }
  // --mode=echo, and names after help.
  EXPECT_NE(script.find(" '--mode=["), std::string::npos);
  EXPECT_NE(script.find(" '--quiet["), std::string::npos);
  EXPECT_NE(script.find("\n    'securepair help cert')\n      verbs=('key:"), std::string::npos);
}

TEST_F(Tree, FishCompletesTheSame) {
  const std::string script = must("securepair completions fish");
  EXPECT_EQ(script.find("-x -F"), std::string::npos) << "fish refuses the two together";
  for (const Told& told : all()) {
    SCOPED_TRACE(told.path);
    const std::string start = "__securepair_at \"" + told.path + "\"' ";
    Words flags;
    for (const std::string& flag : caught(script, start + R"(-l ([a-z0-9-]+))")) {
      flags.insert("--" + flag);
    }
    EXPECT_EQ(joined(flags), joined(told.flags));
    EXPECT_EQ(joined(caught(script, start + R"(-a ([a-z0-9-]+) -d)")), joined(following(told)));
  }
  EXPECT_NE(script.find("\"securepair help cert\"' -a key -d"), std::string::npos);
}

}  // namespace
}  // namespace securepair::test
