// With --json all that is told is an object a line, warnings too, and stands where JSON goes.
#include "cli/served.h"

namespace securepair::test {
namespace {

class JsonLines : public UserWithKeys {
 protected:
  // What the expression says of `lines`, a list of all objects in the file.
  std::string told(const std::string& file, const std::string& expression) const {
    return must("python3 -c 'import json\nlines = [json.loads(line) for line in open(\"" + file +
                "\")]\nprint(" + expression + ")'");
  }
  std::string events(const std::string& file) const {
    return told(file, "[line.get(\"event\") for line in lines]");
  }
};

TEST_F(JsonLines, TellOfAServerThatIsNotAuthorized) {
  Served served(folder(), "securepair serve --listen 0 --key server-key.pem --cert server.pem");
  const std::string insecure = " --insecure --json localhost:" + served.port();
  EXPECT_EQ(must("printf hi | securepair connect -v" + insecure + " 2>err"), "welcome!\nhi");
  EXPECT_EQ(events("err"), "['warning', 'connected']\n");
  EXPECT_EQ(
      told("err", "lines[0][\"error\"][\"code\"], lines[0][\"sha256\"] == lines[1][\"sha256\"]"),
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE True\n");
  EXPECT_EQ(told("err", "lines[0][\"message\"]"),
            "--insecure goes on with a server that is not authorized\n");
  must("securepair connect --ca ca.pem" + insecure + " </dev/null 2>err >/dev/null");
  EXPECT_EQ(told("err", "lines[0][\"message\"], \"error\" in lines[0]"),
            "--insecure is not needed: the server is authorized False\n");
  // More than a second, so that it would tell how far it is.
  const Outcome load = run("securepair bench -c 1 -z 1100ms" + insecure + " >out");
  EXPECT_EQ(load.err, "");
  EXPECT_EQ(events("out"), "['warning', None]\n");
}

TEST_F(JsonLines, TellOfFilesAndOfTheEnvironment) {
  must("chmod 644 server-key.pem");
  const Outcome checked =
      run("SECUREPAIR_JSON=true SECUREPAIR_LISTNE=1 securepair proxy --check-config --listen 0 "
          "--to ./nobody --key server-key.pem --cert server.pem >out");
  EXPECT_EQ(checked.exit, 0);
  EXPECT_EQ(checked.err, "");
  EXPECT_EQ(events("out"), "['warning', 'warning', 'inOrder']\n");
  EXPECT_EQ(told("out", "lines[1][\"fix\"]"), "chmod 600 'server-key.pem'\n");
  refuses("SECUREPAIR_SECURITY_LEVEL=0 securepair connect --json localhost:1", 3,
          R"({"event":"warning","message":"SECUREPAIR_SECURITY_LEVEL in the environment has no )");
}

}  // namespace
}  // namespace securepair::test
