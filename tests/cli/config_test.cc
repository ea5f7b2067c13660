// Flags from the command line, the environment and a file, and what is said of mistakes there.
#include "cli/served.h"

namespace securepair::test {
namespace {

class Config : public UserWithKeys {
 protected:
  void file(const std::string& content) const { writeFile(path("serve.conf"), content); }

  std::string printed(const std::string& environment = "", const std::string& flags = "") const {
    return must(environment + " securepair serve --config serve.conf --print-config " + flags);
  }

  // The file is refused at this line.
  void refusesFile(const std::string& content, int line, const std::string& text) const {
    file(content);
    refuses("securepair serve --config serve.conf --print-config", 2,
            path("serve.conf") + ":" + std::to_string(line) + ": " + text);
  }
};

bool has(const std::string& text, const std::string& part) {
  return ("\n" + text).find("\n" + part) != std::string::npos;
}

TEST_F(Config, TheCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile) {
  file("mode = echo\nlisten = 127.0.0.1:1\nworkers = 4\nverbose = true\n");
  const std::string text =
      printed("SECUREPAIR_MODE=discard SECUREPAIR_LISTEN=127.0.0.1:2", "--mode source");
  EXPECT_TRUE(has(text, "mode = \"source\"  # --mode\n")) << text;
  EXPECT_TRUE(has(text, "listen = \"127.0.0.1:2\"  # SECUREPAIR_LISTEN\n")) << text;
  EXPECT_TRUE(has(text, "workers = \"4\"  # " + path("serve.conf") + ":3\n")) << text;
  EXPECT_TRUE(has(text, "verbose = true  # " + path("serve.conf") + ":4\n")) << text;
  EXPECT_TRUE(has(text, "# reneg-limit: 3 (default)\n")) << text;
  EXPECT_TRUE(has(text, "# request-cert: false (default)\n")) << text;
  EXPECT_TRUE(has(text, "# ciphers: not given\n")) << text;
  EXPECT_TRUE(has(printed("SECUREPAIR_VERBOSE=false"), "verbose = false  # SECUREPAIR_VERBOSE\n"));
}

TEST_F(Config, TellsScripts) {
  file("ca = [\"ca.pem\"]\n");
  const std::string text = printed("SECUREPAIR_REQUEST_CERT=1", "--json");
  EXPECT_TRUE(has(text, R"({"key":"ca","value":[")" + path("ca.pem") + R"("],"origin":"file",)" +
                            R"("from":")" + path("serve.conf") + ":1\"}\n"))
      << text;
  EXPECT_TRUE(has(text, R"({"key":"request-cert","value":true,"origin":"environment",)"
                        R"("from":"SECUREPAIR_REQUEST_CERT"})"))
      << text;
  EXPECT_TRUE(has(text, R"({"key":"key","value":null,"origin":"default"})")) << text;
}

TEST_F(Config, ServesWhatTheFileSays) {
  must("mkdir conf && mv *.pem conf && mv conf/ca.pem .");
  writeFile(path("conf/serve.conf"),
            "\xEF\xBB\xBFlisten = 127.0.0.1:0\nkey = server-key.pem\ncert = \"server.pem\"\n"
            "sni = *.example.org=wild.pem,wild-key.pem\n");
  Served served(folder(), "securepair serve --config conf/serve.conf");
  EXPECT_EQ(must("printf hi | securepair connect --ca ca.pem localhost:" + served.port()),
            "welcome!\nhi");
  EXPECT_EQ(must("securepair connect --ca ca.pem --servername www.example.org localhost:" +
                 served.port() + " </dev/null"),
            "welcome!\n");
}

TEST_F(Config, ReadsEachFormOfAValue) {
  file(
      "# a comment\n\n  ca=\"a b#c.pem\" # another\r\nca = ['/d\\e.pem', \"\\\"\\\\\"] #\n"
      "ciphers = ECDHE+AESGCM:!a#b # c\n\tmode\t=\techo\t\n");
  const std::string text = printed();
  EXPECT_TRUE(has(
      text, "ca = [\"" + path("a b#c.pem") + R"(", "/d\\e.pem", ")" + path("") + R"(\"\\"]  # )"))
      << text;
  EXPECT_TRUE(has(text, "ciphers = \"ECDHE+AESGCM:!a#b\"  #")) << text;
  EXPECT_TRUE(has(text, "mode = \"echo\"  #")) << text;
  file("listen = [::1]:8443 # no list");
  EXPECT_TRUE(has(printed(), "listen = \"[::1]:8443\"  #"));
}

TEST_F(Config, IsPrintedAsAFileThatSaysTheSame) {
  file(
      "alpn = ['h2', \"a\\\\\\\"\"]\nlisten = ./socket\nsni = a.example=a.pem,b.pem\nquiet = "
      "true\n");
  const std::string first =
      printed("SECUREPAIR_CA=$'/a.pem\\nb.pem'", "--request-cert -v --key k.pem --cert ./c.pem");
  file(first);
  const auto values = [](const std::string& text) {
    std::string all;
    for (const std::string& line : linesOf(text)) all += line.substr(0, line.find("  # ")) + "\n";
    return all;
  };
  must("mkdir other");
  EXPECT_EQ(values(must("cd other && securepair serve --config ../serve.conf --print-config")),
            values(first));
  EXPECT_TRUE(has(first, "ca = [\"/a.pem\", \"" + path("b.pem") + "\"]  # SECUREPAIR_CA\n"))
      << first;
  EXPECT_TRUE(has(first, "key = \"" + path("k.pem") + "\"  # --key\n")) << first;
  const std::string json = printed("", "--json --listen ./own --sni a=c,k");
  EXPECT_TRUE(has(json, R"({"key":"listen","value":")" + path("./own") + '"')) << json;
  EXPECT_TRUE(has(json, R"({"key":"sni","value":["a=)" + path("c") + "," + path("k") + "\"]"))
      << json;
}

TEST_F(Config, SaysWhereTheFileIsWrong) {
  refusesFile("\n# x\nlistne = 1\n", 3, "there is no key listne\n  fix: did you mean listen?");
  refusesFile("zzzzzzzzzzz = 1", 1, "there is no key zzzzzzzzzzz");
  refusesFile("config = other.conf", 1, "there is no key config");
  refusesFile("help = true", 1, "there is no key help");
  refusesFile("mode = echo\nworkers = 0", 2, "workers must be from 1 to 1024, not 0");
  refusesFile("verbose = yes", 1, "verbose must be true or false");
  refusesFile("mode = echo\n\nmode = page", 3, "mode is set already, at " + path("serve.conf:1"));
  refusesFile("mode = ['echo']", 1, "mode is no list");
  refusesFile("mode", 1, "must be KEY = VALUE");
  refusesFile("= echo", 1, "the key is missing");
  refusesFile("mode = # echo", 1, "mode has no value");
  refusesFile("mode = \"\"", 1, "mode must be");
  refusesFile("listen = ''", 1, "listen must be");
  refusesFile("mode = 'echo", 1, "the quotes do not end");
  refusesFile("mode = \"echo\\n\"", 1, "only \\\" and \\\\ begin with a backslash");
  refusesFile("mode = \"echo\" page", 1, "there is more on the line than mode takes");
  refusesFile("mode = ec'ho", 1, "a value with quotes in it must stand in quotes");
  refusesFile("ca = [a.pem]", 1, "what is in the list must stand in quotes");
  refusesFile("ca = ['a.pem',", 1, "what is in the list must stand in quotes");
  refusesFile("ca = ['a.pem' 'b.pem']", 1, "a comma is missing");
  refusesFile("[serve]\nmode = echo", 1, "a file has no sections");
  refusesFile("mode = ec\x01ho", 1, "there is a control character");
  refusesFile("sni = a=b", 1, "sni must be NAME=CERT,KEY");
  refuses("securepair serve --config nothing.conf", 2, "--config: cannot read");
  refuses("securepair serve --config .", 2, "--config: ");
}

TEST_F(Config, SaysWhichVariableIsWrong) {
  refuses("SECUREPAIR_LISTEN=host securepair serve", 2, "SECUREPAIR_LISTEN must be HOST:PORT");
  refuses("SECUREPAIR_LISTEN= securepair serve", 2, "SECUREPAIR_LISTEN is empty");
  refuses("SECUREPAIR_VERBOSE=maybe securepair serve", 2, "SECUREPAIR_VERBOSE must be true or");
  const Outcome outcome =
      run("SECUREPAIR_STRICT=1 SECUREPAIR_LISTNE=1 securepair serve --print-config >/dev/null");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.err,
            "securepair: warning: SECUREPAIR_LISTNE in the environment is no flag's: is "
            "SECUREPAIR_LISTEN meant?\n");
}

TEST_F(Config, LeavesWhatWeakensToTheCommandLineAndTheFile) {
  file("security-level = 1\nmin-version = TLSv1\nciphers = DEFAULT@SECLEVEL=0\n");
  EXPECT_TRUE(has(printed(), "security-level = \"1\"  # "));
  const auto refusesVariable = [this](const std::string& name, const std::string& value) {
    refuses(name + "=" + value + " securepair serve --config serve.conf", 2,
            name + " weakens what is secure");
  };
  refusesVariable("SECUREPAIR_RENEG_LIMIT", "4");
  must("SECUREPAIR_RENEG_LIMIT=2 securepair serve --print-config");
  file("request-cert = true\nreject-unauthorized = true\n");
  refusesVariable("SECUREPAIR_SECURITY_LEVEL", "0");
  refusesVariable("SECUREPAIR_CIPHERS", "DEFAULT@SECLEVEL=0");
  refusesVariable("SECUREPAIR_MIN_VERSION", "TLSv1.1");
  refusesVariable("SECUREPAIR_MAX_VERSION", "TLSv1");
  refusesVariable("SECUREPAIR_REQUEST_CERT", "false");
  refusesVariable("SECUREPAIR_REJECT_UNAUTHORIZED", "0");
  // Nor by way of a file that it names.
  refuses("SECUREPAIR_CONFIG=serve.conf securepair serve", 2, "SECUREPAIR_CONFIG is not read");
  EXPECT_TRUE(has(must("SECUREPAIR_MIN_VERSION=TLSv1.3 securepair serve --print-config"),
                  "min-version = \"TLSv1.3\"  # SECUREPAIR_MIN_VERSION\n"));
}

TEST_F(Config, HasNoEffectOnOtherVerbs) {
  must("touch key.pem");
  const Outcome outcome = run("SECUREPAIR_FORCE=1 SECUREPAIR_BITS=x securepair cert key key.pem");
  EXPECT_EQ(outcome.exit, 7);
  EXPECT_TRUE(outcome.err.starts_with(
      "securepair: warning: SECUREPAIR_FORCE in the environment has no effect"))
      << outcome.err;
  EXPECT_EQ(outcome.err.find("SECUREPAIR_BITS"), std::string::npos);
}

TEST_F(Config, NeverShowsASecretThatStandsInTheWrongPlace) {
  const auto hides = [this](const std::string& line, const std::string& text) {
    const Outcome outcome = run(line);
    EXPECT_EQ(outcome.exit, 2) << line;
    EXPECT_NE(outcome.err.find(text), std::string::npos) << outcome.err;
    EXPECT_EQ((outcome.out + outcome.err).find("hunter2"), std::string::npos) << outcome.err;
  };
  const std::string serve = "securepair serve --config serve.conf --print-config";
  file("passphrase = hunter2\n");
  hides(serve, "there is no key passphrase");
  file("key = -----BEGIN PRIVATE KEY-----hunter2\n");
  hides(serve, "key is the name of a file, and was given what stands in one");
  hides("SECUREPAIR_KEY='-----BEGIN PRIVATE KEY-----\nhunter2' securepair serve --print-config",
        "SECUREPAIR_KEY is the name of a file");
  file("passphrase hunter2\n");
  hides(serve, "must be KEY = VALUE");
  file("passphrase-file = 'a' hunter2\n");
  hides(serve, "there is more on the line");
}

TEST_F(Config, WarnsOfAFileThatOthersCanChange) {
  file("mode = echo\n");
  must("chmod 644 serve.conf");
  const std::string line = "securepair serve --config serve.conf --print-config >/dev/null";
  EXPECT_EQ(run(line).err, "");
  must("chmod 664 serve.conf");
  EXPECT_NE(
      run(line).err.find("warning: '" + path("serve.conf") + "' can be changed by other users"),
      std::string::npos);
}

TEST_F(Config, IsToldByHelpAndManual) {
  const std::string help = must("securepair serve --help");
  EXPECT_NE(help.find("[SECUREPAIR_HANDSHAKE_TIMEOUT]"), std::string::npos);
  EXPECT_EQ(help.find("SECUREPAIR_SECURITY_LEVEL"), std::string::npos);
  EXPECT_EQ(help.find("SECUREPAIR_CONFIG"), std::string::npos);
  EXPECT_NE(help.find("\nconfiguration:\n"), std::string::npos);
  must("securepair help --manual .");
  EXPECT_NE(readFile(path("securepair-serve.1")).find("[SECUREPAIR_HANDSHAKE_TIMEOUT]"),
            std::string::npos);
  EXPECT_NE(readFile(path("securepair-serve.1")).find("\n.SH CONFIGURATION\n"), std::string::npos);
  EXPECT_EQ(must("securepair connect --help").find("SECUREPAIR_"), std::string::npos);
}

}  // namespace
}  // namespace securepair::test
