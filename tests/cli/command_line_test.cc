// What a command line may be, and what is said of one that is none.
#include "cli/user.h"

namespace securepair::test {

using CommandLine = User;

TEST_F(CommandLine, NamesAVerb) {
  refuses("securepair", 2, "a verb is missing");
  refuses("securepair ''", 2, "there is no securepair ");
  refuses("securepair versoin", 2, "did you mean version?");
  refuses("securepair zzzzzzzzzz", 2, "see securepair --help");
}

TEST_F(CommandLine, NamesFlagsThatThereAre) {
  refuses("securepair version --jsno", 2, "did you mean --json?");
  refuses("securepair version -x", 2, "there is no flag -x");
  refuses("securepair --jsno", 2, "there is no flag --jsno");
}

TEST_F(CommandLine, GivesAFlagItsValue) {
  refuses("securepair version --color", 2, "--color needs a value");
  refuses("securepair version --color=", 2, "--color is empty");
  refuses("securepair version --color ''", 2, "--color must be auto, always or never");
  refuses("securepair version --color blue", 2,
          "--color must be auto, always or never, not 'blue'");
  refuses("securepair version --color --quiet", 2, "--quiet is a flag");
  refuses("securepair version --color=never --color=always", 2, "--color is given 2 times");
  refuses("securepair version --quiet=yes", 2, "--quiet takes no value");
  must("securepair version --color=never --quiet --quiet");
}

TEST_F(CommandLine, HasAsManyArgumentsAsTheVerb) {
  refuses("securepair version now", 2, "'now' is one argument too many");
  refuses("securepair version -- --quiet", 2, "'--quiet' is one argument too many");
  refuses("securepair version -", 2, "'-' is one argument too many");
  refuses("securepair completions", 2, "SHELL is missing");
  refuses("securepair completions tcsh", 2, "SHELL must be bash, zsh or fish");
  must("securepair version --");
}

TEST_F(CommandLine, IsAnsweredInJsonWhereThatIsWanted) {
  const Outcome outcome = run("securepair version now --json");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out,
            R"({"event":"error","exit":2,"error":{"code":"ERR_USAGE",)"
            R"("message":"'now' is one argument too many","fix":"see securepair version --help"}})"
            "\n");
}

TEST_F(CommandLine, CannotSteerTheTerminal) {
  const Outcome outcome = run(R"(securepair $'\e[31m\xe2\x80\xaeversion\xff')");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_NE(outcome.err.find(R"(there is no securepair \x1B[31m\xE2\x80\xAEversion\xFF)"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(run(R"(securepair $'\e[31m' --json)").out.find(R"(\u001b[31m)"), std::string::npos);
}

TEST_F(CommandLine, IsColouredOnATerminalAlone) {
  const std::string red = "\x1b[1;31m";
  const auto onTerminal = [this](const std::string& settings) {
    return run(settings + " script -qec 'securepair nope' /dev/null").out;
  };
  EXPECT_NE(onTerminal("").find(red), std::string::npos);
  EXPECT_EQ(onTerminal("NO_COLOR=1").find(red), std::string::npos);
  EXPECT_EQ(onTerminal("TERM=dumb").find(red), std::string::npos);
  EXPECT_EQ(run("securepair version now").err.find(red), std::string::npos);
  EXPECT_NE(run("securepair version now --color always").err.find(red), std::string::npos);
}

TEST_F(CommandLine, FailsWhereItsOutputCannotBeWritten) {
  refuses("securepair version > /dev/full", 1, "cannot write to standard output");
  EXPECT_EQ(run("securepair version --json now > /dev/full").exit, 1);
}

TEST_F(CommandLine, WaitsForASlowReader) {
  // Somebody has made the pipe non-blocking, and is late.
  EXPECT_EQ(linesOf(must("python3 -c 'import os, subprocess, time\n"
                         "read, write = os.pipe()\n"
                         "os.set_blocking(write, False)\n"
                         "os.write(write, b\"x\" * 65536)\n"
                         "tool = subprocess.Popen([\"securepair\", \"version\"], stdout=write)\n"
                         "time.sleep(0.2)\n"
                         "os.close(write)\n"
                         "print(os.fdopen(read, \"rb\").read()[65536:].decode(), end=\"\")\n"
                         "exit(tool.wait())'"))
                .size(),
            3U);
}

}  // namespace securepair::test
