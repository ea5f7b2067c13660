// What the program says of itself and of the machine.
#include <securepair/version.h>

#include "cli/user.h"

namespace securepair::test {

using Version = User;
using Doctor = User;

TEST_F(Version, NamesTheLibraries) {
  const auto lines = linesOf(must("securepair version"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "securepair " SECUREPAIR_VERSION);
  EXPECT_EQ(lines[1], "OpenSSL " + linesOf(must("openssl version | cut -d ' ' -f 2"))[0]);
  EXPECT_TRUE(lines[2].starts_with("libuv 1.")) << lines[2];
  EXPECT_EQ(must("securepair --version"), must("securepair version"));
}

TEST_F(Version, IsReadByScripts) {
  EXPECT_EQ(must("securepair --version --json | python3 -c 'import json, sys\n"
                 "print(json.load(sys.stdin)[\"securepair\"])'"),
            SECUREPAIR_VERSION "\n");
}

TEST_F(Doctor, IsContentWithAGoodMachine) {
  const std::string told = must("securepair doctor");
  for (const char* key : {"openssl: OpenSSL ", "securityLevel: ", "providers: default", "roots: /",
                          "openFiles: ", "clock: 20", "port8000: "}) {
    EXPECT_NE(told.find(key), std::string::npos) << key << " is not in\n" << told;
  }
}

TEST_F(Doctor, FindsWhatIsWrongAndSaysTheFix) {
  const Outcome roots = run("SSL_CERT_FILE=/nowhere securepair doctor");
  EXPECT_EQ(roots.exit, 8);
  EXPECT_NE(roots.out.find("fix: install ca-certificates"), std::string::npos) << roots.out;
  const Outcome files = run("ulimit -S -n 64; securepair doctor");
  EXPECT_EQ(files.exit, 8);
  EXPECT_NE(files.out.find("fix: ulimit -n "), std::string::npos) << files.out;
  const Outcome most = run("ulimit -n 64; securepair doctor");
  EXPECT_NE(most.out.find("LimitNOFILE="), std::string::npos) << most.out;
  const Outcome json = run("SSL_CERT_FILE=/nowhere securepair doctor --json");
  EXPECT_EQ(json.exit, 8);
  EXPECT_NE(json.out.find(R"("troubles":[{"about":"roots")"), std::string::npos) << json.out;
}

TEST_F(Doctor, TellsScriptsNumbers) {
  const std::string line =
      "ulimit -S -n 700; ulimit -H -n 800; securepair doctor --json | python3 -c 'import json, "
      "sys\n"
      "o = json.load(sys.stdin)\n"
      "print(o[\"openFiles\"], o[\"openFilesAtMost\"], o[\"openFilesText\"])\n"
      "print(o[\"securityLevel\"] in range(6), o[\"securityLevelText\"][1:12])'";
  EXPECT_EQ(must(line), "700 800 700, at most 800\nTrue : RSA keys \n");
}

TEST_F(Doctor, SeesAConfigurationThatWeakens) {
  must(
      "printf 'openssl_conf = a\\n[a]\\nssl_conf = b\\n[b]\\nsystem_default = c\\n[c]\\n"
      "CipherString = DEFAULT@SECLEVEL=0\\n' > weak.cnf");
  const Outcome weak = run("OPENSSL_CONF=$PWD/weak.cnf securepair doctor");
  EXPECT_EQ(weak.exit, 8);
  EXPECT_NE(weak.out.find("look for SECLEVEL in " + path("weak.cnf")), std::string::npos)
      << weak.out;
}

}  // namespace securepair::test
