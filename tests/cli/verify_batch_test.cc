// Many chains at once, from whoever writes JSON; and what else he may write.
#include <chrono>

#include "cli/user.h"
#include "support/child.h"

namespace securepair::test {
namespace {

// The sanitizers reserve more than anybody has.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const std::string memoryLimit;
constexpr int slowness = 10;
#else
const std::string memoryLimit = "ulimit -v 400000; ";
constexpr int slowness = 1;
#endif

class VerifyBatch : public User {
 protected:
  VerifyBatch() {
    must("securepair cert ca ca && securepair cert new --ca ca a && securepair cert new b");
    // cases.py: each line of standard input is a dictionary's content, with `ca`, `a` and `b`.
    writeFile(path("cases.py"),
              "import json, sys\n"
              "ca, a, b = (open(name + '-cert.pem').read() for name in ('ca', 'a', 'b'))\n"
              "for line in sys.stdin:\n"
              "    print(json.dumps(eval('dict(' + line + ')')))\n");
  }

  // The answers to cases that are written as Python's dictionaries.
  std::vector<std::string> answers(const std::string& cases) const {
    writeFile(path("cases"), cases);
    return linesOf(must("python3 cases.py < cases | securepair verify --batch"));
  }
  // The answer to what is no case; it has to be a refusal.
  std::string refusal(const std::string& line) const {
    writeFile(path("line"), line + "\n");
    const auto lines = linesOf(must("securepair verify --batch < line"));
    EXPECT_EQ(lines.size(), 1U);
    if (lines.empty()) return {};
    EXPECT_NE(lines[0].find(R"("authorized":false)"), std::string::npos) << lines[0];
    return lines[0];
  }
};

TEST_F(VerifyBatch, AnswersEachLineInOrder) {
  const auto lines = answers(
      "id='one', ca=[ca], chain=[a], name='localhost', nameKind='DNS', purpose='server', "
      "time=None, maxDepth=8, crls=[]\n"
      "id=2, ca=[ca], chain=[a], name='127.0.0.1', nameKind='IP'\n"
      "id=None, ca=[ca], chain=[a], purpose='client'\n"
      "id=-2, ca=[b], chain=[b], name=None\n"
      "id=True, ca=[ca], chain=[b]\n"
      "ca=[ca], chain=[a], name='other.test'\n"
      "id=6, ca=[ca], chain=[a], name='127.0.0.1', nameKind='DNS'\n"
      "id=7, ca=[ca], chain=[a], time=978307200\n"
      "id=8, ca=[ca], chain=[a], maxDepth=0\n");
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_EQ(lines[0], R"({"id":"one","authorized":true,"error":null})");
  EXPECT_EQ(lines[1], R"({"id":2,"authorized":true,"error":null})");
  EXPECT_EQ(lines[2], R"({"id":null,"authorized":true,"error":null})");
  EXPECT_EQ(lines[3], R"({"id":-2,"authorized":true,"error":null})");
  EXPECT_TRUE(lines[4].starts_with(
      R"({"id":true,"authorized":false,"error":"DEPTH_ZERO_SELF_SIGNED_CERT: )"))
      << lines[4];
  EXPECT_TRUE(lines[5].starts_with(
      R"({"id":null,"authorized":false,"error":"ERR_TLS_CERT_ALTNAME_INVALID: )"))
      << lines[5];
  EXPECT_TRUE(lines[6].starts_with(R"({"id":6,"authorized":false,)")) << lines[6];
  EXPECT_TRUE(lines[7].starts_with(R"({"id":7,"authorized":false,"error":"CERT_NOT_YET_VALID: )"))
      << lines[7];
  EXPECT_EQ(lines[8], R"({"id":8,"authorized":true,"error":null})");
}

TEST_F(VerifyBatch, LooksAtRevocationLists) {
  must("securepair cert revoke --ca ca a-cert.pem");
  const auto lines = answers(
      "id=1, ca=[ca], chain=[a], crls=[]\n"
      "id=2, ca=[ca], chain=[a], crls=[open('ca-crl.pem').read()]\n"
      "id=3, ca=[ca], chain=[a], crls=None\n"
      "id=4, ca=[ca], chain=[a], crls=['no list']\n");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], R"({"id":1,"authorized":true,"error":null})");
  EXPECT_TRUE(lines[1].starts_with(R"({"id":2,"authorized":false,"error":"CERT_REVOKED: )"));
  EXPECT_EQ(lines[2], R"({"id":3,"authorized":true,"error":null})");
  EXPECT_TRUE(lines[3].starts_with(R"({"id":4,"authorized":false,"error":"ERR_INVALID_CRL: )"));
}

// Whom the line before trusts is nothing to the next.
TEST_F(VerifyBatch, TrustsWhomTheLineTrusts) {
  const auto lines = answers(
      "id=1, ca=[b], chain=[b]\nid=2, ca=[ca], chain=[b]\nid=3, ca=[b, ca], chain=[a]\n"
      "id=4, ca=['no certificate'], chain=[a]\nid=5, ca=[ca], chain=[a]\nid=6, ca=[], chain=[a]\n");
  ASSERT_EQ(lines.size(), 6U);
  for (const std::size_t good : {0U, 2U, 4U}) {
    EXPECT_NE(lines[good].find("true"), std::string::npos) << lines[good];
  }
  EXPECT_NE(lines[1].find("DEPTH_ZERO_SELF_SIGNED_CERT"), std::string::npos) << lines[1];
  EXPECT_NE(lines[3].find("ERR_INVALID_CERTIFICATE"), std::string::npos) << lines[3];
  EXPECT_NE(lines[5].find("ERR_EMPTY_LIST"), std::string::npos) << lines[5];
}

TEST_F(VerifyBatch, AuthorizesNobodyWhereTheLineIsNotWhole) {
  for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "no object"},
           {"[]", "no object"},
           {"{", "no object"},
           {"null", "no object"},
           {"{} {}", "no object"},
           {"{\"id\":\"\xff\"}", "no object"},
           {R"({})", "`ca` is no list"},
           {R"({"ca":null,"chain":[]})", "`ca` is no list"},
           {R"({"ca":"","chain":[]})", "`ca` is no list"},
           {R"({"ca":[],"chain":"x"})", "`chain` is no list"},
           {R"({"ca":[1],"chain":[]})", "`ca` has what is no text"},
           {R"({"ca":[],"chain":[]})", "ERR_EMPTY_LIST"},
           {R"({"ca":[],"chain":[],"crl":[]})", "no key `crl`"},
           {R"({"ca":[],"chain":[],"ca":[]})", "a key twice"},
           {R"({"ca":[],"chain":[],"name":""})", "`name` is empty"},
           {R"({"ca":[],"chain":[],"name":1})", "`name` is no text"},
           {R"({"ca":[],"chain":[],"nameKind":"dns"})", "`nameKind` is neither"},
           {R"({"ca":[],"chain":[],"purpose":"mail"})", "`purpose` is neither"},
           {R"({"ca":[],"chain":[],"time":"now"})", "`time` is no number"},
           {R"({"ca":[],"chain":[],"time":1e300})", "`time` is out of range"},
           {R"({"ca":[],"chain":[],"time":-9000000001})", "`time` is out of range"},
           {R"({"ca":[],"chain":[],"maxDepth":-1})", "`maxDepth` is no number"},
           {R"({"ca":[],"chain":[],"maxDepth":1.5})", "`maxDepth` is no number"},
           {R"({"ca":[],"chain":[],"maxDepth":4294967296})", "`maxDepth` is no number"},
           {R"({"ca":[],"chain":[],"crls":{}})", "`crls` is no list"},
           {R"({"ca":[[]],"chain":[]})", "within a list"},
           {R"({"id":{},"ca":[],"chain":[]})", "`id` is a list or an object"},
           {R"({"id":2.5,"ca":[],"chain":[]})", R"({"id":null,"authorized":false,)"},
           {R"({"id":18446744073709551615,"ca":[],"chain":[]})", "no whole one of 63 bits"},
           {R"({"id":99999999999999999999999,"ca":[],"chain":[]})", "make it a text"}}) {
    EXPECT_NE(refusal(line).find(why), std::string::npos) << line << ": " << refusal(line);
  }
  EXPECT_EQ(
      refusal(R"({"id":"\u001b[31m","x":0})"),
      R"({"id":"\u001b[31m","authorized":false,"error":"ERR_BATCH_LINE: there is no key `x`"})");
}

TEST_F(VerifyBatch, IsNotBrokenByDepthOrLength) {
  must("python3 -c 'deep = 1000000 // " + std::to_string(slowness) +
       "\n"
       "print(\"[\" * 3 * deep)\n"
       "print(\"{\\\"id\\\":\" * deep)\n"
       "print(\"{\\\"id\\\":\" + \"[\" * deep + \"]\" * deep + \"}\")\n"
       "print(\"x\" * 17 * 1024 * 1024)\n"
       "print(\"last\", end=\"\")' > deep");
  const auto lines = linesOf(must(memoryLimit + "securepair verify --batch < deep"));
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_NE(lines[3].find("more than 16 MiB"), std::string::npos) << lines[3];
  EXPECT_NE(lines[4].find("no object"), std::string::npos) << lines[4];
}

TEST_F(VerifyBatch, SurvivesRandomBytes) {
  answers("id=1, ca=[ca], chain=[a], name='localhost', crls=[], time=0, maxDepth=1\n");
  must(
      "python3 -c 'import random\n"
      "source = random.Random(1)\n"
      "with open(\"noise\", \"wb\") as noise:\n"
      "  noise.write(source.randbytes(1 << 20) + b\"\\n\")\n"
      "' && python3 cases.py < cases > whole && python3 -c 'import random\n"
      "source = random.Random(2)\n"
      "whole = open(\"whole\", \"rb\").read().rstrip()\n"
      "with open(\"noise\", \"ab\") as noise:\n"
      "  for i in range(3000):\n"
      "    line = bytearray(whole)\n"
      "    for j in range(source.choice([1, 1, 2, 20])):\n"
      "      line[source.randrange(len(line))] = source.randrange(256)\n"
      "    noise.write(bytes(line) + b\"\\n\")\n"
      "'");
  EXPECT_EQ(must("securepair verify --batch < noise | wc -l"), must("wc -l < noise"));
}

TEST_F(VerifyBatch, AnswersAsSoonAsALineIsWhole) {
  writeFile(path("ask"), "id=1, ca=[ca], chain=[a]\n");
  EXPECT_EQ(must("python3 cases.py < ask > line; python3 -c 'import subprocess\n"
                 "tool = subprocess.Popen([\"securepair\", \"verify\", \"--batch\"], stdin=-1, "
                 "stdout=-1)\n"
                 "for i in range(2):\n"
                 "  tool.stdin.write(open(\"line\", \"rb\").read())\n"
                 "  tool.stdin.flush()\n"
                 "  print(tool.stdout.readline().decode(), end=\"\")\n"
                 "tool.stdin.close()\n"
                 "exit(tool.wait())'"),
            "{\"id\":1,\"authorized\":true,\"error\":null}\n"
            "{\"id\":1,\"authorized\":true,\"error\":null}\n");
}

TEST_F(VerifyBatch, EndsWhereItsInputOrOutputDoes) {
  EXPECT_EQ(must("securepair verify --batch < /dev/null"), "");
  refuses("securepair verify --batch < .", 1, "cannot read standard input");
  refuses("echo | securepair verify --batch > /dev/full", 1, "cannot write");
}

// 1,000 a second are promised; here a busy machine has ten times as long.
TEST_F(VerifyBatch, IsFast) {
  writeFile(path("ask"), "id=1, ca=[ca], chain=[a]\nid=2, ca=[b], chain=[b]\n");
  const int count = 2000 / slowness;
  must("python3 cases.py < ask > two; for i in $(seq " + std::to_string(count / 2) +
       "); do cat two; done > many");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(must("securepair verify --batch < many | grep -c true"), std::to_string(count) + "\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace securepair::test
